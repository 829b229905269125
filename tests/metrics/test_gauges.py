"""Gauges: whether what is measured can be believed (ISO 9001, 7.1.5)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from metrics import selectors
from metrics import services as metrics
from metrics.models import Calibration, Gauge
from metrics.states import GaugeStatus
from people.models import Appointment
from people.states import Authority
from records import services as records
from records.models import Notification
from tests.cast import Api, client_for, fresh, refusal
from tests.metrics.conftest import evening, normals, week

DAY = evening(40)  # 2025-10-17
CALIBRATED = {"done_on": date(2025, 1, 10), "done_by": "Laboratory", "as_found": "+0.2 µm"}


def noon(day):
    return datetime.combine(day, datetime.min.time(), UTC).replace(hour=12)


@pytest.fixture
def bore_gauge(munich, grinding, olga, clock_at):
    clock_at(evening(1))
    return metrics.create_gauge(
        by=olga, site=munich, title="Bore gauge 74 mm", sort="Bore gauge", serial="BG-1", process=grinding,
        interval_months=6, resolution="0.001 mm",
    )  # fmt: skip


@pytest.fixture
def in_use(bore_gauge, olga):
    return metrics.calibrate(bore_gauge, by=olga, found_good=True, passed=True, **CALIBRATED)


def test_a_new_gauge_is_not_fit_for_use_before_it_is_calibrated(bore_gauge, olga):
    assert (bore_gauge.number, bore_gauge.status) == ("MUC-GAU-0001", GaugeStatus.NEW)
    assert bore_gauge.trouble == "Gauge MUC-GAU-0001 Bore gauge 74 mm has not been calibrated yet."
    metrics.calibrate(bore_gauge, by=olga, found_good=True, passed=True, **CALIBRATED)
    found = fresh(bore_gauge)
    assert (found.status, found.calibrated_on, found.due_on) == ("in-use", date(2025, 1, 10), date(2025, 7, 10))
    assert found.trouble == ""


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"done_on": date(2025, 12, 1)}, "in-the-future"),
        ({"due_on": date(2025, 1, 10)}, "due-before-done"),
        ({"found_good": False}, "as-left-missing"),
    ],
)
def test_a_calibration_that_cannot_be_is_refused(bore_gauge, olga, facts, code):
    with refusal(code):
        metrics.calibrate(bore_gauge, by=olga, **{"found_good": True, "passed": True, **CALIBRATED, **facts})
    assert not Calibration.objects.exists()


def test_a_calibration_older_than_the_last_is_refused(in_use, olga):
    with refusal("before-the-last"):
        metrics.calibrate(in_use, by=olga, found_good=True, passed=True, **{**CALIBRATED, "done_on": date(2025, 1, 9)})


def test_past_its_day_a_gauge_is_overdue_and_its_owner_is_told_once_a_week(in_use, olga, axel, system, clock_at):
    def night(day):
        clock_at(noon(day))
        return metrics.lapse_gauges(on=day, by=system), metrics.remind_of_gauges(on=day, by=system)

    assert night(date(2025, 6, 1)) == (0, 0)
    assert night(date(2025, 6, 20)) == (0, 1)  # due soon
    assert night(date(2025, 7, 10)) == (0, 0)  # its last day is still a good one
    assert night(date(2025, 7, 11)) == (1, 1)
    assert night(date(2025, 7, 11)) == (0, 0), "a second run in the same night says nothing twice"
    assert night(date(2025, 7, 18)) == (0, 1)
    assert night(date(2025, 7, 26)) == (0, 2), "the quality manager hears of it after two weeks"
    assert fresh(in_use).status == GaugeStatus.OVERDUE
    assert list(Notification.objects.filter(person=axel).values_list("text", flat=True)) == [
        "The calibration of MUC-GAU-0001 is overdue: Bore gauge 74 mm"
    ]


def test_a_metric_whose_gauge_is_overdue_says_so_everywhere(in_use, watched, scrap, olga, clock_at):
    scrap.refresh_from_db()
    metrics.edit_metric(scrap, by=olga, gauge=in_use)
    clock_at(noon(date(2025, 7, 9)))
    client, api = client_for(olga), Api(olga)
    words = "The calibration of gauge MUC-GAU-0001 Bore gauge 74 mm has been due since"
    assert words not in client.get(scrap.get_absolute_url()).content.decode()
    assert api.get(f"metrics/{scrap.number}/").json()["gauge_trouble"] == ""
    clock_at(noon(date(2025, 7, 11)))  # before any night has moved the gauge
    assert client.get(scrap.get_absolute_url()).content.decode().count(words) == 2  # above, and in the watch
    assert "Gauges to calibrate" in client.get("/").content.decode()
    said = api.get(f"metrics/{scrap.number}/").json()
    assert (said["gauge"], said["gauge_trouble"].startswith(words)) == ("MUC-GAU-0001", True)
    assert api.get(f"gauges/{in_use.number}/").json()["is_overdue"] is True


def test_a_gauge_found_wrong_puts_what_it_measured_in_question(in_use, scrap, push, olga, clock_at):
    """7.1.5.2: the validity of previous results, back to the day when it was last known to be right."""
    scrap.refresh_from_db()
    metrics.edit_metric(scrap, by=olga, gauge=in_use)
    clock_at(DAY)
    push(scrap, normals(1, 8, 30), first=0)  # week 0 begins before the calibration of 10 January
    metrics.calibrate(
        fresh(in_use), by=olga, done_on=week(20), done_by="Laboratory", as_found="+4 µm", found_good=False,
        as_left="+0.1 µm", passed=True,
    )  # fmt: skip
    doubt = selectors.last_doubt(in_use)
    assert (doubt.since, doubt.until) == (date(2025, 1, 10), week(20))
    assert [(one.metric, one.n) for one in doubt.found] == [(scrap, 20)]  # weeks 1 to 20
    assert fresh(in_use).status == GaugeStatus.IN_USE, "it was set right"
    action = in_use.actions.get()
    assert (action.who, "20 values of MUC-MET-0001" in action.what) == (olga, True)
    page = client_for(olga).get(in_use.get_absolute_url()).content.decode()
    assert "Results in question" in page
    said = Api(olga).get(f"gauges/{in_use.number}/results-in-question/").json()
    assert ([(one["metric"], one["n"]) for one in said["metrics"]], len(said["values"])) == ([(scrap.number, 20)], 20)


def test_a_gauge_that_failed_is_in_quarantine_until_it_is_calibrated_again(in_use, olga, clock_at):
    clock_at(DAY)
    facts = {"done_by": "Laboratory", "as_found": "+9 µm", "found_good": False}
    metrics.calibrate(fresh(in_use), by=olga, done_on=week(39), passed=False, **facts)
    assert fresh(in_use).status == GaugeStatus.QUARANTINED
    with refusal("calibrate-first"):
        metrics.return_to_use(fresh(in_use), by=olga, reason="We need it today")
    metrics.calibrate(fresh(in_use), by=olga, done_on=week(40), passed=True, as_left="0", **facts)
    assert fresh(in_use).status == GaugeStatus.IN_USE


def test_a_dropped_gauge_is_taken_out_and_returns_with_a_reason(in_use, olga):
    metrics.quarantine(in_use, by=olga, reason="Fell from the bench")
    assert fresh(in_use).trouble == "Gauge MUC-GAU-0001 Bore gauge 74 mm is in quarantine."
    metrics.return_to_use(fresh(in_use), by=olga, reason="Checked with the master ring")
    assert fresh(in_use).status == GaugeStatus.IN_USE


def test_serial_numbers_are_unique_at_a_site(bore_gauge, munich, olga):
    with refusal("serial-exists"):
        metrics.create_gauge(by=olga, site=munich, title="Another", sort="Bore gauge", serial="bg-1")


@pytest.mark.parametrize(("percent", "words"), [("9.9", "fit"), ("30", "fit for some uses"), ("30.1", "not fit")])
def test_a_study_says_whether_the_gauge_is_good_enough(bore_gauge, olga, percent, words):
    metrics.study_gauge(bore_gauge, by=olga, grr_percent=Decimal(percent), grr_on=date(2025, 1, 8))
    assert fresh(bore_gauge).grr_label == words


def test_the_database_takes_no_due_day_before_the_calibration(in_use):
    with pytest.raises(IntegrityError), transaction.atomic():
        Gauge.objects.filter(pk=in_use.pk).update(due_on=date(2025, 1, 1))


def test_a_calibration_comes_by_browser_and_by_api_with_its_certificate(bore_gauge, olga):
    certificate = records.attach(bore_gauge, file=BytesIO(b"%PDF-1.4 certificate"), name="DAkkS-1.pdf", by=olga)
    sent = {
        "done_on": "2025-01-10", "done_by": "Laboratory", "as_found": "0.0", "found_good": "on", "passed": "on",
        "certificate": str(certificate.uuid),
    }  # fmt: skip
    client = client_for(olga)
    assert client.post(f"{bore_gauge.get_absolute_url()}do/calibrate/", sent).status_code == 302
    assert "DAkkS-1.pdf" in client.get(bore_gauge.get_absolute_url()).content.decode()
    api = Api(olga)
    body = {"done_on": "2025-01-11", "done_by": "Laboratory", "as_found": "0.1", "found_good": True, "passed": True}
    assert api.post(f"gauges/{bore_gauge.number}/calibrate/", {**body, "done_on": "2031-01-01"}).status_code == 409
    assert api.post(f"gauges/{bore_gauge.number}/calibrate/", body).json()["due_on"] == "2025-07-11"
    kept = api.get(f"gauges/{bore_gauge.number}/calibrations/").json()["results"]
    assert [(one["done_on"], one["certificate"]) for one in kept] == [
        ("2025-01-11", None), ("2025-01-10", str(certificate.uuid)),
    ]  # fmt: skip
    assert client.get(f"{bore_gauge.get_absolute_url()}record.pdf").content[:5] == b"%PDF-"


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("axel", 200), ("aud", 403), ("pedro", 404), ("sam", 404)])
def test_who_may_calibrate(request, bore_gauge, who, status):
    url = f"{bore_gauge.get_absolute_url()}do/calibrate/"
    assert client_for(request.getfixturevalue(who)).get(url).status_code == status


def test_gauges_take_the_same_number_of_queries_with_many_rows(
    in_use, munich, scrap, olga, django_assert_max_num_queries
):
    client = client_for(olga)
    for number in range(25):
        made = metrics.create_gauge(by=olga, site=munich, title=f"Scale {number}", sort="Scale")
        metrics.calibrate(made, by=olga, found_good=True, passed=True, **CALIBRATED)
        in_use.refresh_from_db()
        metrics.calibrate(in_use, by=olga, found_good=number != 3, passed=True, as_left="0", **CALIBRATED)
        metrics.create_metric(by=olga, site=munich, title=f"Metric {number}", direction="lower", gauge=in_use)
    for url, most in (("/gauges/", 12), (in_use.get_absolute_url(), 20), ("/work/", 30)):
        client.get(url)
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_a_supervisor_withdraws_no_gauge(in_use, munich, olga):
    Appointment.objects.filter(person=olga).delete()
    Appointment.objects.create(person=olga, authority=Authority.SUPERVISOR, site=munich)
    in_use.refresh_from_db()
    answer = client_for(fresh(olga)).get(f"{in_use.get_absolute_url()}do/withdraw/")
    assert answer.status_code == 403
