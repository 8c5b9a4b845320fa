"""A caller of the public API, with nothing but the standard library, and a patient question.

The third-party clients are what is under test elsewhere; this one only prepares and looks.
"""

import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

SERVER = os.environ["MSGBOXX_URL"]
SIMULATOR = os.environ["MSGBOXX_SIMULATOR_URL"]
USERNAME, PASSWORD = "my@username.com", "MySuperSecurePassw0rd!"
CALLING_APPLICATION = "External checks"
PATIENCE_SECONDS = 30


class NamesThatDifferOnlyByCase(ValueError):
    """An object that a case-insensitive decoder would merge or refuse."""


def decode(text):
    """JSON as a case-insensitive decoder reads it: two names of one object equal but for case are an error."""

    def object_of(pairs):
        names = [name.lower() for name, _ in pairs]
        twins = {name for name in names if names.count(name) > 1}
        if twins:
            raise NamesThatDifferOnlyByCase(f"{sorted(twins)} in {[name for name, _ in pairs]}")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=object_of)


@dataclass
class Answer:
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict
    text: str

    @classmethod
    def of(cls, response):
        """Reads it from the standard library's own."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return cls(response.status, headers, response.read().decode())

    @property
    def json(self):
        """The body, decoded."""
        return decode(self.text)

    def must_be(self, status):
        """This answer, if its status is the expected one."""
        assert self.status == status, f"expected {status}, got {self.status}: {self.text}"
        return self


def call(method, url, body=None, headers=None):
    """One request; every status is an answer."""
    request = urllib.request.Request(url, method=method, headers=dict(headers or {}))
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
            return Answer.of(response)
    except urllib.error.HTTPError as refusal:
        return Answer.of(refusal)


def sign_in():
    """The answer to an administrator's sign-in."""
    body = {"username": USERNAME, "password": PASSWORD}
    headers = {"X-Calling-Application": CALLING_APPLICATION}
    return call("POST", f"{SERVER}/oauth/token", body, headers).must_be(200)


def access_token():
    """A fresh access token."""
    return sign_in().json["access_token"]


def until(what, question):
    """The first answer to `question` that is not empty; fails, naming `what`, when there is none in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := question():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain for {what}")
