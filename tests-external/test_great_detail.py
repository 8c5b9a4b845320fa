"""@great-detail/whatsapp, a Cloud API client for Node, against a simulator on its own. The client's side is great_detail.mjs."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import standalone as made
from standalone import standalone

HERE = Path(__file__).parent
KINDS = (
    "text reply image audio video document sticker location contacts reaction buttons list link place template".split()
)
INCOMING = [
    {"type": "text", "text": {"body": "Grüße 👋 a/b"}},
    {"type": "image", "image": {"caption": "look"}},
    {"type": "location", "location": {"latitude": 51.5, "longitude": -0.1}},
    {"type": "hologram", "hologram": {"z": 1}},
]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory):
    """One for all of these checks."""
    with standalone(tmp_path_factory.mktemp("great_detail")) as running:
        running.set(pair_limit=False, template_review_seconds=0)
        yield running


@pytest.fixture(scope="module")
def steps(simulator, tmp_path_factory):
    """What the client got, step by step."""
    theirs = simulator.customer_writes({"type": "text", "text": {"body": "hello"}})
    received = []
    for message in INCOMING:
        simulator.customer_writes(message)
    for _ in range(len(INCOMING) + 1):
        webhook = simulator.receiver.next()
        received.append([webhook.headers, webhook.body.decode()])
    file = tmp_path_factory.mktemp("webhooks") / "webhooks.json"
    file.write_text(json.dumps(received), encoding="utf-8")
    environment = {
        "SIMULATOR": simulator.url,
        "THEIRS": theirs,
        "WEBHOOKS": str(file),
        "NODE_MODULES": os.environ["MSGBOXX_NODE_MODULES"],
    }
    environment |= {name: getattr(made, name) for name in ("PHONE_NUMBER_ID", "BUSINESS_ACCOUNT_ID", "ACCESS_TOKEN", "APP_SECRET", "CUSTOMER")}
    environment |= {name: getattr(made, name).hex() for name in ("PNG", "OGG", "MP4", "PDF", "WEBP")}
    command = ["node", str(HERE / "great_detail.mjs")]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def step(steps):
    """What one step got."""
    return lambda name: next(step["value"] for step in steps if step["step"] == name)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_arrives_on_the_phone(simulator, step, kind):
    sent = step(f"send {kind}")
    assert sent["contacts"] == [{"input": made.CUSTOMER, "wa_id": made.CUSTOMER.removeprefix("+")}]
    arrived = simulator.arrived(sent["messages"][0]["id"])
    assert arrived["type"] == {"buttons": "interactive", "list": "interactive", "link": "interactive", "place": "interactive", "reply": "text"}.get(kind, kind)


def test_a_medium_comes_back_as_it_went(step):
    found = step("media url")
    assert (found["mime_type"], found["file_size"], found["messaging_product"]) == ("image/png", str(len(made.PNG)), "whatsapp")
    assert step("media download") == {"type": "image/png", "hex": made.PNG.hex()}
    assert step("media delete") == {"success": True}


def test_templates(step):
    assert step("template create")["status"] in ("PENDING", "APPROVED")
    assert step("template get")["name"] == "reminder"
    assert {template["name"] for template in step("template list")["data"]} == {"follow_up", "reminder"}
    assert step("template delete") == {"success": True}


def test_account_number_and_profile(step):
    assert step("number") == {"id": made.PHONE_NUMBER_ID, "status": "CONNECTED", "throughput": {"level": "STANDARD"}}
    assert [number["id"] for number in step("numbers")["data"]] == [made.PHONE_NUMBER_ID]
    assert step("profile")["data"][0]["about"] == "We check"
    assert step("account")["id"] == made.BUSINESS_ACCOUNT_ID
    assert step("subscriptions")["data"][0]["whatsapp_business_api_data"]["id"]
    assert step("subscribe") == step("profile set") == step("read") == {"success": True}


def test_webhooks_bear_a_signature_that_it_can_check(steps):
    webhooks = [step["value"] for step in steps if step["step"] == "webhook"]
    assert [(webhook["good"], webhook["bad"]) for webhook in webhooks] == [(True, False)] * (len(INCOMING) + 1)
    messages = [webhook["event"]["entry"][0]["changes"][0]["value"]["messages"][0] for webhook in webhooks]
    assert [message["type"] for message in messages[1:]] == [message["type"] for message in INCOMING]
    assert messages[1]["text"]["body"] == "Grüße 👋 a/b"
