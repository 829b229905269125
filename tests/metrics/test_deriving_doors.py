"""Derived metrics as people and other systems meet them: the page, the form and the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.formulas import Declared, Input
from metrics.models import Measurement, Metric
from metrics.states import FormulaKind
from tests.cast import api_for, client_for


def test_a_derived_metric_is_added_read_and_changed_over_the_api(pieces, scrapped, olga):
    body = {
        "site": "MUC", "title": "Rate", "direction": "lower", "cadence": "week", "family": "normal", "currency": "EUR",
        "chart": "individuals", "subgroup_size": 1, "decimals": 1, "formula": "expression",
        "expression": "100 * bad / made", "inputs": [
            {"metric": scrapped.number, "name": "bad"}, {"metric": pieces.number, "name": "made", "take": "sum"},
        ],
    }  # fmt: skip
    made = api_for(olga).post("metrics/", body)
    assert (made.status_code, made.json()["is_derived"]) == (201, True)
    assert "record" not in [link["verb"] for link in made.json()["links"]["available"]]
    url = f"metrics/{made.json()['number']}/"
    change = {"formula": "ratio", "inputs": [{"metric": scrapped.number}, {"metric": pieces.number}], "factor": "1000",
              "reason": "per thousand"}  # fmt: skip
    done = api_for(olga).post(f"{url}change-formula/", change, match=made["ETag"])
    assert done.status_code == 200
    told = api_for(olga).get(f"{url}formula/").json()
    assert told["in_force"]["words"] == "1000 × Scrap pieces ÷ Pieces made"
    assert [one["words"] for one in told["before"]] == ["100 × Scrap pieces ÷ Pieces made"]
    assert api_for(olga).get(f"metrics/{pieces.number}/formula/").json()["used_in"] == [made.json()["number"]]
    value = {"metric": made.json()["number"], "observed_at": "2025-01-06", "value": "1"}
    refused = api_for(olga).post("measurements/", value)
    assert (refused.status_code, refused.json()["code"]) == (409, "derived")
    many = api_for(olga).post("measurements/", [value]).json()
    assert (many["refused"], many["rows"][0]["code"]) == (1, "derived")
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("wrong", [
    {"expression": "__import__('os')"}, {"expression": "a ** 9 ** 9 ** 9"}, {"expression": "a * " * 500 + "a"},
    {"expression": 5}, {"formula": "eval"}, {"over": 10**9}, {"factor": "1e999"}, {"inputs": "a"},
    {"inputs": [{"metric": "MUC-MET-9999"}]}, {"inputs": [{"take": "sum"}]}, {"formula": ""},
])  # fmt: skip
def test_hostile_formulas_are_bad_input_to_the_api_and_the_page(pieces, olga, wrong):
    body = {
        "site": "MUC", "title": "Hostile", "direction": "lower", "cadence": "week", "family": "normal",
        "currency": "EUR", "chart": "individuals", "subgroup_size": 1, "decimals": 1, "formula": "expression",
        "expression": "2 * a", "inputs": [{"metric": pieces.number}], **wrong,
    }  # fmt: skip
    assert api_for(olga).post("metrics/", body).status_code == 400
    page = {name: value for name, value in body.items() if name != "inputs"}
    rows = {"inputs-count": "1", "inputs-0-metric": "none" if "inputs" in wrong else pieces.number}
    assert client_for(olga).post("/metrics/new/", {**page, **rows}).status_code == 422
    assert not Metric.objects.filter(title="Hostile").exists()


def test_a_wrong_formula_is_told_once(pieces, olga):
    facts = {
        "site": "MUC", "title": "Wrong", "direction": "lower", "cadence": "week", "family": "normal",
        "chart": "individuals", "subgroup_size": "1", "decimals": "1", "currency": "EUR", "formula": "ratio",
        "inputs-count": "1", "inputs-0-metric": pieces.number,
    }  # fmt: skip
    page = client_for(olga).post("/metrics/new/", facts)
    assert (page.status_code, "This kind of formula has 2 inputs." in page.content.decode()) == (422, True)
    assert "Say how the metric is made of these inputs." not in page.content.decode()


def test_the_page_shows_the_formula_and_nobody_is_offered_to_enter_values(
    rate, pieces, scrapped, enter, monday_after, olga
):
    enter(scrapped, 1, 3)
    enter(scrapped, 2, 3)
    enter(pieces, 2, 100)
    monday_after(2)
    page = client_for(olga).get(rate.get_absolute_url()).content.decode()
    assert "No value for week 3 of 2025: missing: Pieces made." in page
    assert f'Scrap rate = 100 × <a href="{scrapped.get_absolute_url()}">Scrap pieces</a> ÷ <a' in page
    assert "do/change-formula/" in page
    assert not [verb for verb in ("record", "import", "correct", "exclude") if f"do/{verb}/" in page]
    assert f'<a href="{rate.get_absolute_url()}">' in client_for(olga).get(pieces.get_absolute_url()).content.decode()
    form = client_for(olga).get(f"{rate.get_absolute_url()}do/change-formula/").content.decode()
    assert [scrapped.number in form, 'value="100"' in form] == [True, True]
    answer = client_for(olga).post(f"{rate.get_absolute_url()}do/record/", {"observed_at": "2025-01-06", "value": "1"})
    assert (answer.status_code, "is worked out from other metrics" in answer.content.decode()) == (422, True)


def test_a_page_asks_as_often_for_many_inputs_and_gaps_as_for_few(make, enter, monday_after, olga):
    few, many = [make("I 0")], [make(f"J {number}") for number in range(8)]
    small = make("Small", formula=Declared(FormulaKind.SUM, tuple(map(Input, few))))
    large = make("Large", formula=Declared(FormulaKind.SUM, tuple(map(Input, many))))
    for metric in (*few, *many):
        for number in (1, 3, 6):
            enter(metric, number, number)
    enter(many[0], 7, 1)
    enter(few[0], 7, 1)
    monday_after(8)
    client = client_for(olga)
    with CaptureQueriesContext(connection) as first:
        client.get(small.get_absolute_url())
    with CaptureQueriesContext(connection) as second:
        client.get(large.get_absolute_url())
    assert len(second) == len(first)
