"""Signals to answer: the worst first, what can be done, and how true the last ones were."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from metrics import selectors
from metrics import services as metrics
from metrics.models import Signal
from metrics.states import Alarm, SignalStatus
from records import services as records
from tests.cast import Api, client_for, fresh


def said(metric, by, alarm, *, loss=None, onset=date(2025, 1, 6), status="", superseded=False):
    """A signal as it could have been raised and answered."""
    made = records.open_record(
        Signal, by=by, site=metric.site, title=f"{metric.title}: {alarm}", owner=metric.owner, metric=metric,
        alarm=alarm, raised_period=1, onset=onset, loss=loss,
    )  # fmt: skip
    if status:
        Signal.objects.filter(pk=made.pk).update(
            status=status, superseded=superseded, concluded_at=None if status == "in-capa" else made.opened_at
        )
    return made


@pytest.fixture
def raised(scrap, olga):
    return said(scrap, olga, Alarm.RED, loss=0.5)


def another(munich, olga, title):
    return metrics.create_metric(by=olga, site=munich, title=title, direction="lower")


def test_the_worst_comes_first(munich, olga, scrap):
    other = another(munich, olga, "Another")
    spike, silent, amber = (said(scrap, olga, alarm) for alarm in (Alarm.SPIKE, Alarm.SILENT, Alarm.AMBER))
    half, whole = said(scrap, olga, Alarm.RED, loss=0.5), said(other, olga, Alarm.RED, loss=1.0)
    assert list(selectors.inbox(olga)) == [whole, half, amber, silent, spike]


def test_a_decided_signal_leaves_the_inbox_and_another_site_finds_nothing(raised, olga, sam):
    assert raised in selectors.inbox(olga)
    assert list(selectors.inbox(sam)) == []
    metrics.explain(raised, by=olga, reason="The wheel was worn and is changed", cause="machine")
    assert raised not in selectors.inbox(olga)
    assert (fresh(raised).status, fresh(raised).cause) == (SignalStatus.EXPLAINED, "machine")


def test_what_a_capa_answers_is_shown_when_asked_for(slipped, olga):
    """A RED on a gain opens its CAPA by itself."""
    assert (slipped.status, list(selectors.inbox(olga))) == (SignalStatus.IN_CAPA, [])
    assert slipped in selectors.inbox(olga, with_capas=True)
    client = client_for(olga)
    assert slipped.number not in client.get("/signals-to-answer/").content.decode()
    assert slipped.number in client.get("/signals-to-answer/?status=in-capa").content.decode()


def test_a_better_level_is_proposed_and_no_capa(scrap, olga, axel):
    better = said(scrap, olga, Alarm.BETTER)
    page = client_for(axel).get("/signals-to-answer/").content.decode()
    assert (f"{better.get_absolute_url()}do/escalate/" in page, "do/rebaseline/" in page) == (False, True)
    assert "do/rebaseline/" not in client_for(olga).get("/signals-to-answer/").content.decode()
    refused = Api(axel).post(f"signals/{better.number}/escalate/", {"problem": "It is too good"})
    assert refused.status_code == 409


def test_precision_counts_what_people_decided(munich, olga, scrap, sam):
    for status in (SignalStatus.EXPLAINED, SignalStatus.RECOVERED, SignalStatus.FALSE_ALARM):
        said(scrap, olga, Alarm.RED, status=status)
    said(another(munich, olga, "In a CAPA"), olga, Alarm.RED, status=SignalStatus.IN_CAPA)
    said(scrap, olga, Alarm.RED, status=SignalStatus.EXPLAINED, superseded=True)  # the data were wrong
    said(scrap, olga, Alarm.RED)  # nobody has decided yet
    said(scrap, olga, Alarm.SPIKE, status=SignalStatus.FALSE_ALARM)
    red, amber = selectors.precision(olga)
    assert (red.true, red.decided, red.percent) == (3, 4, 75)
    assert (amber.true, amber.decided, amber.percent) == (0, 0, None)
    assert [one.decided for one in selectors.precision(sam)] == [0, 0]


def test_precision_looks_at_the_last_ones_only(olga, scrap):
    said(scrap, olga, Alarm.AMBER, status=SignalStatus.FALSE_ALARM)
    for _ in range(2):
        said(scrap, olga, Alarm.AMBER, status=SignalStatus.EXPLAINED)
    assert [(one.true, one.decided) for one in selectors.precision(olga, last=2)] == [(0, 0), (2, 2)]


def test_one_signal_is_open_for_a_watch_and_kind(slipped, olga):
    with pytest.raises(IntegrityError), transaction.atomic():
        records.open_record(
            Signal, by=olga, site=slipped.site, title="Again", metric=slipped.metric, watch=slipped.watch,
            alarm=Alarm.RED, raised_period=2, onset=slipped.onset,
        )  # fmt: skip


def test_the_inbox_offers_what_can_be_done(raised, olga, aud):
    page = client_for(olga).get("/signals-to-answer/").content.decode()
    for words in ("Scrap at the grinder", "Acknowledge", "Explain the cause", "False alarm", "Open a CAPA"):
        assert words in page
    assert "do/dismiss/" not in client_for(aud).get("/signals-to-answer/").content.decode()


def test_the_inbox_is_narrowed(raised, olga, munich):
    said(another(munich, olga, "A quiet one"), olga, Alarm.SILENT)
    client = client_for(olga)
    page = client.get("/signals-to-answer/?alarm=silent&site=MUC").content.decode()
    assert ("A quiet one" in page, raised.number in page) == (True, False)
    assert "Nothing matches" in client.get("/signals-to-answer/?alarm=stuck").content.decode()
    assert client.get("/signals-to-answer/?alarm=nonsense&site=NONE").status_code == 200


def test_the_inbox_over_the_api(raised, olga, sam):
    answer = Api(olga).get("signals-to-answer/").json()
    assert answer["results"][0]["number"] == raised.number
    assert [one["alarm"] for one in answer["precision"]] == ["red", "amber"]
    assert Api(sam).get("signals-to-answer/").json()["results"] == []
    done = Api(olga).post(f"signals/{raised.number}/explain/", {"reason": "The wheel was worn", "cause": "machine"})
    assert (done.status_code, done.json()["cause"]) == (200, "machine")


def test_operators_have_no_inbox(raised, pedro):
    assert client_for(pedro).get("/signals-to-answer/").status_code == 403


def test_the_inbox_takes_the_same_number_of_queries_with_many_rows(raised, munich, olga, django_assert_max_num_queries):
    for number in range(30):
        said(another(munich, olga, f"Metric {number}"), olga, Alarm.SILENT)
    client = client_for(olga)
    for url, most in (("/signals-to-answer/", 15), ("/api/v1/signals-to-answer/", 10)):
        client.get(url)
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
