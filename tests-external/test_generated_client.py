"""A client generated from the document, which nobody of ours wrote, creates a contact and sends a message."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api import SERVER, call, until
from conftest import API_ACCOUNT_ID, customer_writes, texts_on_the_phone

GENERATOR = Path(sys.executable).parent / "openapi-python-client"


@pytest.fixture(scope="module")
def document():
    """The server's description of itself."""
    return call("GET", f"{SERVER}/openapi.json").must_be(200).json


@pytest.fixture(scope="module")
def package(document, tmp_path_factory):
    """The generated package, importable."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "settings.yml").write_text("post_hooks: []\n", encoding="utf-8")
    command = [str(GENERATOR), "generate", "--path", "openapi.json", "--config", "settings.yml"]
    command += ["--meta", "none", "--output-path", "generated_client", "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    return "generated_client"


@pytest.fixture(scope="module")
def operation(document, package):
    """Finds the generated function and the type of its body, by method and path as the document has them."""

    def find(method, path):
        described = document["paths"][path][method]
        tag, name = snake(described["tags"][0]), snake(described["operationId"])
        module = importlib.import_module(f"{package}.api.{tag}.{name}")
        schema = described["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        return module.sync_detailed, getattr(importlib.import_module(f"{package}.models"), schema)

    return find


def snake(name):
    """`createContact` as the generator names its module."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(" ", "_").lower()


def test_the_generated_client_creates_a_contact_and_sends_it_a_message(package, operation, caller):
    client = importlib.import_module(package).AuthenticatedClient(base_url=SERVER, token=caller.token)
    create_contact, new_contact = operation("post", "/contact")
    create_message, new_message = operation("post", "/message")
    number = "+447902333444"

    body = new_contact.from_dict({"mobileNumber": number, "name": "Rosa", "status": "Presubscribed", "apiAccountId": API_ACCOUNT_ID})
    contact = create_contact(client=client, body=body)
    assert contact.status_code == 201 and contact.parsed.to_dict()["mobileNumber"] == number
    contact_id = contact.parsed.to_dict()["contactId"]

    customer_writes(number, "¿Abren hoy?")
    path = f"/message?contactId={contact_id}"
    until("the customer's message", lambda: caller.call("GET", path).must_be(200).json["items"])
    body = new_message.from_dict({"apiAccountId": API_ACCOUNT_ID, "contactId": contact_id, "message": "Sí, hasta las 18"})
    message = create_message(client=client, body=body)
    assert message.status_code == 201 and message.parsed.to_dict()["bodyText"] == "Sí, hasta las 18"
    until("the reply on the phone", lambda: "Sí, hasta las 18" in texts_on_the_phone(number))
