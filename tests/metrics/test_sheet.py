"""The values of a shift on one sheet: all are stored or none, and sending twice is harmless."""

import re
from datetime import time
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics import services as metrics
from metrics.models import Measurement
from metrics.states import Better
from people.models import Shift
from tests.cast import client_for, refusal
from tests.metrics.conftest import evening

URL = "/values-of-a-shift/"


@pytest.fixture
def tablet(pedro, clock_at):
    clock_at(evening(9))
    return client_for(pedro)


def sheet(tablet):
    page = tablet.get(URL).content.decode()
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found, page[page.find("<main") :][:3000]
    return found[1]


def test_what_is_entered_is_stored_together(tablet, scrap, rejects):
    data = {
        "token": sheet(tablet), "observed_at": "2025-01-08T14:00", f"value_{scrap.pk}": "5.2",
        f"value_{rejects.pk}": "3", f"n_{rejects.pk}": "120", f"note_{rejects.pk}": "new tool",
    }  # fmt: skip
    assert tablet.post(URL, data).status_code == 302
    assert tablet.post(URL, data).status_code == 302  # the same sheet again: nothing twice
    rows = Measurement.objects.order_by("metric_id").values_list("metric", "value", "n", "note")
    assert sorted(rows) == sorted([
        (scrap.pk, Decimal("5.2"), 1, ""), (rejects.pk, 3, 120, "new tool"),
    ])  # fmt: skip


def test_one_wrong_value_stores_nothing_and_is_told_beside_it(tablet, scrap, rejects):
    data = {
        "token": sheet(tablet), "observed_at": "2025-01-08", f"value_{scrap.pk}": "5.2",
        f"value_{rejects.pk}": "130", f"n_{rejects.pk}": "120",
    }  # fmt: skip
    answer = tablet.post(URL, data)
    assert answer.status_code == 422
    assert "more defectives than parts" in answer.content.decode()
    assert 'value="5.2"' in answer.content.decode()
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(("data", "words"), [({}, "Enter at least one value"), ({"observed_at": "noon"}, "not a date")])
def test_an_empty_sheet_and_a_wrong_time_are_told_so(tablet, scrap, data, words):
    values = {f"value_{scrap.pk}": "5"} if data else {}
    answer = tablet.post(URL, {"token": sheet(tablet), "observed_at": "2025-01-08", **values, **data})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_who_may_not_enter_values_has_no_sheet(aud, sam, scrap):
    client = Client()
    client.force_login(aud)
    assert client.get(URL).status_code == 403
    client.force_login(sam)
    page = client.get(URL, {"site": scrap.site.code}).content.decode()
    assert (f"value_{scrap.pk}" in page, scrap.title in page) == (False, False)


def test_metrics_of_two_sites_are_not_entered_together(scrap, hamburg, olga, sam):
    other = metrics.create_metric(by=olga, site=hamburg, title="Scrap", direction=Better.LOWER, unit="%")
    with refusal("other-site"):
        metrics.record_together([(scrap, {"value": "5"}), (other, {"value": "5"})], by=olga, observed_at="2025-01-08")


def test_the_shifts_of_the_site_are_offered_and_no_other(tablet, munich, hamburg, scrap, grinding, olga):
    """A site that names none may call them as it likes; what is asked of a shift leaves other shifts out."""
    assert '<input type="text" name="shift"' in tablet.get(URL).content.decode()
    for site, name in ((munich, "early"), (munich, "late"), (hamburg, "night")):
        Shift.objects.create(site=site, name=name, starts=time(6), ends=time(14), weekdays=[0, 1, 2, 3, 4])
    made = metrics.create_metric(
        by=olga, site=munich, title="Scrap late", direction=Better.LOWER, unit="%", process=grinding, shift="late"
    )
    page = tablet.get(URL).content.decode()
    assert re.findall(r'<option value="(early|late|night)"', page) == ["early", "late"]
    early = tablet.get(URL, {"site": "MUC", "shift": "early"}).content.decode()
    assert (f"value_{scrap.pk}" in early, f"value_{made.pk}" in early) == (True, False)
    assert "This site has no such shift." in tablet.get(URL, {"site": "MUC", "shift": "night"}).content.decode()


def test_the_sheet_takes_the_same_number_of_queries_whatever_it_holds(
    tablet, scrap, munich, olga, django_assert_max_num_queries
):
    with CaptureQueriesContext(connection) as one:
        tablet.get(URL)
    for number in range(12):
        metrics.create_metric(by=olga, site=munich, title=f"Bore {number}", direction=Better.LOWER, unit="mm")
    with django_assert_max_num_queries(len(one)):
        tablet.get(URL)
