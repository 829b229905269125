"""Keyset pages, exports and forms: what lists and doors are made of."""

import base64
import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django import forms

from documents.models import Document
from ui import exports, listing, registry
from ui.assets import UnknownIcons, subset_sprite
from ui.forms import JobRolesField, ProcessField, RecordField, RowForm, RowsField, SiteField, VerbForm
from ui.listing import BadCursor, Sort, decode, window


class Row(RowForm):
    what = forms.CharField(max_length=20)
    due = forms.DateField(required=False)
    cost = forms.DecimalField(required=False)


class PlanForm(VerbForm):
    rows = RowsField(Row, min_rows=1)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_defused(text):
    assert exports.defused(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["plain", "", 3, -4, None, Decimal("-1.5")])
def test_everything_else_is_left_alone(cell):
    assert exports.defused(cell) == cell


def test_exports_hold_exactly_the_filtered_set(plant, as_user):
    plant.documents(4)
    with_formula = plant.documents(1)[0]
    olga = as_user(plant.olga)
    olga.post(f"{with_formula.get_absolute_url()}do/edit/", {"title": "=cmd()", "owner": "olga", "version": 1})
    body = b"".join(olga.get("/documents/export.csv", {"q": "cmd"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert len(rows) == 2
    assert "'=cmd()" in rows[1]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(olga.get("/documents/export.xlsx").streaming_content)))
    assert book.active.max_row == 6
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in kinds


def test_stranger_exports_nothing(plant, as_user):
    plant.documents(2)
    body = b"".join(as_user(plant.sam).get("/documents/export.csv").streaming_content).decode()
    assert "Grind" not in body


@pytest.mark.parametrize("sort", [Sort(), Sort("title", False), Sort("title", True), Sort("review_due", False)])
def test_walking_forth_and_back_meets_every_row_once(plant, sort):
    made = plant.documents(7)
    Document.objects.filter(pk__in=[document.pk for document in made[:3]]).update(review_due=date(2027, 1, 1))
    expected = list(Document.objects.order_by(*sort.ordering(backwards=False)).values_list("pk", flat=True))
    seen, page = [], window(Document.objects.all(), sort, size=2)
    while True:
        seen += [row.pk for row in page.rows]
        if not page.after:
            break
        page = window(Document.objects.all(), sort, after=page.after, size=2)
    assert seen == expected
    back = [row.pk for row in page.rows]
    while page.before:
        page = window(Document.objects.all(), sort, before=page.before, size=2)
        back = [row.pk for row in page.rows] + back
    assert back == expected


def cursor_of(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


STRANGE = [
    "x", "W10", "WzEsMl0sM10", "%%%", "bnVsbA",
    *map(cursor_of, ["[null, 1e999]", '["\\u0000", 1]', '["\\ud800", 1]', "[" * 2000, "[5]", '["x", "y"]']),
]  # fmt: skip


@pytest.mark.parametrize("cursor", STRANGE)
def test_strange_cursors_are_refused(cursor):
    with pytest.raises(BadCursor):
        decode(Sort("title"), cursor, Document.objects.all())


def test_a_list_with_a_strange_cursor_begins_anew(plant, as_user):
    answer = as_user(plant.olga).get("/documents/?after=nonsense")
    assert (answer.status_code, answer["Location"]) == (302, "/documents/?")


def test_counting_stops_at_a_thousand(monkeypatch, plant):
    plant.documents(4)
    monkeypatch.setattr(listing, "COUNTED", 3)
    found = window(Document.objects.all(), Sort())
    assert (found.total, found.total_label) == (None, "3+")


def test_rows_of_a_page_and_rows_of_the_api_give_the_same():
    page = {
        "rows-count": "3",
        "rows-0-what": "Mark",
        "rows-0-due": "2027-01-02",
        "rows-2-what": "Lost",
        "rows-2-drop": "on",
    }
    sent = {"rows": [{"what": "Mark", "due": "2027-01-02"}]}
    forms_ = [PlanForm(page), PlanForm(sent)]
    assert all(form.is_valid() for form in forms_)
    assert forms_[0].facts == forms_[1].facts == {"rows": [{"what": "Mark", "due": date(2027, 1, 2), "cost": None}]}


@pytest.mark.parametrize(
    "rows", ["text", {"what": "x"}, [1], [{"what": "x", "due": "tomorrow"}], [{"cost": "NaN", "what": "x"}], [], [{}]]
)
def test_bad_rows_are_errors(rows):
    assert not PlanForm({"rows": rows}).is_valid()


def test_a_null_character_names_no_process(plant):
    class Where(VerbForm):
        process = ProcessField()
        job_roles = JobRolesField(required=False)

    assert set(Where({"process": "MUC/\x00"}, user=plant.olga).errors) == {"process"}
    assert set(Where({"process": "x", "job_roles": ["\x00"]}, user=plant.olga).errors) == {"process", "job_roles"}
    assert set(Where({"process": "x", "job_roles": [""]}, user=plant.olga).errors) == {"process"}


def test_rows_say_which_row_and_field_is_wrong():
    form = PlanForm({"rows": [{"what": "x"}, {"what": "y", "due": "soon"}]})
    assert "Row 2, Due" in form.errors["rows"][0]


def test_fields_offer_only_what_the_user_sees(plant):
    class Where(VerbForm):
        site = SiteField()
        document = RecordField(Document, required=False)

    number = plant.documents(1)[0].number
    assert Where({"site": "MUC", "document": number.lower()}, user=plant.olga).is_valid()
    assert set(Where({"site": "MUC", "document": number}, user=plant.sam).errors) == {"site", "document"}


def test_unknown_section_is_a_mistake_of_the_programmer():
    page = registry.page_of(Document)
    with pytest.raises(ValueError, match="no-such"):
        registry.register_page(replace(page, section="no-such"))


def test_sprite_keeps_what_is_named_and_misses_nothing_demanded():
    sprite = '<symbol id="tabler-a">1</symbol><symbol id="tabler-b">2</symbol>'
    assert "tabler-b" not in subset_sprite(sprite, {"a", "other-word"})
    with pytest.raises(UnknownIcons, match="zzz"):
        subset_sprite(sprite, {"a"}, demanded={"zzz"})
