"""How schemathesis signs in, what exists on this server, and what keeps it on this machine."""

import itertools
import json
import re
from urllib.parse import urlsplit

import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

from api import SERVER, NamesThatDifferOnlyByCase, access_token, call, decode, sign_in
from conftest import CONTACT_ID
from schemathesis_exceptions import REFUSALS

VALID_KEY = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
COUNTER = itertools.count(1)
# What is made by the server, by the parameter that names it; the checks that ran before made some of each.
MADE = {
    "conversationId": f"/message?contactId={CONTACT_ID}",
    "messageId": f"/message?contactId={CONTACT_ID}",
    "broadcastId": "/broadcast",
    "webhookId": "/webhook",
}


@schemathesis.auth().skip_for(path_regex="^/oauth/")
class AccessToken:
    """The bearer token of an administrator, asked for with the documented header."""

    def get(self, case, ctx):
        """A fresh token."""
        return access_token()

    def set(self, case, data, ctx):
        """Puts it where the documentation says."""
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/oauth/re")
class RefreshToken:
    """The cookie, which is good for one use."""

    def get(self, case, ctx):
        """A fresh cookie."""
        return sign_in().headers["set-cookie"].split(";")[0].removeprefix("refreshToken=")

    def set(self, case, data, ctx):
        """Puts it where a browser would."""
        case.cookies = case.cookies or {}
        case.cookies["refreshToken"] = data


def ask(method, path, body=None):
    """One request of an administrator."""
    return call(method, SERVER + path, body, {"Authorization": f"Bearer {access_token()}"})


@schemathesis.hook
def after_load_schema(context, schema):
    """Ids that schemathesis.toml cannot know."""
    for parameter, path in MADE.items():
        schema.config.parameters[f"path.{parameter}"] = ask("GET", path).must_be(200).json["items"][0][parameter]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes new what would be answered with "there is one already", or is gone after one call."""
    if isinstance(case.body, dict):
        send_webhooks_nowhere(case.body)
        if case.method == "POST" and "mobileNumber" in case.body and case.meta.generation.mode.is_positive:
            case.body["mobileNumber"] = f"+4479{next(COUNTER):08}"
    key = (case.headers or {}).get("Idempotency-Key", "")
    if VALID_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = f"{next(COUNTER)} {key}"[:255].rstrip()
    webhook = (case.path_parameters or {}).get("webhookId")
    if case.method == "DELETE" and webhook == case.operation.schema.config.parameters["path.webhookId"]:
        target = {"type": "template", "targetUrl": f"https://{next(COUNTER)}.invalid"}
        case.path_parameters["webhookId"] = ask("POST", "/webhook", target).must_be(201).json["webhookId"]


def send_webhooks_nowhere(body):
    """An invented address would otherwise be called as soon as a message is created; `.invalid` never resolves (RFC 2606)."""
    target = body.get("targetUrl")
    if isinstance(target, str) and "://" in target:
        try:
            host = urlsplit(target).hostname
        except ValueError:
            return
        if host:
            body["targetUrl"] = target.replace(host, f"{next(COUNTER)}.invalid", 1)


@schemathesis.check
def names_differ_by_more_than_case(ctx, response, case):
    """No answer has two members that a case-insensitive decoder would merge."""
    if any("json" in value for value in response.headers.get("content-type", [])):
        try:
            decode(response.content)
        except NamesThatDifferOnlyByCase as twins:
            raise AssertionError(str(twins)) from None


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops what is no failure: a refusal of `schemathesis_exceptions.py`, and a text that is too long by white space only."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        problem = json.loads(response.content)
        return not any(refusal.covers(case.operation.label, problem) for refusal in REFUSALS)
    if isinstance(failure, AcceptedNegativeData) and "in body - violates `maxLength`" in failure.message:
        return not is_valid(case, trimmed(case.body))
    return True


def trimmed(value):
    """The same without white space around texts, which does not count."""
    if isinstance(value, dict):
        return {name: trimmed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [trimmed(item) for item in value]
    return value.strip() if isinstance(value, str) else value


def is_valid(case, body):
    """Whether the document allows this body for this operation."""
    document = case.operation.schema.raw_schema
    described = case.operation.definition.raw["requestBody"]["content"]["application/json"]["schema"]
    return Draft202012Validator(described | {"components": document["components"]}).is_valid(body)
