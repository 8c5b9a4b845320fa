"""Each JavaScript example of the documentation runs under Node, and is answered with the documented status and shape.

Only host, token and ids of this server are put in, and the `Authorization` line where the documentation forgot it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from api import SERVER, decode, until
from conftest import CUSTOMER, texts_on_the_phone
from shapes import EXTENSIONS, differences, golden

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE / "examples").glob("*.js"))
STATUS = {"get": 200, "update": 200, "create": 201, "delete": 204}
EMPTY = {"update_conversation", "delete_webhook"}
AUTHORIZATION = 'myHeaders.append("Authorization", `Bearer ${bearerToken}`);'


def for_this_server(source, token, paths):
    """The example with host, token and ids put in."""
    if "/oauth/token" not in source and AUTHORIZATION not in source:
        source = source.replace("new Headers();", f"new Headers();\n{AUTHORIZATION}", 1)
    for documented, actual in paths.items():
        source = source.replace(documented, actual)
    return source.replace("${bearerToken}", token).replace("https://api.msgboxx.io", SERVER)


def run(source, folder):
    """Runs an example; what it printed, and what its one call of `fetch` got."""
    script, record = folder / "example.js", folder / "record"
    script.write_text(source, encoding="utf-8")
    command = ["node", "--import", (HERE / "record_fetch.mjs").as_uri(), str(script)]
    environment = os.environ | {"RECORD_TO": str(record)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert record.exists(), f"the call failed: {done.stdout}{done.stderr}"
    (response,) = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return done.stdout.removesuffix("\n"), response


@pytest.fixture
def replay(caller, paths, tmp_path):
    """Runs an example against this server."""
    return lambda file: run(for_this_server(file.read_text(encoding="utf-8"), caller.token, paths), tmp_path)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_example_is_answered_as_documented(file, replay):
    example = file.stem
    printed, response = replay(file)
    expected = 200 if example == "create_token" else STATUS[example.split("_")[0]]
    assert (response["status"], response["redirected"]) == (expected, False), printed
    if example in EMPTY:
        assert printed == ""
        return
    sample = "get_conversation_of_user" if example == "get_conversation" else example
    assert differences(golden(sample), decode(printed), EXTENSIONS.get(sample, frozenset())) == []


def test_the_create_message_example_reaches_the_customer_although_it_posts_to_contact(replay):
    source = HERE / "examples/create_message.js"
    assert 'fetch("https://api.msgboxx.io/contact"' in source.read_text(encoding="utf-8")
    printed, response = replay(source)
    assert response["headers"]["content-location"] == f"/message/{decode(printed)['messageId']}"
    text = "Hi John, that sounds good progress, keep me informed please."
    until("the message on the phone", lambda: text in texts_on_the_phone(CUSTOMER))


def test_every_documented_example_is_replayed():
    assert len(EXAMPLES) == 26
