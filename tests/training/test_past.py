"""As of a day: what was in effect at its end, who was qualified then, and nothing of what came later."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from documents import services as documents
from documents.models import Revision
from tests.cast import fresh, in_days
from tests.training.stories import assessed, revised
from training import selectors
from training.models import Assignment
from training.states import Level


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def first(known, standard, pedro, olga, axel, system) -> Revision:
    """In effect from the 30th to the 10th day before today; Pedro learnt it on the 20th, good until the 15th."""
    second = revised(standard, olga, axel, system)
    revision = Revision.objects.get(document=standard, no=1)
    Revision.objects.filter(pk=revision.pk).update(effective_at=ago(30), superseded_at=ago(10))
    Revision.objects.filter(pk=second.pk).update(effective_at=ago(10))
    learnt = {"assigned_at": ago(25), "opened_at": ago(20), "completed_at": ago(20), "valid_until": in_days(-15)}
    Assignment.objects.filter(pk=known.pk).update(**learnt)
    return fresh(revision)


@pytest.mark.parametrize(
    ("days", "no", "knew"),
    [(31, None, False), (30, 1, False), (20, 1, True), (15, 1, True), (14, 1, False), (11, 1, False), (10, 2, False)],
)
def test_each_day_has_its_revision_and_those_who_knew_it_then(first, standard, station, pedro, sven, days, no, knew):
    on = in_days(-days)
    then = selectors.standard_on(standard, on=on)
    assert (then.revision and then.revision.no, then.people) == (no, [pedro] if knew else [])
    _there, in_effect = selectors.station_on(station, on=on)
    assert [one.revision.no for one in in_effect if one.revision] == ([no] if no else [])
    assert bool(selectors.training_record(pedro, sven, on=on)) is (days <= 20)


def test_what_was_taken_out_of_use_that_day_was_no_longer_in_effect_at_its_end(first, standard, station, axel):
    documents.retire(fresh(standard), by=axel, reason="The machine is sold.")
    today = in_days(0)
    assert selectors.standard_on(standard, on=today).revision is None
    assert selectors.station_on(station, on=today)[1] == []
    assert selectors.standard_on(standard, on=in_days(-1)).revision.no == 2


def test_a_level_counts_from_the_day_on_which_it_was_assessed(skill, station, pedro, sven):
    assessed(skill, pedro, Level.U, sven)
    levels = [selectors.person_on(pedro, sven, [station], on=in_days(days)).competences for days in (-1, 0)]
    assert [len(found) for found in levels] == [0, 1]
