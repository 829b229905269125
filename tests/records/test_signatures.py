"""How signatures are shown, given to refuse, and given to several at once (21 CFR 11.50)."""

import re

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import ProtectedError

from documents import services as documents
from documents.models import Revision
from evidence.models import Event
from people import services as people
from people.models import User
from people.states import Authority
from records import services as records
from records.models import Challenge, Signature
from records.selectors import manifestations
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
)
from tests.records.signed import door, paper, squeezed, submitted, table


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
