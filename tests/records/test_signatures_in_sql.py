"""The database itself takes no signature that no dialog was answered for."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from documents import services as documents
from documents.models import Revision
from people.models import User
from records.models import Challenge, Signature
from tests.cast import (
    SESSION,
    signing,
)
from tests.records.signed import submitted


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
