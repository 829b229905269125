"""b6: no cell of an export is ever a formula, whatever somebody typed; and a number stays a number."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.cast import Api, client_for
from ui.exports import csv_pieces, defused, xlsx_file

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
OVERLOOKED = [
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\ufeff",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u2060",
    "\x00",
    "\x1f",
    "\u202e",
    " \ufeff ",
    '"',
]
INSIDE = ["a,{}", "a;{}", "a\t{}", "a\n{}", "a|{}", "a; {}", 'a,"{}', "a,\u200b{}"]
HARMLESS = ["", "a", "a-b", "a - b", "ring (5)", "1 + 1 = 2", "a@example.com", "2026-01-08", "5 % of; 3", "x=1"]
CALL = "cmd|' /C calc'!A0"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", OVERLOOKED, ids=[ascii(text) for text in OVERLOOKED])
def test_a_formula_behind_what_a_spreadsheet_overlooks_is_a_text(before, sign):
    made = defused(f"{before}{sign}{CALL}")
    assert made.startswith("'")
    assert made.replace("'", "") == f"{before}{sign}{CALL}".replace("'", "")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("inside", INSIDE, ids=[ascii(text) for text in INSIDE])
def test_a_formula_behind_a_separator_is_a_text(inside, sign):
    assert defused(inside.format(f"{sign}{CALL}"))[:3] == f"{inside[:2]}'"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_is_left_as_it_is(text):
    assert defused(text) == text


@pytest.mark.parametrize("number", [-5, 5, Decimal("-0.50"), -1.5, 0, True, None])
def test_a_number_is_no_text(number):
    assert defused(number) is number


texts = st.lists(
    st.one_of(st.sampled_from([*SIGNS, *OVERLOOKED, ",", ";", CALL, "a"]), st.characters(exclude_categories=["Cs"])),
    max_size=12,
).map("".join)


numbers = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=3))


@given(st.lists(st.one_of(texts, numbers), min_size=1, max_size=5))
@hypothesis_settings(max_examples=300, deadline=None)
def test_no_cell_of_a_csv_begins_as_a_formula_by_any_separator(row):
    """Read with the separator that we write and with the ones that other countries expect."""
    line = "".join(csv_pieces([row])).removeprefix("\ufeff")
    for separator in (",", ";", "\t"):
        for cells in csv.reader(io.StringIO(line, newline=""), delimiter=separator):
            assert [ascii(cell) for cell in cells if is_formula(cell)] == []


def is_formula(cell: str) -> bool:
    """By the eyes of a spreadsheet, which overlooks much; a number is none."""
    plain = cell.lstrip(' \t\r\n\ufeff\u00a0\u3000\u200b\u2060\x00\x1f\u202e"')
    return plain[:1] in set(SIGNS) and not plain[1:2].isdigit()


printable = texts.map(lambda text: "".join(letter for letter in text if letter.isprintable()))


@given(st.lists(printable, min_size=1, max_size=4))
@hypothesis_settings(max_examples=60, deadline=None)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(row):
    sheet = openpyxl.load_workbook(xlsx_file([["Heading"], row], "x")).active
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


def test_exports_of_a_list_are_defused_and_numbers_stay(munich, olga):
    """Through the door."""
    made = Api(olga).post("nonconformities/", {"site": "MUC", "title": f"\u200b={CALL}", "description": "D",
                                               "detected_on": "2026-01-08"})  # fmt: skip
    assert made.status_code == 201
    body = b"".join(client_for(olga).get("/nonconformities/export.csv").streaming_content).decode("utf-8-sig")
    assert any(cell == f"'\u200b={CALL}" for row in csv.reader(io.StringIO(body)) for cell in row)
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client_for(olga).get("/nonconformities/export.xlsx").streaming_content))
    )
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    assert "".join(csv_pieces([[-5, Decimal("-0.5"), "-5"]])) == '\ufeff-5,-0.5,"\'-5"\r\n'
