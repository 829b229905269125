"""Electronic signatures: what was shown is what is signed, by the person who was asked, once (21 CFR 11)."""

import csv
import io
import re
import threading
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way
from documents.states import APPROVE, REVISION
from evidence.context import acting
from evidence.models import Event
from evidence.refusals import Refused
from people import services as people
from people.models import Site, User
from people.selectors import system_user
from people.states import Authority
from records import services as records
from records.models import Challenge, Notification, Signature, SigningAttempt
from records.selectors import manifestations
from records.signing import Signing
from records.states import Meaning, Transition
from tests.cast import (
    PASSWORD,
    SESSION,
    api_for,
    client_for,
    dialog,
    fresh,
    person,
    queries,
    refusal,
    signing,
    today,
    token_for,
)
from tests.records.plant import models

WRONG = "User name or password is not right. Nothing was signed."


def submitted(author: User, site: Site, title: str = "Grind rings") -> Revision:
    kind = DocumentType.objects.get(code="WI")
    document = documents.create_document(by=author, site=site, type=kind, title=title, body="<p>Load the ring.</p>")
    return documents.submit(revision_on_its_way(document), by=author)


@pytest.fixture
def revision(munich, olga, system) -> Revision:
    """Olga's, in review."""
    return submitted(olga, munich)


@pytest.fixture
def approved(revision, axel) -> Revision:
    return documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))


def door(revision: Revision, verb: str = "approve") -> str:
    return f"{revision.get_absolute_url()}do/{verb}/"


def opened(api: Any, revision: Revision, verb: str = "approve") -> dict[str, str]:
    """What a program sends after it has shown the content to its user."""
    answer = api.post(f"revisions/{revision.number}/{verb}/challenge/")
    assert answer.status_code == 201, answer.content
    return {"challenge": answer.json()["challenge"], "username": "axel", "password": PASSWORD}


def traces(revision: Revision) -> tuple[str, int, int]:
    """What no refused signature leaves behind."""
    return fresh(revision).status, Signature.objects.count(), Event.objects.filter(verb="signed").count()


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def squeezed(text: str) -> str:
    """Without the white space that lines and cells are broken with."""
    return re.sub(r"\s+", "", text)


def paper(client: Client, revision: Revision) -> str:
    answer = client.get(f"{revision.get_absolute_url()}record.pdf")
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages))


def table(client: Client, revision: Revision) -> list[list[str]]:
    answer = client.get(f"{revision.get_absolute_url()}signatures.csv")
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


# --- how a signature is shown


