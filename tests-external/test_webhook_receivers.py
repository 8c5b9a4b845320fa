"""The receivers printed in docs/webhooks.md take real deliveries, and refuse changed ones."""

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from api import Answer, until

PAGE = Path(__file__).parent.parent / "docs/webhooks.md"


def printed(language):
    """The code that the page prints in a language; one block."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return code


def javascript(folder):
    """How the page's JavaScript is run, with the packages beside it."""
    (folder / "node_modules").symlink_to(os.environ["MSGBOXX_NODE_MODULES"], target_is_directory=True)
    script = folder / "receiver.mjs"
    script.write_text(printed("javascript"), encoding="utf-8")
    return ["node", str(script)]


def python(folder):
    """How the page's Python is run."""
    script = folder / "receiver.py"
    script.write_text(printed("python"), encoding="utf-8")
    return [sys.executable, "-u", str(script)]


@pytest.fixture(params=[javascript, python], ids=["javascript", "python"])
def printed_receiver(request, delivery, tmp_path):
    """A receiver of the page, running: its address, and the file with what it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"SIGNING_SECRET": delivery.secret, "PORT": str(port), "PYTHONIOENCODING": "utf-8"}
    output = tmp_path / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(request.param(tmp_path), env=environment, stdout=stream, stderr=subprocess.STDOUT)

    def listens():
        assert process.poll() is None, output.read_text(encoding="utf-8")
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", port)) == 0

    until("the receiver", listens)
    yield f"http://127.0.0.1:{port}/msgboxx", output
    process.terminate()
    process.wait(timeout=30)


def post(url, delivery):
    """Posts the very bytes; every status is an answer."""
    headers = {name: value for name, value in delivery.headers.items() if name not in {"host", "content-length"}}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, delivery.body, headers), timeout=30) as response:
            return Answer.of(response)
    except urllib.error.HTTPError as refusal:
        return Answer.of(refusal)


def test_the_printed_receiver_takes_a_delivery_and_refuses_a_changed_one(printed_receiver, delivery):
    url, output = printed_receiver
    assert post(url, delivery).status == 204
    until("its text", lambda: "👋🏽" in output.read_text(encoding="utf-8"))
    assert post(url, replace(delivery, body=delivery.body.replace(b"incoming", b"outgoing"))).status == 401
    assert post(url, replace(delivery, body=b"")).status == 401
    assert post(url, delivery.with_header("webhook-signature", "nonsense")).status == 401
