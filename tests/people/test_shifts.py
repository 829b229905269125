from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import services as people
from people.models import Shift, Site
from people.selectors import is_holiday, last_day_worked, last_days_worked, shifts_now
from tests.cast import refusal

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def works(munich):
    munich.country = "DE"
    munich.save()
    return munich


def shift(works, by, name="early", hours=(6, 14), weekdays=range(5)):
    return people.add_shift(
        by=by, site=works, name=name, starts=time(hours[0]), ends=time(hours[1]), weekdays=list(weekdays)
    )


def test_a_day_off_is_passed_over_towards_the_past(works, ada):
    early = shift(works, ada)
    assert last_day_worked(works, early, until=date(2026, 11, 25)) == date(2026, 11, 25)
    assert last_day_worked(works, early, until=date(2026, 11, 29)) == date(2026, 11, 27)  # a Sunday
    assert last_day_worked(works, early, until=date(2026, 12, 26)) == date(2026, 12, 24)  # both days of Christmas


def test_a_weekend_shift_works_when_others_rest(works, ada):
    weekend = shift(works, ada, name="weekend", weekdays=(5, 6))
    assert last_day_worked(works, weekend, until=date(2026, 11, 27)) == date(2026, 11, 22)


def test_who_is_on_no_shift_works_from_monday_to_friday(works):
    assert last_day_worked(works, None, until=date(2026, 11, 29)) == date(2026, 11, 27)


def test_the_days_of_all_shifts_come_in_two_queries(works, ada, django_assert_num_queries):
    shift(works, ada, name="weekend", weekdays=(5, 6))
    with django_assert_num_queries(2):
        found = last_days_worked(until=date(2026, 11, 27))
    assert found[works.pk, "weekend"] == date(2026, 11, 22)
    assert found[works.pk, ""] == date(2026, 11, 27)


def test_a_night_shift_goes_on_until_the_morning(works, ada):
    night = shift(works, ada, name="night", hours=(22, 6))
    early = shift(works, ada)

    def on(*moment):
        return [one.name for one in shifts_now(works, at=datetime(*moment, tzinfo=BERLIN))]

    assert on(2026, 11, 27, 23, 0) == [night.name]
    assert on(2026, 11, 28, 5, 59) == [night.name]  # a Saturday: the shift of Friday
    assert on(2026, 11, 28, 6, 0) == []
    assert on(2026, 11, 30, 5, 0) == []  # a Monday: there was none on Sunday
    assert on(2026, 11, 30, 6, 0) == [early.name]


def test_a_shift_without_days_or_hours_is_refused(works, ada):
    with refusal("no-days"):
        shift(works, ada, weekdays=())
    with refusal("no-time"):
        shift(works, ada, hours=(6, 6))
    shift(works, ada)
    with refusal("name-taken"):
        shift(works, ada, name="Early")
    assert Shift.objects.count() == 1


def test_an_unknown_country_has_no_holidays():
    assert not is_holiday(Site(country="ZZ"), date(2026, 12, 25))
    assert not is_holiday(Site(country=""), date(2026, 12, 25))
    assert is_holiday(Site(country="DE"), date(2026, 12, 25))


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sets(st.integers(0, 6), min_size=1))
def test_a_last_day_worked_is_one_of_the_days_of_the_shift(until, weekdays):
    place = Site(country="DE")
    day = last_day_worked(place, Shift(weekdays=sorted(weekdays)), until=until)
    assert day <= until
    assert day == until or (day.weekday() in weekdays and not is_holiday(place, day))
