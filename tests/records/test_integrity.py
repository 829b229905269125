"""What verifying finds is told, shown on the record, keeps it from being signed, and is handled by somebody."""

import pytest
from django.core.files.storage import default_storage

from capa import services as capas
from evidence.models import Event
from people.models import Site, User
from people.states import Authority
from records import services as records
from records.models import Attachment, Notification
from tests.cast import api_for, client_for, fresh, person, refusal, signing
from tests.evidence.tampering import owner, seal_all


@pytest.fixture
def changed_behind(committed_db):
    """A CAPA whose title somebody has changed in the database itself."""
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    User.objects.filter(pk=axel.pk).update(email="axel@example.com")
    capa = capas.open_capa(by=olga, site=munich, title="Rings", problem="p")
    seal_all()
    owner("ALTER TABLE records_record DISABLE TRIGGER ledger_update")
    owner("UPDATE records_record SET title = 'Kings' WHERE id = %s", capa.pk)
    owner("ALTER TABLE records_record ENABLE ALWAYS TRIGGER ledger_update")
    return capa


def test_the_record_is_named_and_shown_and_not_signed(changed_behind):
    axel = User.objects.get(username="axel")
    (fault,) = records.verify_records(by=axel)
    assert (fault.check_name, fault.record_id) == ("live", changed_behind.pk)
    assert Notification.objects.get(person=axel).url == "/integrity/"
    assert "Integrity fault" in client_for(axel).get(changed_behind.get_absolute_url()).content.decode()
    with refusal("integrity-fault"):
        plant_signs(fresh(changed_behind), axel)
    assert records.verify_records(by=axel) == []  # told once


def plant_signs(capa, by):
    arrow = next(arrow for arrow in type(capa).machine.transitions if arrow.signed)
    records.sign(capa, by=by, transition=arrow, signing=signing(capa, by, arrow.meaning))


def test_it_is_handled_by_who_may_and_with_words(changed_behind):
    axel, olga = User.objects.get(username="axel"), User.objects.get(username="olga")
    (fault,) = records.verify_records(by=axel)
    assert client_for(olga).get("/integrity/").status_code == 403
    page = client_for(axel).post(f"/integrity/{fault.pk}/handle/", {f"fault-{fault.pk}-note": " "})
    assert page.status_code == 422
    done = api_for(axel).post(f"integrity-faults/{fault.pk}/handle/", {"note": "Restored from the ledger's image."})
    assert (done.status_code, done.json()["handled_by"]) == (200, "axel")
    with refusal("already-handled"):
        records.handle_fault(fault, by=axel, note="And once more.")
    assert "Integrity fault" not in client_for(axel).get(changed_behind.get_absolute_url()).content.decode()
    assert Event.objects.filter(verb="integrity fault handled", subject_number=changed_behind.number).count() == 1


@pytest.fixture
def kept(munich, olga, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    capa = capas.open_capa(by=olga, site=munich, title="Rings", problem="p")
    with open(__file__, "rb") as file:
        return records.attach(capa, file=file, name="photo.txt", by=olga)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_file_that_changed_or_is_gone_is_found_with_its_record(harm, kept, axel):
    path = default_storage.path(kept.file.name)
    if harm == "changed":
        with open(path, "ab") as file:
            file.write(b"!")
    else:
        default_storage.delete(kept.file.name)
    found = [fault for fault in records.verify_records(by=axel) if fault.check_name == "file"]
    assert [(fault.record_id, fault.place) for fault in found] == [
        (kept.record_id, f"file photo.txt of {kept.record.number}")
    ]


def test_a_file_replaced_under_the_same_name_leaves_both_to_be_read(kept, olga, tmp_path):
    """Files lie under their digests."""
    other = tmp_path / "other"
    other.write_bytes(b"something else")
    with other.open("rb") as file:
        records.attach(kept.record, file=file, name="photo.txt", by=olga)
    contents = {attachment.file.open("rb").read() for attachment in Attachment.objects.filter(name="photo.txt")}
    assert len(contents) == 2
    assert len({row.sha256 for row in Attachment.objects.all()}) == 2


COPIES = ["record.pdf", "chain.pdf", "signatures.csv", "signatures.xlsx"]


@pytest.mark.parametrize("copy", COPIES)
def test_whoever_takes_a_copy_is_noted_with_the_head_of_the_ledger(copy, munich, axel):
    capa = capas.open_capa(by=axel, site=munich, title="Rings", problem="p")
    assert client_for(axel).get(f"{capa.get_absolute_url()}{copy}").status_code == 200
    taken = Event.objects.get(verb="copy taken")
    assert (taken.subject_number, taken.actor_name, "head" in taken.data) == (capa.number, "Axel Approver", True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_whoever_takes_a_list_is_noted_too(kind, axel):
    b"".join(client_for(axel).get(f"/capas/export.{kind}?status=open").streaming_content)
    taken = Event.objects.get(verb="copy taken")
    assert (taken.actor_key, "status=open" in taken.note) == (axel.pk, True)
