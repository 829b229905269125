"""The API's own schema makes requests, right ones and wrong ones, and each answer is held against it."""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.utils.encoders import JSONEncoder
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks

from evidence.context import AuditContext, in_force
from tests.harness.databases import TESTS
from tests.security.doors import methods_of, routes
from tests.security.plant import World, build

FULL = os.environ.get("HOLDFAST_FAULTS") == "full"
SEEDS = (1, 2, 3) if FULL else (1,)
EXAMPLES = 20 if FULL else 1
SHARE = 12  # in the suite each persona asks every twelfth operation, another twelfth each: all of them take an hour
PERSONAS = ("quality manager", "operator", "token", *(("administrator", "engineer", "auditor") if FULL else ()))
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance,
]  # fmt: skip
UNDESCRIBED = ("api/v1/schema/", "api/v1/docs/")
BROUGHT = {"value-imports": "values", "register-imports": "import", "import-layouts": "layout"}
METHODS = ("get", "post", "patch", "put", "delete")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        with in_force(AuditContext(TESTS, reason="a test")):
            made = build()
        yield made
        transaction.set_rollback(True)


@lru_cache
def described() -> dict[str, Any]:
    """The schema as a client reads it."""
    found = SchemaGenerator().get_schema(request=None, public=True)
    loaded: dict[str, Any] = json.loads(JSONEncoder().encode(found))
    return loaded


def operations() -> list[Any]:
    return [result.ok() for result in schemathesis.openapi.from_dict(described()).get_all_operations()]


def known(world: World, path: str) -> dict[str, Any]:
    """Names of things that there are, so that requests get further than 404."""
    plural = path.removeprefix("/api/v1/").partition("/")[0]
    here = world.here
    found: dict[str, Any] = {"username": here.worker.username, "year": 2026}
    if plural in here.records:
        found |= {"number": here.records[plural].number}
    if plural in here.actions:
        found |= {"key": str(here.actions[plural].uuid)}
    if plural in BROUGHT:
        found |= {"key": str(here.lines[BROUGHT[plural]].uuid)}
    return {name: value for name, value in found.items() if f"{{{name}}}" in path}


def send(case: Case, persona: str, world: World) -> Response:
    """The case through Django's own client, as that persona; what it wrote is undone."""
    asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    headers = {name: str(value) for name, value in asked.headers.items() if name != "Content-Length"}
    kind = headers.pop("Content-Type", "application/json")
    with transaction.atomic():
        client = world.clients[persona]
        client.raise_request_exception = False
        sent = {
            **{name: value for name, value in headers.items() if name.lower() != "cookie"},
            **world.headers[persona],
        }
        answer = client.generic(
            asked.method or "GET", asked.path_url, body, content_type=kind, headers={"If-Match": "*", **sent}
        )
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    named = {name.lower(): [value] for name, value in answer.items()}
    return Response(answer.status_code, named, content, asked, elapsed=0.0, verify=False)


def faults_of(operation: Any, persona: str, world: World, seed: int) -> list[str]:
    """What the checks say of a few requests to one operation."""
    told: list[str] = []

    def check(case: Case) -> None:
        answer = send(case, persona, world)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            why = "; ".join(f"{one.title}: {one.message}" for one in failures.exceptions)[:500]
            told.append(f"{operation.label} {answer.status_code}: {why}")

    def right(case: Case) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **known(world, operation.path)}
        check(case)

    _ask(operation, GenerationMode.POSITIVE, right, seed)
    _ask(operation, GenerationMode.NEGATIVE, check, seed)
    return told


def _ask(operation: Any, mode: GenerationMode, attempt: Callable[[Case], None], seed: int) -> None:
    limits = hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    asked = hypothesis.given(operation.as_strategy(generation_mode=mode))(attempt)
    with suppress(hypothesis.errors.Unsatisfiable):  # nothing can be wrong about it
        hypothesis.seed(seed)(limits(asked))()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_no_request_that_the_schema_can_think_of_is_answered_outside_of_it(world, persona, seed):
    """Never a 5xx, only statuses, types and bodies that are in the schema."""
    turn = PERSONAS.index(persona)
    asked = operations() if FULL else operations()[turn::SHARE]
    told = [fault for operation in asked for fault in faults_of(operation, persona, world, seed)]
    assert told == [], "\n\n".join(told[:20])


def test_the_schema_describes_every_address_and_method(db):
    """Except those of the description itself."""
    described_there = {
        (re.sub(r"\{\w+\}", "{}", path), method)
        for path, item in described()["paths"].items()
        for method in item
        if method in METHODS
    }
    routed = {
        (re.sub(r"<[^>]+>", "{}", f"/{route}"), method.lower())
        for route, view in routes()
        for method in methods_of(view)
        if route.startswith("api/v1/") and not route.startswith(UNDESCRIBED)
    }
    assert described_there - routed == set()
    assert {pair for pair in routed - described_there if takes(pair)} == set()


def takes(pair: tuple[str, str]) -> bool:
    """A list without a creating verb, or a record without an edit, answers 405 and is not described."""
    return pair[1] == "get"