def test_page_paper_file_and_api_show_the_same_name_role_time_and_meaning(approved, axel):
    client = client_for(axel)
    shown = api_for(axel).get(f"revisions/{approved.number}/signatures/").json()["results"][0]
    wanted = [shown[name] for name in ("name", "username", "role", "meaning", "local", "utc", "digest")]
    assert wanted[:4] == ["Axel Approver", "axel", "Quality manager", "Approved"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d CES?T \(\+0[12]:00\)", shown["local"])
    page = client.get(approved.get_absolute_url()).content.decode()
    assert [words for words in wanted if words not in page] == []
    printed = paper(client, approved)
    assert [words for words in wanted if squeezed(words) not in printed] == []
    row = table(client, approved)[1]
    assert [words for words in wanted if words not in row] == []
    assert client.get(f"{approved.get_absolute_url()}signatures.xlsx").status_code == 200


def test_a_signature_keeps_what_moved_where_and_from_which_session(approved, axel):
    signature = approved.signatures.get()
    assert (signature.previous_state, signature.new_state) == ("in-review", "approved")
    assert (signature.session_digest, signature.time_zone) == (SESSION, "Europe/Berlin")
    assert signature.challenge.signature == signature
    event = Event.objects.get(verb="signed")
    assert event.data == {"digest": signature.content_digest, "signature": str(signature.uuid)}


def test_content_that_changed_later_makes_the_signature_superseded_everywhere(approved, axel):
    client = client_for(axel)
    assert "superseded" not in client.get(approved.get_absolute_url()).content.decode().lower()
    Revision.objects.filter(pk=approved.pk).update(body="<p>Load two rings.</p>")
    assert "superseded by a later change" in client.get(approved.get_absolute_url()).content.decode()
    assert squeezed("superseded by a later change") in paper(client, approved)
    heads, row = table(client, approved)
    assert row[heads.index("Superseded")] == "yes"
    assert api_for(axel).get(f"revisions/{approved.number}/signatures/").json()["results"][0]["superseded"] is True


def test_a_status_that_moves_on_supersedes_nothing(approved, axel, olga):
    documents.issue(approved, by=axel, effective_on=today())
    documents.make_effective(approved, by=axel)
    assert [one.is_superseded for one in manifestations(fresh(approved))] == [False]


def test_one_digest_is_taken_whatever_the_number_of_signatures(approved, axel, mona, ines):
    client = client_for(axel)
    one = len(queries(client, approved.get_absolute_url()))
    read = Transition("read", {"approved"}, "approved", label="Read", signed=True, meaning=Meaning.REVIEWED)
    for reader in (mona, ines, axel):
        records.sign(approved, by=reader, transition=read, signing=signing(approved, reader, "reviewed"))
    assert len(manifestations(approved)) == 4
    assert len(queries(client, approved.get_absolute_url())) == one


def test_a_signer_who_left_is_still_named_and_is_never_deleted(approved, axel, olga):
    people.deactivate(axel, by=olga, on=today())
    User.objects.filter(pk=axel.pk).update(full_name="Axel Renamed")
    assert "Axel Approver" in client_for(olga).get(approved.get_absolute_url()).content.decode()
    with pytest.raises(ProtectedError):
        User.objects.get(pk=axel.pk).delete()


def test_the_application_cannot_delete_a_person_in_sql(axel):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM people_user WHERE id = %s", [axel.pk])


def test_a_name_is_shown_escaped(revision, munich):
    rosa = person("rosa", munich, Authority.QUALITY_MANAGER)
    User.objects.filter(pk=rosa.pk).update(full_name="<b>Rosa</b>")
    documents.approve(revision, by=rosa, signing=signing(revision, rosa, "approved"))
    page = client_for(rosa).get(revision.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Rosa&lt;/b&gt;" in page
    assert "<b>Rosa</b>" not in page


# --- who may sign, and with what


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


# --- what is signed is what was shown


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


# --- the database itself


def row(revision: Revision, axel: User, **changes: Any) -> Signature:
    """A signature as a shell would insert it, with a challenge that fits but for the changes."""
    shown = signing(revision, axel, "approved")
    challenge = Challenge.objects.latest("pk")
    facts = {
        "record_id": revision.pk, "record_version": revision.version, "content_digest": challenge.content_digest,
        "meaning": "approved", "signer": axel, "signer_name": "Axel Approver", "method": "password",
        "signed_at": timezone.now(), "session_digest": shown.session, "challenge": challenge,
    }  # fmt: skip
    return Signature(**{**facts, **changes})


def test_the_row_that_fits_is_taken(revision, axel):
    row(revision, axel).save()
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge": None},
        {"record_version": 99},
        {"content_digest": "0" * 64},
        {"meaning": "released"},
        {"meaning": "praised"},
        {"session_digest": "f" * 64},
        {"method": "demonstration", "challenge": None},
        {"method": "demonstration"},
    ],
    ids=str,
)
def test_shell_job_and_task_cannot_insert_a_signature(revision, axel, changes):
    for insert in (lambda one: one.save(), lambda one: Signature.objects.bulk_create([one])):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(row(revision, axel, **changes))
    assert Signature.objects.count() == 0


