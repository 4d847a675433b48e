"""The OpenAPI document: what it says is so, and its examples run."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks
from tests.api.conftest import PASSWORD, YESTERDAY, Bank

from farthing import api
from farthing.flows.access import logins
from farthing.flows.ports import House

load_all_checks()
NAMES = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip
CHECKED = CHECKS.get_by_names(NAMES)
EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
ID = re.compile(r"\b(pty|dec|lin|evt|bil|hse)_a{24}\b")


@cache
def document() -> dict[str, Any]:
    """The document of an application that has no bank behind it yet; to be read only."""
    app = FastAPI(title="Farthing", version="1")
    api.install(app, cast("House", object()), "no secret", logins(time.monotonic))
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((method.upper(), path, operation) for method, operation in methods.items())


def test_the_document_is_whole(bank: Bank) -> None:
    document = bank.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) > 25
    for method, path, operation in operations(document):
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert {"422", "500", "503"} <= refusals, (method, path)
        for status in refusals:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
        assert ("security" in operation) == (path not in ("/api/v1/token", "/api/v1/health", "/api/v1/health/ready")), path
        assert operation["summary"]


def test_money_is_whole_fen_everywhere(bank: Bank) -> None:
    schemas = bank.client.get("/openapi.json").json()["components"]["schemas"]
    fields = [(name, field, told) for name, schema in schemas.items() for field, told in schema.get("properties", {}).items()]
    money = [(name, field, told) for name, field, told in fields if field.endswith("_fen")]
    assert len(money) > 30
    assert all("integer" in str(told) and "number" not in str(told).replace("whole number", "") for _, _, told in money)


def test_every_example_runs(bank: Bank) -> None:
    document = bank.client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    ran = 0
    for method, template, operation in operations(document):
        if method == "POST" and "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
            continue  # a file: tests/api/test_evidence.py
        if method == "POST" and operation["tags"] in (["servicing"], ["bills"], ["houses"], ["models"]):
            continue  # each needs a line, bill, house or model to which just this may happen: the tests of each
        if "/months/" in template or "{listener}" in template:
            continue  # a month that is over, somebody who listens: tests/api/test_books.py, test_listeners.py
        if template.endswith(("/dimensions", "/fraud", "/report.pdf", "/novelty", "/constructs", "/segment", "/segments")):
            continue  # a model that is in use: tests/api/test_dimensions.py, test_checks.py, test_models.py, test_estimates.py
        path = filled(bank, template, operation)
        if path.endswith("/token"):
            form = {"grant_type": "client_credentials", "client_id": "officer", "client_secret": PASSWORD}
            assert bank.client.post(path, data=form).status_code == 200
            continue
        query = {p["name"]: example(p) for p in operation.get("parameters", []) if p["in"] == "query" and p["required"]}
        query |= {"day": str(YESTERDAY)} if "day" in query else {}
        query |= {"old": bank.house.journal.heads()[0].size} if "old" in query else {}
        body = known(bank, body_example(operation, schemas))
        who = "manager" if path.endswith(("/review", "/listeners", "/events")) and "/lines/" not in path else "officer"
        answer = bank.send(method, path.removeprefix("/api/v1"), who, params=query, **({} if body is None else {"json": body}))
        assert answer.status_code in (200, 201), (method, path, body, answer.text)
        ran += 1
    assert ran > 25


def filled(bank: Bank, path: str, operation: dict[str, Any]) -> str:
    """The path with its examples, placeholders of ids replaced by ids there are."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            value = bank.ids["key"] if parameter["name"] == "key" else known(bank, example(parameter))
            value = bank.ids["offer"] if path.endswith(("/acceptance", "/disclosure")) else value
            path = path.replace("{" + parameter["name"] + "}", str(value))
    return path


def known(bank: Bank, value: Any) -> Any:
    """Ids of an example, as ids there are."""
    if isinstance(value, dict):
        return {name: known(bank, each) for name, each in value.items()}
    return ID.sub(lambda found: bank.ids[found[1]], value) if isinstance(value, str) else value


def example(told: dict[str, Any]) -> Any:
    """The example of a parameter, of a field, or its default."""
    schema = told.get("schema", told)
    if "examples" in told or "examples" in schema:
        return (told.get("examples") or schema["examples"])[0]
    return schema.get("default")


def body_example(operation: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The example of a body: its own, or put together from its fields'."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    ref = content["schema"].get("$ref") or content["schema"]["anyOf"][0]["$ref"]  # a body that may be left out
    schema = schemas[ref.rpartition("/")[2]]
    if "examples" in schema:
        return schema["examples"][0]
    return {name: value for name, field in schema["properties"].items() if (value := example(field)) is not None}


schema = schemathesis.openapi.from_dict(document())


@schema.exclude(path_regex="/token$").parametrize()
@EXAMPLES
def test_nothing_breaks_and_answers_keep_their_word(case: schemathesis.Case, bank: Bank) -> None:
    for name, value in case.path_parameters.items():  # an id of the right form is one there is, so that what is behind it is reached
        if found := re.fullmatch(r"(pty|dec|lin|evt|bil|hse)_[a-z0-9]+", str(value)):
            case.path_parameters[name] = bank.ids[found[1]]
    headers = {"Authorization": f"Bearer {bank.tokens['officer']}"}
    case.call_and_validate(base_url=str(bank.client.base_url), headers=headers, checks=CHECKED)
