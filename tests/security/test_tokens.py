"""Tokens of other systems: what they may do, where, how long, and who gives them."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from evidence.context import acting
from evidence.models import Event
from metrics import services as metrics
from metrics.models import Measurement, Source
from people import services as people
from people.models import ApiToken, Appointment
from people.states import Authority, Scope
from tests.cast import api_for, client_for, person, refusal

MEASURE = {"name": "Line 1", "site": "MUC", "scopes": ["measurements:write"], "days": 30}


@pytest.fixture
def mes(munich):
    """The account of the machines of line 1."""
    return person("mes", munich, Authority.INTEGRATION)


@pytest.fixture
def line(mes, munich, olga, axel, grinding):
    """A metric and the source of line 1."""
    Source.objects.create(site=munich, code="LINE1", name="Line 1", account=mes)
    with acting(axel):
        return metrics.create_metric(
            by=axel, site=munich, title="Out of round", direction="lower", unit="µm", process=grinding, owner=olga
        )


def made(ada, username="mes", **facts):
    answer = api_for(ada).post(f"people/{username}/tokens/", {**MEASURE, **facts})
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


class Machine:
    """A program with a token."""

    def __init__(self, secret):
        self.client, self.headers = Client(), {"authorization": f"Token {secret}"}

    def get(self, path):
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path, body, **headers):
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers={**self.headers, **headers}
        )

    def send(self, metric, source=None, value="1.5"):
        body = {"metric": metric.number, "observed_at": "2026-03-01", "value": value}
        return self.post(f"measurements/{f'?source={source}' if source else ''}", body)


def test_secret_is_told_once_and_only_its_digest_is_kept(ada, mes, caplog):
    """Hashed, never in a URL, a log, the trail or an error."""
    caplog.set_level(logging.DEBUG)
    secret = made(ada)["token"]
    token = ApiToken.objects.get()
    assert secret.startswith("hf_")
    assert token.token_key == secret[:15]
    assert secret not in str(vars(token))
    assert "token" not in api_for(ada).get("people/mes/tokens/").json()["results"][0]
    wrong = Machine(secret[:-1] + ("1" if secret.endswith("0") else "0")).get("metrics/")
    assert wrong.status_code == 401
    told = str(list(Event.objects.values())) + caplog.text + wrong.content.decode()
    assert secret not in told
    assert token.digest not in told
    assert Event.objects.get(verb="token created").data["scopes"] == ["measurements:write"]


def test_page_shows_it_once_with_its_last_use(ada, mes, line):
    browser = client_for(ada)
    page = browser.post("/people/mes/tokens/new/", MEASURE).content.decode()
    secret = page.split('<code class="hf-digest">')[1].split("</code>")[0]
    again = browser.get("/people/mes/").content.decode()
    assert secret not in again
    assert "never used" in again
    assert Machine(secret).send(line).status_code == 201
    assert "last used" in browser.get("/people/mes/").content.decode()


def test_last_use_is_written_once_a_minute(ada, mes, line, django_assert_num_queries):
    machine = Machine(made(ada)["token"])
    with time_machine.travel(datetime(2026, 11, 24, 8, tzinfo=UTC), tick=False) as clock:
        machine.send(line)
        first = ApiToken.objects.get().last_used_at
        clock.shift(timedelta(seconds=30))
        machine.send(line)
        assert ApiToken.objects.get().last_used_at == first
        clock.shift(timedelta(seconds=31))
        machine.send(line)
        assert ApiToken.objects.get().last_used_at > first


def test_integration_sends_to_its_own_sources_and_does_nothing_else(ada, mes, line, munich, olga):
    """Another source, documents, the list of people, the trail of a metric: refused in words."""
    other = person("mes2", munich, Authority.INTEGRATION)
    Source.objects.create(site=munich, code="LINE2", name="Line 2", account=other)
    machine = Machine(made(ada)["token"])
    assert machine.send(line).status_code == 201
    assert Measurement.objects.get().batch.source.code == "LINE1"
    assert machine.send(line, source="LINE2").status_code == 400
    for path in ("documents/", "people/", "metrics/", f"metrics/{line.number}/", "sites/", "capas/", "checklists/"):
        answer = machine.get(path)
        assert answer.status_code == 403, path
        assert answer.json()["detail"] == "This token may only: Send measurements, to its own sources."
    assert machine.get("schema/").status_code == 403
    for path in ("documents/", "people/", "metrics/", f"metrics/{line.number}/record/", "people/mes/tokens/"):
        assert machine.post(path, {}).status_code == 403, path
    assert machine.client.patch(f"/api/v1/metrics/{line.number}/", {}, headers=machine.headers).status_code == 403
    assert Measurement.objects.count() == 1


def test_token_opens_no_page(ada, mes, line):
    machine = Machine(made(ada, scopes=["read"])["token"])
    assert machine.client.get("/work/", headers=machine.headers).status_code == 302
    assert machine.client.get(f"/metrics/{line.number}/", headers=machine.headers).status_code == 302


def test_scopes_say_what_is_read(ada, mes, line, munich):
    Appointment.objects.create(person=mes, authority=Authority.AUDITOR, site=munich)
    machine = Machine(made(ada, scopes=["metrics:read"])["token"])
    assert machine.get(f"metrics/{line.number}/").status_code == 200
    assert machine.get("documents/").status_code == 403
    assert machine.send(line).status_code == 403
    assert machine.post(f"metrics/{line.number}/record/", {}).status_code == 403


def test_token_reaches_its_site_only(ada, sam, mes, lyon, munich, line):
    """A token for Lyon is nothing in Munich, though the account is appointed there too."""
    Appointment.objects.create(person=mes, authority=Authority.INTEGRATION, site=lyon)
    Appointment.objects.create(person=ada, authority=Authority.ADMINISTRATOR, site=lyon)
    machine = Machine(made(ada, site="LYS", scopes=["measurements:write", "metrics:read"])["token"])
    Appointment.objects.create(person=mes, authority=Authority.AUDITOR, site=munich)
    assert machine.get("metrics/").json()["results"] == []
    assert machine.get(f"metrics/{line.number}/").status_code == 404
    assert machine.send(line).status_code == 404
    assert not Measurement.objects.exists()
    both = Machine(made(ada, scopes=["measurements:write", "metrics:read"])["token"])
    assert both.send(line).status_code == 201


def test_token_ends_at_once_and_by_itself(ada, mes, line):
    """A revoked token is dead at its next request, so is one that is over or of one who left."""
    first, second, third = (made(ada) for _ in range(3))
    assert api_for(ada).post(f"people/mes/tokens/{first['key']}/end/").status_code == 204
    assert Machine(first["token"]).send(line).status_code == 401
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        assert Machine(second["token"]).send(line).status_code == 401
    mes.is_active = False
    mes.save()
    assert Machine(third["token"]).send(line).status_code == 401
    assert Event.objects.filter(verb="token revoked").count() == 1


def test_account_that_lost_its_authority_sends_nothing(ada, mes, line):
    machine = Machine(made(ada)["token"])
    Appointment.objects.filter(person=mes).delete()
    assert machine.send(line).status_code == 404
    assert not Measurement.objects.exists()


def test_nobody_gives_what_they_do_not_have(ada, axel, sam, mes, munich, lyon):
    """Administrators only, at their own sites, and no scope beyond their own authority."""
    assert api_for(axel).post("people/mes/tokens/", MEASURE).status_code == 403
    assert api_for(sam).post("people/mes/tokens/", MEASURE).status_code == 404
    assert api_for(ada).post("people/mes/tokens/", {**MEASURE, "site": "LYS"}).status_code in (400, 403)
    refused = api_for(ada).post("people/mes/tokens/", {**MEASURE, "scopes": ["write"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "beyond-own-authority")
    Appointment.objects.create(person=ada, authority=Authority.QUALITY_MANAGER, site=munich)
    assert api_for(ada).post("people/mes/tokens/", {**MEASURE, "scopes": ["write"]}).status_code == 201
    for bad in ({"scopes": ["everything"]}, {"scopes": []}, {"days": 0}, {"days": 10**6}, {"name": ""}):
        assert api_for(ada).post("people/mes/tokens/", {**MEASURE, **bad}).status_code == 400, bad


def test_people_get_no_tokens(ada, axel):
    """A person signs with a session and the password; there is no token of a person."""
    answer = api_for(ada).post("people/axel/tokens/", MEASURE)
    assert (answer.status_code, answer.json()["code"]) == (409, "no-integration")


def test_token_makes_and_ends_no_token(ada, mes, munich):
    Appointment.objects.create(person=mes, authority=Authority.ADMINISTRATOR, site=munich)
    Appointment.objects.create(person=ada, authority=Authority.QUALITY_MANAGER, site=munich)
    machine = Machine(made(ada, scopes=["read", "write"])["token"])
    assert machine.post("people/mes/tokens/", MEASURE).status_code == 403
    assert machine.get("people/mes/tokens/").status_code == 403


def test_twenty_tokens_are_enough(ada, mes, munich):
    for _ in range(20):
        people.create_token(mes, by=ada, name="X", site=munich, scopes=[Scope.MEASURE])
    with refusal("too-many-tokens"):
        people.create_token(mes, by=ada, name="X", site=munich)


def test_the_last_administrator_stays(ada, sam, munich, lyon):
    """Somebody must be able to let others in."""
    second = person("bea", munich, Authority.ADMINISTRATOR)
    people.dismiss(Appointment.objects.get(person=ada), by=second)
    with refusal("last-administrator"):
        people.dismiss(Appointment.objects.get(person=second), by=ada)
    with refusal("last-administrator"):
        people.deactivate(second, by=ada, on=datetime.now(UTC).date())
    assert Appointment.objects.filter(person=second).exists()