def test_a_signature_is_not_inserted_for_another_person_or_record(revision, munich, olga, axel, mona):
    for changes in ({"signer": mona}, {"record_id": submitted(olga, munich, "Wash").pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row(revision, axel, **changes).save()


def test_the_account_of_the_jobs_signs_nothing(revision, system):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(revision, system).save()


def test_a_challenge_is_not_changed_and_a_used_one_stays(approved):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Challenge.objects.update(expires_at=timezone.now() + timedelta(days=1))
    with pytest.raises(ProtectedError), transaction.atomic():
        Challenge.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_challenge; SET CONSTRAINTS ALL IMMEDIATE")


def test_a_challenge_sets_its_own_time_and_needs_a_session(revision, axel):
    facts = {"user": axel, "record_id": revision.pk, "record_version": 1, "content_digest": "0" * 64}
    later = timezone.now() + timedelta(days=9)
    made = Challenge.objects.create(
        **facts, nonce_digest="1" * 64, meaning="approved", session_digest=SESSION, expires_at=later
    )
    made.refresh_from_db()
    assert made.expires_at < later
    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.create(**facts, nonce_digest="2" * 64, meaning="approved", session_digest="")


def test_opening_dialog_after_dialog_keeps_the_newest(revision, axel, monkeypatch):
    monkeypatch.setattr("records.services.signing.MOST_OPEN", 3)
    shown = [signing(revision, axel, "approved") for _number in range(5)]
    assert Challenge.objects.count() == 3
    documents.approve(revision, by=axel, signing=shown[-1])


# --- to refuse is to sign


def test_a_refusal_is_signed_and_approval_needs_a_new_round(revision, olga, axel):
    client = client_for(axel)
    url = door(revision, "request-changes")
    assert client.post(url, {**dialog(client, url), "reason": "The second step is missing."}).status_code == 302
    signature = revision.signatures.get()
    assert (signature.meaning, signature.note) == ("rejected", "The second step is missing.")
    assert "Rejected" in client.get(revision.get_absolute_url()).content.decode()
    row = fresh(revision)
    with refusal("not-now"):
        documents.approve(row, by=axel, signing=signing(row, axel, "approved"))
    documents.submit(fresh(revision), by=olga)
    row = fresh(revision)
    assert documents.approve(row, by=axel, signing=signing(row, axel, "approved")).status == "approved"
    assert [one.meaning for one in revision.signatures.all()] == ["rejected", "approved"]


def test_the_dialog_prefills_nobody_and_answers_nobody_else(revision, axel, munich):
    """The next person at the kiosk is asked for both, and the dialog of the one before is not theirs."""
    person("greta", munich, Authority.QUALITY_MANAGER)
    first, second = client_for(axel), client_for(User.objects.get(username="greta"))
    page = first.get(door(revision))
    assert page.context["form"]["username"].value() is None
    shown = dialog(first, door(revision))
    answer = second.post(door(revision), {**shown, "username": "greta"})
    assert answer.context["form"].refusal.code == "challenge-unknown"
    assert Signature.objects.count() == 0


# --- several at once


def test_revisions_that_wait_are_approved_together_each_with_its_own_signature(munich, olga, axel, system):
    """One that was changed meanwhile is refused alone."""
    waiting = [submitted(olga, munich, title) for title in ("Load", "Grind", "Wash")]
    client, url = client_for(axel), "/revisions/together/approve/"
    assert f'href="{url}"' in client.get("/work/").content.decode()
    page = client.get(url)
    assert page.content.decode().count("<p>Load the ring.</p>") == 3
    shown = {f"challenge-{row['record'].number}": row["dialog"].challenge for row in page.context["rows"]}
    Revision.objects.filter(pk=waiting[1].pk).update(body="<p>Load two rings.</p>")
    typed = {**shown, "chosen": [one.number for one in waiting], "username": "axel", "password": PASSWORD}
    assert client.post(url, {**typed, "password": "guess"}).status_code == 422
    told = client.post(url, typed, follow=True).content.decode()
    assert "2 signed." in told
    assert f"{waiting[1].number} was not signed: The content changed" in told
    assert [fresh(one).status for one in waiting] == ["approved", "in-review", "approved"]
    assert [one.content_digest for one in Signature.objects.all()] == [
        Challenge.objects.get(record=one.pk, signature__isnull=False).content_digest for one in (waiting[0], waiting[2])
    ]


def test_only_signed_verbs_that_ask_nothing_else_are_done_together(revision, olga, axel):
    for verb in ("request-changes", "submit", "nonsense"):
        assert client_for(axel).get(f"/revisions/together/{verb}/").status_code == 404
    page = client_for(olga).get("/revisions/together/approve/")
    assert page.context["rows"] == [], "an author approves nothing of her own"
