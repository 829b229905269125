"""The pages of metrics: what people see and do in the browser."""

import pytest

from documents import services as documents
from documents.models import DocumentType
from metrics import selectors
from metrics import services as metrics
from metrics.models import ControlPlanRow, Measurement, Metric
from metrics.states import SignalStatus
from tests.cast import client_for
from tests.metrics.conftest import evening, normals


def test_metric_page_tells_the_story_in_words_and_numbers(slipped, scrap, olga):
    page = client_for(olga).get(scrap.get_absolute_url()).content.decode()
    for words in ("Lost", "of the gain is gone", "about one false alarm in 10 years", "Before", "Enter a value"):
        assert words in page
    assert "Scrap at the grinder, 48 values from 2025-01-06" in page


def test_newest_values_are_shown_with_their_remarks(scrap, olga, clock_at):
    clock_at(evening(1))
    wrong = metrics.record_value(scrap, by=olga, observed_at="2025-01-06", value="50")
    metrics.correct(wrong, by=olga, reason="decimal point was missing", value="5.25")
    panel = client_for(olga).get(f"{scrap.get_absolute_url()}panel/values/").content.decode()
    assert "5.25 %" in panel
    assert "decimal point was missing" in panel
    assert "50 %" not in panel


def test_signal_page_shows_its_evidence(slipped, olga):
    page = client_for(olga).get(slipped.get_absolute_url()).content.decode()
    for words in ("Share of the gain lost", "Cost so far", "False alarms expected a year"):
        assert words in page


def test_signal_is_answered_with_a_reason(slipped, olga):
    url = f"{slipped.get_absolute_url()}do/dismiss/"
    assert client_for(olga).post(url, {"reason": "no"}).status_code == 422
    assert client_for(olga).post(url, {"reason": "wrong wheel, put back on Friday"}).status_code == 302
    slipped.refresh_from_db()
    assert (slipped.status, slipped.explanation) == (SignalStatus.FALSE_ALARM, "wrong wheel, put back on Friday")


def test_value_is_entered_in_the_browser_and_a_wrong_one_is_told_at_once(scrap, olga):
    client = client_for(olga)
    url = f"{scrap.get_absolute_url()}do/record/"
    wrong = client.post(url, {"observed_at": "2025-01-06", "value": "NaN"})
    assert (wrong.status_code, "is not a number" in wrong.content.decode()) == (422, True)
    assert client.post(url, {"observed_at": "2025-01-06", "value": "5.5"}).status_code == 302
    assert Measurement.objects.count() == 1


def test_file_with_a_wrong_row_is_refused_as_a_whole_and_the_row_is_named(scrap, olga):
    client = client_for(olga)
    url = f"{scrap.get_absolute_url()}do/import/"
    page = client.post(url, {"text": "observed_at,value\n2025-01-06,5\n2025-01-07,five\n"})
    assert (page.status_code, "Row 2: “five” is not a number." in page.content.decode()) == (422, True)
    assert not Measurement.objects.exists()
    assert client.post(url, {"text": "observed_at,value\n2025-01-06,5\n"}).status_code == 302


def test_metric_is_made_in_the_client_for(munich, grinding, olga):
    facts = {
        "site": "MUC", "title": "Scrap", "direction": "lower", "cadence": "week", "family": "normal",
        "chart": "individuals", "subgroup_size": "1", "decimals": "1", "unit": "%", "currency": "EUR",
    }  # fmt: skip
    assert client_for(olga).post("/metrics/new/", facts).status_code == 302
    made = Metric.objects.get()
    assert (made.number, made.status, made.owner) == ("MUC-MET-0001", "active", olga)


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("axel", 200), ("aud", 200), ("sam", 404), ("pedro", 404)])
def test_who_sees_a_metric(request, scrap, who, status):
    assert client_for(request.getfixturevalue(who)).get(scrap.get_absolute_url()).status_code == status


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("axel", 200), ("aud", 403), ("sam", 404)])
def test_who_may_enter_values(request, scrap, who, status):
    url = f"{scrap.get_absolute_url()}do/record/"
    assert client_for(request.getfixturevalue(who)).get(url).status_code == status


def test_lists_take_the_same_number_of_queries_with_many_rows(
    slipped, scrap, munich, olga, django_assert_max_num_queries
):
    client = client_for(olga)
    for number in range(30):
        metrics.create_metric(by=olga, site=munich, title=f"Metric {number}", direction="lower")
    for url in ("/metrics/", "/signals/"):
        client.get(url)
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


def test_detail_page_takes_the_same_number_of_queries_whatever_the_history(
    slipped, scrap, push, clock_at, olga, django_assert_max_num_queries
):
    client = client_for(olga)
    client.get(scrap.get_absolute_url())
    with django_assert_max_num_queries(24):
        client.get(scrap.get_absolute_url())
    clock_at(evening(148))
    push(scrap, normals(9, 8, 100), first=49)
    with django_assert_max_num_queries(24):
        client.get(scrap.get_absolute_url())


@pytest.fixture
def plan(munich, olga):
    kind = DocumentType.objects.filter(is_control_plan=True).first() or DocumentType.objects.create(
        code="CP", name="Control plan", is_control_plan=True
    )
    return documents.create_document(by=olga, site=munich, type=kind, title="Control plan of the grinder")


def test_row_is_added_to_a_draft_control_plan_in_the_client_for(plan, scrap, olga):
    revision = plan.revisions.get()
    url = f"{revision.get_absolute_url()}do/draft-row/"
    facts = {"characteristic": "Diameter", "reaction_plan": "Stop and sort", "metric": scrap.number}
    assert client_for(olga).get(url).status_code == 200
    assert client_for(olga).post(url, facts).status_code == 302
    assert ControlPlanRow.objects.get().metric == scrap
    again = client_for(olga).post(url, facts)
    assert (again.status_code, "has a row for this characteristic" in again.content.decode()) == (422, True)
    panel = client_for(olga).get(f"{revision.get_absolute_url()}panel/control-plan/").content.decode()
    assert "Stop and sort" in panel


def test_next_revision_keeps_the_rows_until_it_changes_them(plan, olga, axel, system):
    first = plan.revisions.get()
    row = metrics.draft_row(first, by=olga, characteristic="Diameter", reaction_plan="Stop and sort")
    documents.withdraw(first, by=axel, reason="begin again with a new one")
    second = documents.start_revision(plan, by=olga, reason="new gauge")
    assert list(selectors.rows_of(second)) == []
    metrics.draft_row(second, by=olga, characteristic="Roundness", reaction_plan="Stop")
    assert [found.characteristic for found in selectors.rows_of(second)] == ["Roundness"]
    assert ControlPlanRow.objects.get(pk=row.pk).revision == first
