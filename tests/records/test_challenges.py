"""What is signed is what was shown: each dialog is answered once, by whom it was opened for."""

import threading
from contextvars import copy_context
from datetime import timedelta

import pytest
from django.db import connections

from documents import services as documents
from documents.models import Revision
from documents.states import APPROVE, REVISION
from evidence.context import acting
from evidence.refusals import Refused
from people import services as people
from people.models import Site
from people.states import Authority
from records import services as records
from records.models import Challenge, Signature
from records.signing import Signing
from records.states import Meaning
from tests.cast import (
    PASSWORD,
    SESSION,
    api_for,
    client_for,
    dialog,
    fresh,
    person,
    refusal,
    signing,
    today,
)
from tests.records.plant import models
from tests.records.signed import door, opened, problem, submitted, traces


def test_a_dialog_is_answered_once(revision, axel):
    api = api_for(axel)
    shown = opened(api, revision)
    assert api.post(f"revisions/{revision.number}/approve/", shown).status_code == 200
    assert problem(api.post(f"revisions/{revision.number}/approve/", shown)) == (409, "challenge-used")
    assert revision.signatures.count() == 1


def test_a_dialog_answered_twice_at_once_signs_once(committed_db):
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    revision, told = submitted(olga, munich), []
    shown = signing(revision, axel, "approved")

    def approve() -> None:
        try:
            with acting(axel):
                documents.approve(Revision.objects.get(pk=revision.pk), by=axel, signing=shown)
            told.append("approved")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=[approve]) for _number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["approved", *["challenge-used"] * 3]
    assert Signature.objects.count() == 1


def test_what_another_edits_after_it_was_shown_is_not_signed(revision, axel):
    api, before = api_for(axel), traces(revision)
    shown = opened(api, revision)
    Revision.objects.filter(pk=revision.pk).update(body="<p>Load two rings.</p>")
    assert problem(api.post(f"revisions/{revision.number}/approve/", shown)) == (409, "content-changed")
    assert traces(revision) == before


def test_the_page_shows_what_changed_and_keeps_what_was_typed(revision, axel):
    """The text as it is now, a challenge of its own, the reason kept, the password not."""
    client, url = client_for(axel), door(revision, "request-changes")
    shown = {**dialog(client, url), "reason": "The second step is missing."}
    Revision.objects.filter(pk=revision.pk).update(body="<p>Load two rings.</p>")
    page = client.post(url, shown)
    text = page.content.decode()
    assert page.status_code == 422
    assert "Load two rings" in text
    assert "The second step is missing." in text
    assert PASSWORD not in text
    again = page.context["form"]
    assert again["challenge"].value() != shown["challenge"]
    sent = {**shown, "challenge": again["challenge"].value(), "version": again["version"].value()}
    assert client.post(url, sent).status_code == 302
    assert revision.signatures.get().note == "The second step is missing."


def test_a_dialog_lives_five_minutes(committed_db):
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    revision = submitted(olga, munich)
    shown = signing(revision, axel, "approved")
    found = Challenge.objects.get()
    assert found.expires_at - found.made_at == timedelta(minutes=5)
    with connections["owner"].cursor() as time:
        time.execute("UPDATE records_challenge SET expires_at = clock_timestamp() - interval '1 second'")
    with refusal("challenge-expired"):
        documents.approve(revision, by=axel, signing=shown)


@pytest.mark.parametrize("differs", ["person", "session", "record", "meaning", "nonce"])
def test_a_dialog_of_something_else_is_not_known(revision, munich, olga, axel, mona, differs):
    shown = signing(revision, axel, "approved")
    other = {
        "person": lambda: signing(revision, mona, "approved").challenge,
        "session": lambda: records.open_challenge(revision, by=axel, meaning="approved", session="0" * 64).challenge,
        "record": lambda: signing(submitted(olga, munich), axel, "approved").challenge,
        "meaning": lambda: signing(revision, axel, "rejected").challenge,
        "nonce": lambda: "none",
    }[differs]()
    with refusal("challenge-unknown"):
        documents.approve(revision, by=axel, signing=Signing("axel", PASSWORD, other, shown.session))
    assert Signature.objects.count() == 0


def test_a_new_password_ends_the_dialogs_that_are_open(revision, axel):
    api, own = api_for(axel), client_for(axel)
    shown, page = opened(api, revision), dialog(own, door(revision))
    axel.set_password("another long password")
    axel.save()
    answer = api.post(f"revisions/{revision.number}/approve/", {**shown, "password": "another long password"})
    assert answer.status_code in (401, 403)
    assert own.post(door(revision), page).headers["Location"].startswith("/accounts/login/")
    own.force_login(axel)
    again = own.post(door(revision), {**page, "password": "another long password"})
    assert again.context["form"].refusal.code == "challenge-unknown"
    assert Signature.objects.count() == 0


def test_who_was_deactivated_meanwhile_signs_nothing(revision, axel, olga):
    shown = signing(revision, axel, "approved")
    people.deactivate(axel, by=olga, on=today())
    with refusal("wrong-password"):
        documents.approve(revision, by=axel, signing=shown)


def test_a_signature_moves_only_what_it_was_given_for(revision, munich, olga, axel):
    other = submitted(olga, munich, "Wash rings")
    signature = records.sign(revision, by=axel, transition=APPROVE, signing=signing(revision, axel, "approved"))
    for subject in (other, fresh(other)):
        with refusal("signature-of-another"):
            records.move(subject, APPROVE, by=axel, signature=signature)
    with refusal("signature-of-another"):
        records.move(revision, REVISION.named("request-changes"), by=axel, note="Not this.", signature=signature)


def test_what_the_client_says_about_time_and_meaning_is_not_taken(revision, axel):
    api, before = api_for(axel), traces(revision)
    for more in ({"signed_at": "2020-01-01T00:00:00Z"}, {"meaning": "released"}, {"meaning": "<b>x</b>"}):
        answer = api.post(f"revisions/{revision.number}/approve/", {**opened(api, revision), **more})
        assert answer.status_code == 400
        assert api.post(f"revisions/{revision.number}/approve/challenge/", more).status_code == 400
    assert traces(revision) == before


@pytest.mark.parametrize("meaning", ["", "praised", "x" * 10_000, "<script>alert(1)</script>"], ids=len)
def test_a_meaning_that_is_not_in_the_list_is_refused(revision, axel, meaning):
    with refusal("unknown-meaning"):
        records.open_challenge(revision, by=axel, meaning=meaning, session=SESSION)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_signed_transition_has_a_meaning_and_every_meaning_a_signature(model):
    for arrow in model.machine.transitions:
        assert (arrow.meaning in Meaning.values) == arrow.signed, arrow.name
        assert not (arrow.signed and arrow.automatic), f"{arrow.name}: no job signs"
