"""A real delivery: what a receiver on this machine gets when a customer writes more than ASCII."""

import json
import threading
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api import until
from conftest import customer_writes

TEXT = "Grüße aus Zürich 👋🏽 “see you” \u2028 at 8 €"
CUSTOMER = "+447902333444"


@dataclass(frozen=True)
class Delivery:
    """What a receiver was sent, and the secret that it was given when it subscribed."""

    secret: str
    headers: dict
    body: bytes

    def with_header(self, name, value):
        """The same with another value in one header."""
        return replace(self, headers=self.headers | {name: value})


@pytest.fixture(scope="session")
def receiver():
    """A listener on this machine: its address, and what it was sent."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        """Keeps everything and says yes."""

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", received
    server.shutdown()


@pytest.fixture(scope="session")
def delivery(caller, receiver):
    """The delivery of a message with more than ASCII in it."""
    url, received = receiver
    webhook = caller.call("POST", "/webhook", {"type": "message", "targetUrl": url}).must_be(201).json
    customer_writes(CUSTOMER, TEXT)

    def of_the_message():
        return [call for call in list(received) if json.loads(call[1])["bodyText"] == TEXT]

    headers, body = until("the delivery", of_the_message)[0]
    yield Delivery(webhook["signingSecret"], headers, body)
    caller.call("DELETE", f"/webhook/{webhook['webhookId']}").must_be(204)
