"""Bad input on every form and endpoint of the loop: a clear error, nothing written, never a 500.

The forms are found from the registry, so that a new verb is tried here without anybody thinking of it.
"""

import json
from typing import Any

import pytest
from django import forms
from django.test import Client

from evidence.models import Event
from kaizen.models import KaizenEvent
from records.models import Record, Signature
from tests.cast import PASSWORD, client_for
from ui.forms import RecordField, RowsField, VerbForm
from ui.registry import page_of, pages

NASTY = {
    "nothing": None,
    "not a number": "NaN",
    "infinity": "-Infinity",
    "huge number": "1e400",
    "text": "twelve",
    "no such day": "2026-02-30",
    "no such record": "XXX-CAPA-2026-9999",
    "long": "x" * 300_000,
    "nul": "a\x00b",
    "list": [1, [2, [3]]],
    "object": {"a": {"b": []}},
    "true": True,
    "negative": -1,
    "big": 10**30,
    "surrogate": "\ud800",
}


def creating() -> list[Any]:
    return [page for page in pages() if page.create]


def written() -> tuple[int, int, int]:
    return Record.objects.count(), Event.objects.count(), Signature.objects.count()


def body(form: type[VerbForm], value: Any) -> dict[str, Any]:
    return {name: value for name in form.base_fields if name != "version"}


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_creating_verb_takes_nonsense_over_rest(shop, nasty):
    before = written()
    client = client_for(shop.axel)
    for page in creating():
        sent = json.dumps(body(page.create.form, nasty))
        answer = client.post(f"/api/v1/{page.plural}/", sent, content_type="application/json")
        assert answer.status_code in (400, 403, 409, 413), f"{page.plural}: {answer.status_code} {answer.content[:300]}"
        assert answer.json()["title"], page.plural
    assert written() == before


@pytest.mark.parametrize("nasty", ["NaN", "twelve", "2026-02-30", "-1", "1e400", "x" * 30_000, "a\x00b"])
def test_no_creating_verb_takes_nonsense_from_a_page(shop, nasty):
    before = written()
    client = client_for(shop.axel)
    for page in creating():
        answer = client.post(f"/{page.plural}/new/", body(page.create.form, nasty))
        assert answer.status_code in (400, 403, 422), f"{page.plural}: {answer.status_code}"
    assert written() == before


@pytest.mark.parametrize("nasty", ["NaN", "twelve", "2026-02-30", [1, [2]], {"a": 1}, "a\x00b", 10**30])
def test_no_verb_of_an_event_takes_nonsense(shop, nasty):
    before = written()
    event = shop.event
    for verb in page_of(KaizenEvent).verbs:
        if verb.form is VerbForm:
            continue
        sent = {**body(verb.form, nasty), "username": "olga", "password": PASSWORD, "challenge": "x"}
        answer = client_for(shop.olga).post(
            f"/api/v1/kaizen-events/{event.number}/{verb.name}/",
            json.dumps(sent),
            content_type="application/json",
            headers={"If-Match": "*"},
        )
        assert answer.status_code in (400, 403, 409), f"{verb.name}: {answer.status_code} {answer.content[:300]}"
    assert written() == before


BODIES = {
    "no JSON": "{",
    "a list": "[]",
    "a word": '"word"',
    "duplicate keys": '{"title": "a", "title": "b"}',
    "NaN": '{"title": NaN}',
    "deep": '{"a":' * 200 + "1" + "}" * 200,
    "very deep": "[" * 100_000 + "]" * 100_000,
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "not UTF-8": b'{"title": "\xff\xfe"}',
    "trailing": '{"title": "a"} x',
    "nothing": "",
}


@pytest.mark.parametrize("sent", BODIES.values(), ids=BODIES)
def test_malformed_json_is_told_so(shop, sent):
    before = written()
    for path in ("nonconformities/", "kaizen-events/", "documents/", "measurements/"):
        answer = client_for(shop.axel).post(f"/api/v1/{path}", sent, content_type="application/json")
        assert answer.status_code == 400, f"{path}: {answer.status_code}"
        assert answer["Content-Type"].startswith("application/problem+json")
    assert written() == before


def test_dates_in_the_wrong_order_are_refused(shop):
    axel = client_for(shop.axel)
    wrong = {
        "kaizen-events": {"starts_on": "2026-05-05", "ends_on": "2026-05-01"},
        "reviews": {"period_from": "2026-05-05", "period_to": "2026-05-01"},
        "nonconformities": {"detected_on": "2026-05-05", "reply_due": "2026-05-01"},
    }
    facts = {
        "kaizen-events": {"title": "E", "problem": "P", "sponsor": "mona", "line_manager": "olga"},
        "reviews": {"title": "R", "chair": "mona", "planned_for": "2026-06-01"},
        "nonconformities": {"title": "N", "description": "D"},
    }
    before = written()
    for plural, dates in wrong.items():
        sent = {"site": "MUC", **facts[plural], **dates}
        answer = axel.post(f"/api/v1/{plural}/", json.dumps(sent), content_type="application/json")
        assert answer.status_code in (400, 409), f"{plural}: {answer.content[:300]}"
        assert axel.post(f"/{plural}/new/", sent).status_code == 422
    assert written() == before


def test_somebody_elses_site_is_unknown(shop, lyon, sam, welding):
    """Every choice of a site, a process, a person or a record ends at what one sees."""
    sites = {"site": "LYS", "process": "LYS/WELD", "owner": "sam", "chair": "sam", "sponsor": "sam", "auditor": "sam"}
    before = written()
    for page in creating():
        for name, value in sites.items():
            if name not in page.create.form.base_fields:
                continue
            form = page.create.form({name: value}, user=shop.axel)
            assert name in form.errors, f"{page.plural}.{name} takes {value} of another site"
    assert written() == before


def test_no_choice_of_a_record_is_unscoped():
    """A field that takes a record asks who looks; also inside repeating rows."""
    for page in pages():
        for verb in [*page.verbs, *([page.create] if page.create else [])]:
            for name, field in fields_of(verb.form):
                if isinstance(field, forms.ModelChoiceField) and hasattr(field.queryset.model, "site"):
                    assert hasattr(field, "limit_to"), f"{page.plural} {verb.name}: {name}"
                if isinstance(field, RecordField):
                    assert field._found is None, "limited only when a user is known"


def fields_of(form: type[forms.Form]) -> list[tuple[str, forms.Field]]:
    found = list(form.base_fields.items())
    rows = [field.row_form for _name, field in found if isinstance(field, RowsField)]
    return found + [item for row in rows for item in row.base_fields.items()]


def test_the_unknown_and_the_forbidden_look_alike(shop, sam):
    stranger = client_for(sam)
    number = shop.event.number
    tabs = (
        "",
        "chain/",
        "actions/",
        "files/",
        "timeline/",
        "history/",
        "record.pdf",
        "chain.pdf",
        "panel/x/",
        "do/edit/",
    )
    for tab in tabs:
        known = stranger.get(f"/kaizen-events/{number}/{tab}")
        unknown = stranger.get(f"/kaizen-events/MUC-KAI-2026-9999/{tab}")
        assert (known.status_code, unknown.status_code) == (404, 404), tab
    for path in ("", "chain/", "content/", "actions/", "comments/", "files/"):
        assert stranger.get(f"/api/v1/kaizen-events/{number}/{path}").status_code == 404, path


def test_nobody_gets_in_without_logging_in(shop):
    anonymous = Client()
    for page in pages():
        assert anonymous.get(f"/{page.plural}/").status_code == 302, page.plural
        assert anonymous.get(f"/api/v1/{page.plural}/").status_code in (401, 403), page.plural
