"""The state that the documentation's examples take for granted, made once per server.

What provision.toml cannot give an id (conversation, message, broadcast, webhook) is made here through the API.
"""

from dataclasses import dataclass
from urllib.parse import quote

import pytest

from api import SERVER, SIMULATOR, access_token, call, until

pytest_plugins = ["deliveries"]

BUSINESS = "+447700900001"
CUSTOMER = "+447902111123"
API_ACCOUNT_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
CONTACT_ID = "17b5c90a-7465-1097-b2db-66afa62c963f"
TEMPLATE_ID = "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba"
USER_ID = "90be5367-b922-488a-b95f-9656b369ecf7"
ZAPIER_HOOK = "https://hooks.zapier.com/hooks/standard/11043413/21d7b275de264bf9aee14a52de22a17d/"


@dataclass
class Caller:
    """An administrator with a token."""

    token: str

    def call(self, method, path, body=None):
        """One request to the server."""
        return call(method, SERVER + path, body, {"Authorization": f"Bearer {self.token}"})


@pytest.fixture(scope="session")
def caller():
    """An administrator with a token."""
    return Caller(access_token())


def customer_writes(number, text):
    """A customer's message, from the simulated phone."""
    body = {"from": number, "to": BUSINESS, "name": "Test Customer", "type": "text", "text": {"body": text}}
    call("POST", f"{SIMULATOR}/simulator/messages", body).must_be(202)


def texts_on_the_phone(number):
    """What has arrived at a customer's phone."""
    items = call("GET", f"{SIMULATOR}/simulator/messages?phone={quote(number)}").must_be(200).json["items"]
    return [item["text"] for item in items if item["direction"] == "in"]


@pytest.fixture(scope="session")
def conversation_id(caller):
    """The conversation of a customer who has just written, so that the customer service window is open."""
    customer_writes(CUSTOMER, "hello")
    path = f"/message?contactId={CONTACT_ID}"
    message = until("the customer's message", lambda: caller.call("GET", path).must_be(200).json["items"])[0]
    return message["conversationId"]


@pytest.fixture(scope="session")
def paths(caller, conversation_id):
    """Paths printed in the documentation, with the path of the same thing on this server."""
    assigned = {"userId": USER_ID, "teamId": "", "folder": "inbox"}
    caller.call("PUT", f"/conversation/{conversation_id}", assigned).must_be(200)
    addressed = {"apiAccountId": API_ACCOUNT_ID, "contactId": CONTACT_ID}
    message = caller.call("POST", "/message", addressed | {"message": "anything"}).must_be(201).json
    text = "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon."
    broadcast = caller.call("POST", "/broadcast", addressed | {"templateId": TEMPLATE_ID, "message": text}).must_be(201).json
    # Switched off, so that nothing is ever sent to the hosts that the documentation names.
    kept = caller.call("POST", "/webhook", {"type": "contact", "targetUrl": ZAPIER_HOOK, "isEnabled": False}).must_be(201).json
    doomed = caller.call("POST", "/webhook", {"type": "inbox", "targetUrl": ZAPIER_HOOK, "isEnabled": False}).must_be(201).json
    return {
        "/conversation/6bea4b13-e818-4544-8c43-e28a5c6cb67f": f"/conversation/{conversation_id}",
        "/message/ce2400ec-f80a-4509-bcd3-5aa5a96a4bdf": f"/message/{message['messageId']}",
        "/broadcast/84ca7cae-b7aa-47da-bafa-b9bb4acd2c7e": f"/broadcast/{broadcast['broadcastId']}",
        "/webhook/dab932d2-c490-48de-96a4-f76848241597": f"/webhook/{kept['webhookId']}",
        "/webhook/bafb3dd2-8749-4ebf-91ae-dc1ab18a2cc6": f"/webhook/{doomed['webhookId']}",
    }
