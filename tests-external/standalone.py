"""A simulator on its own, and a business that receives its webhooks, for clients that nobody of this project wrote.

The simulator is started as an operator would: `msgboxx simulator FILE.toml`. Its webhooks go to a receiver here, which
keeps every call as it came.
"""

import os
import queue
import socket
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

from api import PATIENCE_SECONDS, call, until

PHONE_NUMBER_ID = "100000000000001"
BUSINESS_ACCOUNT_ID = "200000000000001"
BUSINESS = "+447700900001"
CUSTOMER = "+447902111123"
ACCESS_TOKEN = "a-token-for-checks"
APP_SECRET = "an-app-secret-for-checks"
VERIFY_TOKEN = "a-verify-token-for-checks"
VERSION = "v25.0"

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f00010401"
    "005fe5c34b0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(9)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08mdat"
WEBP = bytes.fromhex("524946461a000000574542505650384c0d0000002f0000001007101111888808fe0700")

PROVISION = f"""
[[organisation]]
name = "Checks"
  [[organisation.api_account]]
  name = "Checks"
  phone_number = "{BUSINESS}"
    [organisation.api_account.whatsapp]
    base_url = "{{url}}"
    api_version = "{VERSION}"
    phone_number_id = "{PHONE_NUMBER_ID}"
    business_account_id = "{BUSINESS_ACCOUNT_ID}"
    access_token = "{ACCESS_TOKEN}"
    app_secret = "{APP_SECRET}"
    verify_token = "{VERIFY_TOKEN}"
  [[organisation.template]]
  api_account = "Checks"
  name = "follow_up"
  language = "en_GB"
  category = "UTILITY"
  body = "Hi {{{{1}}}}, thanks for the conversation about {{{{2}}}} earlier."
  example = ["John", "the house"]
  status = "Approved"
"""


@dataclass
class Webhook:
    """One call as it came."""

    headers: dict  # by their names in lower case
    body: bytes

    @property
    def signature(self):
        """What the sender signed it with."""
        return self.headers["x-hub-signature-256"]


class Receiver(ThreadingHTTPServer):
    """Answers the verification and keeps what is posted."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def next(self):
        """The next call; fails when there is none in time."""
        return self.calls.get(timeout=PATIENCE_SECONDS)

    def forget(self):
        """Drops what has come so far."""
        while not self.calls.empty():
            self.calls.get_nowait()


class Handler(BaseHTTPRequestHandler):
    """The receiver's side of one connection."""

    def do_GET(self):
        """Meta's verification."""
        asked = parse_qs(urlsplit(self.path).query)
        knows = asked.get("hub.verify_token") == [VERIFY_TOKEN] and asked.get("hub.mode") == ["subscribe"]
        self.answer(200 if knows else 403, asked.get("hub.challenge", [""])[0].encode() if knows else b"")

    def do_POST(self):
        """A webhook."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.put(Webhook({name.lower(): value for name, value in self.headers.items()}, body))
        self.answer(200, b"")

    def answer(self, status, body):
        """Status and body, nothing else."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Quiet."""


@dataclass
class Standalone:
    """The simulator and what its webhooks reach."""

    url: str
    receiver: Receiver

    def customer_writes(self, message):
        """A customer's message of any type; its id."""
        body = {"from": CUSTOMER, "to": BUSINESS, "name": "Test Customer"} | message
        return call("POST", f"{self.url}/simulator/messages", body).must_be(202).json["id"]

    def phone(self):
        """What is on the customer's phone."""
        return call("GET", f"{self.url}/simulator/messages?phone={quote(CUSTOMER)}").must_be(200).json["items"]

    def arrived(self, wamid):
        """The message with this id, once it is on the phone."""
        return until(f"{wamid} on the phone", lambda: [item for item in self.phone() if item["id"] == wamid])[0]

    def set(self, **settings):
        """Changes how the simulator behaves."""
        call("POST", f"{self.url}/simulator/settings", settings).must_be(200)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def standalone(folder):
    """Runs a simulator while the block lasts."""
    receiver, listen = Receiver(), f"127.0.0.1:{free_port()}"
    url = f"http://{listen}"
    file = folder / "simulator.toml"
    file.write_text(PROVISION.replace("{url}", url), encoding="utf-8")
    settings = {"MSGBOXX_PUBLIC_URL": receiver.url, "MSGBOXX_SIMULATOR_LISTEN": listen, "MSGBOXX_SIMULATOR_URL": url}
    settings |= {"MSGBOXX_DATA_DIR": str(folder / "data"), "MSGBOXX_SIMULATOR_TIMING": "instant"}
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [os.environ["MSGBOXX_BINARY"], "simulator", str(file)], env=os.environ | settings, cwd=folder, stdout=log, stderr=log
        )
    try:
        until("the simulator", lambda: process.poll() is not None or is_up(url))
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield Standalone(url, receiver)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        receiver.shutdown()


def is_up(url):
    """Whether it answers."""
    try:
        return call("GET", f"{url}/simulator/numbers").status == 200
    except OSError:
        return False
