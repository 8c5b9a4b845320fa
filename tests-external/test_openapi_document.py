"""The published description is valid OpenAPI 3.1 and says which operations are documented, aliases or ours."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import SERVER, call

DOCUMENTED = """
POST /oauth/token
GET /apiaccount
GET /apiaccount/{}
GET /broadcast
GET /broadcast/{}
POST /broadcast
GET /contact
GET /contact/{}
POST /contact
PUT /contact/{}
GET /conversation/{}
PUT /conversation/{}
GET /inbox
GET /inbox/{}
GET /message
GET /message/{}
POST /message
GET /team
GET /template
GET /template/{}
GET /user
GET /webhook
GET /webhook/{}
PUT /webhook/{}
POST /webhook
DELETE /webhook/{}
""".strip().splitlines()

ALIASES = """
GET /inboxes
GET /inboxes/{}
GET /webhooks
POST /webhooks
GET /webhooks/{}
PUT /webhooks/{}
DELETE /webhooks/{}
POST /organisation
""".strip().splitlines()

EXTENSIONS = """
POST /oauth/refresh
POST /oauth/revoke
""".strip().splitlines()

METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


@pytest.fixture(scope="module")
def document():
    """The server's description of itself, which needs no token."""
    return call("GET", f"{SERVER}/openapi.json").must_be(200).json


@pytest.fixture(scope="module")
def operations(document):
    """Operations by method and path, whatever the path's parameters are called."""
    found = {}
    for path, item in document["paths"].items():
        shape = "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
        found |= {f"{method.upper()} {shape}": operation for method, operation in item.items() if method in METHODS}
    return found


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("operation", DOCUMENTED)
def test_a_documented_operation_is_described_as_primary(operation, operations):
    described = operations[operation]
    assert not described.get("deprecated") and not described.get("x-extension")


@pytest.mark.parametrize("operation", ALIASES)
def test_an_alias_is_described_as_deprecated(operation, operations):
    assert operations[operation].get("deprecated") is True


@pytest.mark.parametrize("operation", EXTENSIONS)
def test_an_extension_is_marked(operation, operations):
    assert operations[operation].get("x-extension") is True


def test_nothing_undocumented_is_passed_off_as_documented(operations):
    unmarked = {name for name, operation in operations.items() if not (operation.get("deprecated") or operation.get("x-extension"))}
    assert unmarked == set(DOCUMENTED)
