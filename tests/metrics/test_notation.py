"""Numbers and times as people write them: read exactly, or refused in words, never guessed."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.refusals import Refused
from metrics.files import Layout, fit_both, guess, number, when
from metrics.selectors.reading import exact
from tests.cast import refusal

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
MARKS = {".": [",", "'", "’", " ", "\u00a0", "\u202f"], ",": [".", "'", "’", " ", "\u00a0", "\u202f"]}


@given(value=NUMBERS, decimal=st.sampled_from(".,"), data=st.data())
def test_a_number_is_read_as_it_was_written(value, decimal, data):
    """With whichever decimal sign, with and without marks between thousands, the exact number comes back."""
    mark = data.draw(st.sampled_from(["", *MARKS[decimal]]))
    text = f"{value:,.4f}".replace(",", "~").replace(".", decimal).replace("~", mark)
    assert Decimal(number(text, decimal)) == value


@given(text=st.text(max_size=20) | st.text(alphabet="0123456789.,'- eE+", max_size=14), decimal=st.sampled_from(".,"))
def test_whatever_stands_there_is_a_number_or_refused(text, decimal):
    """What is read has no digit more, less or in another place than what stood there."""
    try:
        found = exact(number(text, decimal))
    except Refused:
        return
    assert re.sub(r"[^0-9]", "", text).lstrip("0") == re.sub(r"[^0-9]", "", number(text, decimal)).lstrip("0")
    assert found.is_finite()


@pytest.mark.parametrize(("text", "decimal"), [("1.234", ","), ("1,234", "."), ("-12.500", ",")])
def test_what_may_be_a_thousand_or_a_decimal_is_not_guessed(text, decimal):
    with refusal("ambiguous-number"):
        number(text, decimal)


@pytest.mark.parametrize("text", ["", "5 %", "1.2", "1.23.4", "12.34,5", "١٢", "1e", "NaN", "=1+1", "5 mm", "--5"])
def test_what_is_no_number_with_a_comma_is_refused(text):
    with refusal("not-a-number"):
        number(text, ",")


@pytest.mark.parametrize(
    ("text", "dates", "found"),
    [
        ("2026-03-31", "dmy", date(2026, 3, 31)),
        ("31.3.26", "dmy", date(2026, 3, 31)),
        ("03/31/2026 2:05 PM", "mdy", datetime(2026, 3, 31, 14, 5)),
        ("31/03/2026 14:05:30,25", "dmy", datetime(2026, 3, 31, 14, 5, 30, 250000)),
        ("2026/03/31 12:00 am", "ymd", datetime(2026, 3, 31)),
    ],
)
def test_dates_are_read_in_the_order_that_was_chosen(text, dates, found):
    assert when(text, "", dates) == found


@pytest.mark.parametrize(
    ("text", "dates"),
    [("31.03.2026", "mdy"), ("31.03.2026", "ymd"), ("30.02.2026", "dmy"), ("1.1.2026 25:00", "dmy"), ("46112", "dmy"),
     ("1.1.2026 13:00 PM", "dmy"), ("yesterday", "dmy"), ("", "dmy")],
)  # fmt: skip
def test_what_is_no_date_is_refused(text, dates):
    with refusal("bad-time"):
        when(text, "", dates)


def test_a_time_of_its_own_column_belongs_to_the_day():
    assert when("31.03.2026", "14:05", "dmy") == datetime(2026, 3, 31, 14, 5)
    with refusal("bad-time"):
        when("31.03.2026", "noon", "dmy")


def test_headings_and_first_rows_say_how_a_file_is_read():
    rows = [["13/03/2026", "5,5", "120"], ["03/04/2026", "1.204,25", "7"]]
    found = guess(["Datum", "Wert [mm]", "Stichprobe"], rows, {}, "UTC")
    assert found == Layout({0: "observed_at", 1: "value", 2: "n"}, dates="dmy", decimal=",", zone="UTC")
    assert (fit_both(["13/03/2026", "03/04/2026"]), fit_both(["03/04/2026"]), fit_both(["03.04.2026"])) == (
        False, True, False,
    )  # fmt: skip
    assert guess(["When", "X"], [["03/13/2026", "1"]], {"x": "M-1"}, "UTC").dates == "mdy"
