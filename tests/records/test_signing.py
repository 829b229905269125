"""Who may sign, and with what: a person, with the own secret, counted and locked (21 CFR 11.200, 11.300)."""

import threading
from contextvars import copy_context
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone

from documents import services as documents
from documents.models import Revision
from evidence.context import acting
from evidence.models import Event
from evidence.refusals import Refused
from people import services as people
from people.models import Site, User
from people.selectors import system_user
from people.states import Authority
from records import services as records
from records.models import Notification, Signature, SigningAttempt
from records.signing import Signing
from tests.cast import (
    PASSWORD,
    api_for,
    client_for,
    dialog,
    person,
    refusal,
    signing,
    token_for,
)
from tests.records.signed import WRONG, door, opened, problem, submitted, traces


@pytest.mark.parametrize("typed", [{}, {"password": ""}, {"password": PASSWORD}, {"username": "axel"}])
def test_a_session_alone_signs_nothing(revision, axel, typed):
    before, client, api = traces(revision), client_for(axel), api_for(axel)
    shown = dialog(client, door(revision))
    page = client.post(door(revision), {"version": shown["version"], "challenge": shown["challenge"], **typed})
    assert page.status_code == 422
    answer = api.post(
        f"revisions/{revision.number}/approve/", {"challenge": opened(api, revision)["challenge"], **typed}
    )
    assert answer.status_code == 400, answer.content
    assert traces(revision) == before


@pytest.mark.parametrize(
    "typed",
    [{"password": "guess"}, {"username": "olga"}, {"username": "nobody"}, {"password": PASSWORD.upper()}],
    ids=str,
)
def test_every_wrong_secret_is_told_in_the_same_words(revision, axel, typed):
    """Also the valid user name and password of somebody else, in this session."""
    before, client = traces(revision), client_for(axel)
    page = client.post(door(revision), {**dialog(client, door(revision)), **typed})
    assert page.status_code == 422
    assert WRONG in page.content.decode()
    assert PASSWORD not in page.content.decode()
    assert traces(revision) == before
    told = Event.objects.get(verb="signing failed")
    typed_name = typed.get("username", "axel").replace("nobody", "")  # what is nobody's name may be a password
    assert (told.actor_name, told.data["typed"], told.subject_number) == ("Axel Approver", typed_name, revision.number)


def test_after_five_wrong_passwords_signing_is_locked_and_the_quality_manager_knows(revision, munich, axel, client):
    boss = person("greta", munich, Authority.QUALITY_MANAGER)
    browser, before = client_for(axel), traces(revision)
    for _try in range(5):
        browser.post(door(revision), dialog(browser, door(revision), "guess"))
    page = browser.post(door(revision), dialog(browser, door(revision)))
    assert (page.status_code, page.context["form"].refusal.code) == (422, "signing-locked")
    assert traces(revision) == before
    assert Event.objects.filter(verb="signing failed", subject_number=revision.number).count() == 5
    assert Event.objects.filter(verb="signing locked").count() == 1
    assert {told.person for told in Notification.objects.all()} == {boss, axel}
    assert "Signing failed" in browser.get(f"{revision.get_absolute_url()}timeline/").content.decode()
    assert client.login(username="axel", password=PASSWORD), "the login is another lock"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert browser.post(door(revision), dialog(browser, door(revision))).status_code == 302


def test_a_try_that_was_not_wrong_does_not_count(revision, axel):
    client = client_for(axel)
    for _try in range(6):
        shown = dialog(client, door(revision))
        assert client.post(door(revision), {**shown, "challenge": "of-nobody"}).status_code == 422
    assert SigningAttempt.objects.count() == 0
    assert client.post(door(revision), dialog(client, door(revision))).status_code == 302


def test_guesses_sent_at_the_same_time_do_not_outrun_the_count(committed_db):
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    revision, told = submitted(olga, munich), []
    guesses = [signing(revision, axel, "approved", "guess") for _number in range(12)]

    def guess(shown: Signing) -> None:
        try:
            mine = Revision.objects.get(pk=revision.pk)
            with acting(axel):
                records.attempt(documents.approve, mine, by=axel, signing=shown, about=mine)
        except Refused as refused:
            told.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=[guess, shown]) for shown in guesses]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(told) == 12
    assert told.count("wrong-password") == 5
    assert told.count("signing-locked") == 7


def test_the_count_survives_the_refused_request(committed_db):
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    revision, client = submitted(olga, munich), client_for(axel)
    client.post(door(revision), dialog(client, door(revision), "guess"))
    api = api_for(axel)
    typed = {**opened(api, revision), "password": "guess"}
    assert problem(api.post(f"revisions/{revision.number}/approve/", typed)) == (409, "wrong-password")
    with connections["owner"].cursor() as other:
        other.execute("SELECT typed_name FROM records_signingattempt")
        assert other.fetchall() == [("axel",), ("axel",)]
    assert Event.objects.filter(verb="signing failed").count() == 2


def test_a_token_signs_nothing_and_opens_no_dialog(revision, axel):
    before, client = traces(revision), Client(headers={"Authorization": f"Token {token_for(axel)}"})
    shown = opened(api_for(axel), revision)
    for path in ("approve/", "approve/challenge/"):
        answer = client.post(
            f"/api/v1/revisions/{revision.number}/{path}", shown, content_type="application/json",
            headers={"If-Match": "*"},
        )  # fmt: skip
        assert problem(answer) == (403, "token-cannot-sign")
    assert traces(revision) == before


def test_an_author_does_not_approve_through_a_second_authority(revision, munich, olga):
    people.appoint(olga, authority=Authority.QUALITY_MANAGER, site=munich, by=system_user())
    olga = User.objects.get(pk=olga.pk)
    assert client_for(olga).get(door(revision)).status_code == 403
    with refusal("self-approved"):
        documents.approve(revision, by=olga, signing=signing(revision, olga, "approved"))


def test_nobody_signs_as_somebody_else_not_even_a_superuser(revision, munich):
    """There is no "log in as"; a superuser who types Axel's name is a failed attempt of the superuser."""
    person("axel", munich, Authority.QUALITY_MANAGER)
    root = person("root", munich, Authority.QUALITY_MANAGER)
    User.objects.filter(pk=root.pk).update(is_superuser=True, is_staff=True)
    client = client_for(User.objects.get(pk=root.pk))
    page = client.post(door(revision), {**dialog(client, door(revision)), "username": "axel"})
    assert page.status_code == 422
    assert Signature.objects.count() == 0
    assert Event.objects.get(verb="signing failed").data["user"] == "root"
