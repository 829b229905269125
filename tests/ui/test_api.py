"""The REST door of any registered kind."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator

from documents.models import Document
from tests.cast import token_for
from tests.ui.plant import PASSWORD, Plant

PROBLEM = "application/problem+json"


class Api:
    """A small client: JSON in and out."""

    def __init__(self, client: Client, **headers: str) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers={**self.headers, **headers})

    def send(self, path: str, body: Any, *, method: str = "post", match: str = "") -> Any:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {**self.headers, **({"If-Match": match} if match else {})}
        call = getattr(self.client, method)
        return call(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


@pytest.fixture
def api(as_user: Callable[..., Client]) -> Callable[..., Api]:
    return lambda user: Api(as_user(user))


@pytest.fixture
def by_token(plant: Plant) -> Callable[..., Api]:
    def made(user: Any) -> Api:
        return Api(Client(), Authorization=f"Token {token_for(user)}")

    return made


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    body = answer.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["detail"]
    return body


def test_list_and_detail(plant, api):
    document = plant.documents(2)[1]
    olga = api(plant.olga)
    listed = olga.get("documents/").json()
    assert listed["results"][0]["number"] == document.number
    assert listed["total"] == 2
    answer = olga.get(f"documents/{document.number}/")
    assert answer["ETag"] == f'"{document.number}-1"'
    assert answer.json()["owner"] == "olga"
    assert "edit" in [link["verb"] for link in answer.json()["links"]["available"]]
    assert olga.get(f"documents/{document.number}/", **{"If-None-Match": answer["ETag"]}).status_code == 304


def test_stranger_and_nobody(plant, api):
    document = plant.documents(1)[0]
    problem(api(plant.sam).get(f"documents/{document.number}/"), 404, "not-found")
    assert api(plant.sam).get("documents/").json() == {"results": [], "next": None, "previous": None, "total": 0}
    problem(Api(Client()).get("documents/"), 401, "not-authenticated")


def test_pages_of_a_list_meet_without_gap_or_repeat(plant, api):
    numbers = [document.number for document in plant.documents(7)]
    olga, url, seen = api(plant.olga), "documents/?limit=3&sort=number", []
    while url:
        page = olga.get(url).json()
        seen += [row["number"] for row in page["results"]]
        url = (page["next"] or "").removeprefix("/api/v1/")
    assert seen == sorted(numbers)
    last = olga.get("documents/?limit=3&sort=number").json()
    back = olga.get(olga.get(last["next"].removeprefix("/api/v1/")).json()["previous"].removeprefix("/api/v1/")).json()
    assert [row["number"] for row in back["results"]] == sorted(numbers)[:3]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("site=LYS", "invalid"),
        ("stauts=active", "invalid"),
        ("limit=0", "invalid"),
        ("limit=0000000019999", "invalid"),
        ("after=nonsense", "bad-cursor"),
    ],
)
def test_bad_queries_are_told(plant, api, query, code):
    problem(api(plant.olga).get(f"documents/?{query}"), 400, code)


def test_patch_changes_only_what_it_names(plant, api):
    document = plant.documents(1)[0]
    olga = api(plant.olga)
    problem(olga.send(f"documents/{document.number}/", {"title": "New"}, method="patch"), 428, "version-missing")
    match = f'"{document.number}-1"'
    done = olga.send(f"documents/{document.number}/", {"title": "New"}, method="patch", match=match)
    assert done.status_code == 200, done.content
    assert (done.json()["title"], done.json()["owner"]) == ("New", "olga")
    assert done["ETag"] == f'"{document.number}-2"'
    again = olga.send(f"documents/{document.number}/", {"title": "Newer"}, method="patch", match=match)
    problem(again, 412, "stale")
    assert Document.objects.get().title == "New"


def test_status_is_not_writable(plant, api):
    document = plant.documents(1)[0]
    answer = api(plant.olga).send(
        f"documents/{document.number}/", {"status": "active"}, method="patch", match=f'"{document.number}-1"'
    )
    assert problem(answer, 400, "invalid")["errors"][0]["field"] == "status"


@pytest.mark.parametrize(
    "body",
    [
        '{"title": NaN}',
        '{"title": "a", "title": "b"}',
        "{",
        "[" * 40 + "]" * 40,
        '{"a": 1e999}',
        b"\xff",
        '{"title": "\\ud800"}',
        " " * 1_100_000,
    ],
)
def test_malformed_json_is_a_400(plant, api, body):
    answer = api(plant.olga).send("documents/", body)
    assert answer.status_code == (413 if len(body) > 1_000_000 else 400)
    assert answer["Content-Type"] == PROBLEM
    assert Document.objects.count() == 0


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_body_must_be_an_object(plant, api, body):
    assert api(plant.olga).send("documents/", body).status_code == 400


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"what": 5}, "Row 1, what: Give a text."),
        ({"what": "x", "manual_seconds": []}, "Row 1, manual_seconds: Give a number."),
        ({"what": "x", "nonsense": "y"}, "Row 1, nonsense: There is no such field."),
        ("x", "Give a list of objects."),
    ],
)
def test_rows_of_the_wrong_type_are_named(plant, api, row, words):
    answer = api(plant.olga).send("documents/", {"site": "MUC", "type": "XWI", "title": "x", "steps": [row]})
    assert problem(answer, 400, "invalid")["errors"][0]["message"] == words


@pytest.mark.parametrize("facts", [{"title": ["a"]}, {"title": 7}, {"title": True}, {"title": "x" * 300}])
def test_values_of_the_wrong_type_are_named(plant, api, facts):
    body = {"site": "MUC", "type": "XWI", **facts}
    answer = api(plant.olga).send("documents/", body)
    errors = problem(answer, 400, "invalid")["errors"]
    assert "title" in {error["field"] for error in errors}


def test_refusal_is_a_409_with_its_code(plant, api):
    document = plant.documents(1)[0]
    answer = api(plant.axel).send(f"documents/{document.number}/retire/", {"reason": "No longer made."}, match="*")
    problem(answer, 409, "revision-on-its-way")


def test_auditor_may_not(plant, api):
    document = plant.documents(1)[0]
    answer = api(plant.aud).send(
        f"documents/{document.number}/retire/", {"reason": "no longer"}, match=f'"{document.number}-1"'
    )
    problem(answer, 403, "not-allowed")


def test_token_reads_and_writes_but_never_signs(plant, by_token):
    document = plant.documents(1)[0]
    revision = plant.revision(document)
    axel = by_token(plant.axel)
    assert axel.get(f"documents/{document.number}/").status_code == 200
    answer = axel.send(
        f"revisions/{revision.number}/approve/", {"username": "axel", "password": PASSWORD, "challenge": "x"}, match="*"
    )
    problem(answer, 403, "token-cannot-sign")
    done = axel.send(f"documents/{document.number}/", {"title": "Wash"}, method="patch", match="*")
    assert done.status_code == 200, done.content
    assert Document.objects.get(pk=document.pk).history.first().actor_name == "Axel Approver"


def test_actions_and_comments(plant, api):
    document = plant.documents(1)[0]
    olga = api(plant.olga)
    made = olga.send(f"documents/{document.number}/actions/", {"what": "Mark", "who": "olga", "due": "2099-01-01"})
    assert made.status_code == 201, made.content
    path = f"documents/{document.number}/actions/{made.json()['uuid']}/finish/"
    problem(olga.send(path, {"result": "Marked."}), 428, "version-missing")
    done = olga.send(path, {"result": "Marked."}, match=made.json()["etag"])
    assert done.json()["status"] == "done"
    problem(olga.send(path, {"result": "Again."}, match=made.json()["etag"]), 412, "stale")
    problem(olga.send(path, {"result": "Again."}, match=done.headers["ETag"]), 409, "not-now")
    assert olga.send(f"documents/{document.number}/comments/", {"text": "Good."}).status_code == 201


def test_schema_is_made_without_complaint(db):
    """Nothing of it is guessed: each answer and each request is described by the door itself."""
    reset_generator_stats()
    SchemaGenerator().get_schema(public=True)
    assert [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache] == []


def test_schema_is_made_once(plant, client):
    """Who is not logged in may ask for it too: it must not cost seconds each time."""
    schema = client.get("/api/v1/schema/", {"format": "json"}).json()
    again = client.get("/api/v1/schema/", {"format": "json"})
    assert (again.json(), again["Content-Type"]) == (schema, "application/vnd.oai.openapi+json")
    assert client.get("/api/v1/schema/").content.startswith(b"openapi: 3.1")
    assert schema["openapi"].startswith("3.1")
    retire = schema["paths"]["/api/v1/documents/{number}/retire/"]["post"]
    assert "reason" in json.dumps(schema["components"]["schemas"])
    assert "If-Match" in [parameter["name"] for parameter in retire["parameters"]]


def test_docs_load_nothing_from_elsewhere(plant, client):
    text = client.get("/api/v1/docs/").content.decode()
    assert "https://" not in text
    assert "//cdn" not in text
