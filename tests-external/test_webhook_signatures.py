"""Real deliveries are checked by the Standard Webhooks project's own libraries for Python and for JavaScript."""

import base64
import json
import secrets
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from deliveries import TEXT

SCRIPT = Path(__file__).parent / "verify_webhook.mjs"


class Refused(Exception):
    """A library does not accept a delivery."""


def check_in_python(delivery):
    """The decoded body, by the PyPI package."""
    try:
        return Webhook(delivery.secret).verify(delivery.body, delivery.headers)
    except WebhookVerificationError as refusal:
        raise Refused(str(refusal)) from refusal


def check_in_javascript(delivery):
    """The decoded body, by the npm package."""
    given = {"secret": delivery.secret, "headers": delivery.headers, "body": base64.b64encode(delivery.body).decode()}
    done = subprocess.run(["node", str(SCRIPT)], input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Refused(done.stderr)
    return json.loads(done.stdout)


@pytest.fixture(params=[check_in_python, check_in_javascript], ids=["pypi", "npm"])
def check(request):
    """One of the two libraries."""
    return request.param


def test_a_delivery_is_accepted_and_is_the_entity(check, delivery, caller):
    checked = check(delivery)
    assert checked["bodyText"] == TEXT
    assert "👋🏽".encode() in delivery.body
    assert checked == caller.call("GET", f"/message/{checked['messageId']}").must_be(200).json
    assert delivery.headers["content-type"] == "application/json"
    assert delivery.headers["x-msgboxx-event"] == "message"
    assert delivery.headers["user-agent"].startswith("msgboxx-webhook/")


def test_a_flipped_bit_is_refused_wherever_it_is(check, delivery):
    for position in (0, len(delivery.body) // 2, len(delivery.body) - 1):
        flipped = bytearray(delivery.body)
        flipped[position] ^= 1
        with pytest.raises(Refused, match="(?i)signature"):
            check(replace(delivery, body=bytes(flipped)))


def test_another_secret_is_refused(check, delivery):
    other = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    with pytest.raises(Refused, match="(?i)signature"):
        check(replace(delivery, secret=other))


def test_another_id_or_time_is_refused(check, delivery):
    later = str(int(delivery.headers["webhook-timestamp"]) + 1)
    for changed in (delivery.with_header("webhook-id", "another"), delivery.with_header("webhook-timestamp", later)):
        with pytest.raises(Refused, match="(?i)signature"):
            check(changed)


def test_an_old_call_is_refused_although_its_signature_is_right(check, delivery):
    signed_at = datetime.now(UTC) - timedelta(minutes=6)
    signature = Webhook(delivery.secret).sign(delivery.headers["webhook-id"], signed_at, delivery.body.decode())
    old = delivery.with_header("webhook-timestamp", str(int(signed_at.timestamp()))).with_header("webhook-signature", signature)
    with pytest.raises(Refused, match="(?i)too old"):
        check(old)
