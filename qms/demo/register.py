"""The register of the demo plant: a standard from outside, printed copies, a late review, each policy, an old list."""

import io

import xlsxwriter

from documents import services as documents
from documents.models import Clause, Distribution, Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from people.models import Station
from qms.demo import people
from qms.demo.plant import Plant, Story
from records.signing import Signing
from training import services as training

OLD_REGISTER = (
    ("Title", "Type", "Old number", "Process", "Owner", "In force since", "Clauses"),
    ("Handling of customers' drawings", "PR", "QP-04-02", "", "olga", "2023-05-02", "8.5.3, 7.5.3"),
    ("Keys and access to the gauge room", "PR", "QP-07-11", "", "paula", "2022-11-14", "7.1.3"),
    ("Label of blocked lots", "FO", "FB-08-03", "RING", "olga", "2021-02-01", "8.7"),
)


def _open(plant: Plant, author: str, kind: str, title: str, body: str, *, process: str = "", **facts) -> Document:  # type: ignore[no-untyped-def]
    with plant.acting(author) as person:
        return documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code=kind),
            title=title,
            process=people.process(process) if process else None,
            body=body,
            **facts,
        )


def _put_in_force(plant: Plant, document: Document, author: str) -> Revision:
    revision = plant.approve(revision_on_its_way(document), author=author, approver="axel")
    plant.issue(revision, by="axel", effective_on=plant.today)
    return Revision.objects.get(pk=revision.pk)


def _classify(plant: Plant, document: Document, by: str, *clauses: str, **facts) -> None:  # type: ignore[no-untyped-def]
    with plant.acting(by) as person:
        chosen = Clause.objects.filter(number__in=clauses)
        fresh = Document.objects.get(pk=document.pk)
        documents.classify(fresh, by=person, reason="Sorted into the register", clauses=chosen, **facts)


def documents_from_outside(plant: Plant) -> Story:
    """A type for standards, and the one by which the rings are judged."""
    yield plant.day(1, 0, 9)
    with plant.acting("admin") as person:
        rules = {"readiness": "record", "training_days": 7, "review_months": 12, "retention_years": 0}
        documents.add_type(by=person, code="ST", name="External standard", is_external=True, **rules)
    yield plant.day(1, 1, 9)
    standard = _open(plant, "olga", "ST", "Piston rings: quality requirements", "", training="none")
    _classify(
        plant, standard, "olga", "8.2", publisher="ISO", edition="2019", kept_at="Gauge room, shelf 2",
        edition_checked_on=plant.today,
    )  # fmt: skip
    _put_in_force(plant, standard, "olga")
    yield plant.day(53, 2, 10)
    with plant.acting("axel") as person:
        documents.confirm_valid(
            Document.objects.get(pk=standard.pk),
            by=person,
            signing=Signing.demonstration(),
            note="No newer edition at the publisher.",
        )


def late_review(plant: Plant) -> Story:
    """A procedure that should have been looked at weeks ago."""
    yield plant.day(2, 1, 9)
    with plant.acting("admin") as person:
        kind = DocumentType.objects.get(code="PR")
        documents.edit_type(kind, by=person, review_months=12)
    made = _open(
        plant, "olga", "PR", "Calibration of gauges",
        "<h2>Purpose</h2><p>Every gauge shows what it should, and we know since when.</p>"
        "<h2>How</h2><p>Gauges are called in by their due date, compared with the master ring and labelled. One that"
        " is off is blocked; what was measured with it since its last calibration is looked at again.</p>",
        training="none",
    )  # fmt: skip
    _classify(plant, made, "olga", "7.1.5", old_number="QP-07-05")
    _put_in_force(plant, made, "olga")


def printed_copies(plant: Plant) -> Story:
    """Three sheets hang at the cells; a new revision calls them in, and one still hangs there."""
    yield plant.day(20, 1, 9)
    made = _open(
        plant, "olga", "PR", "What to do when the coolant smells",
        "<p>Stop the machine, call the attendant, note the time. Do not add concentrate.</p>", process="COOL",
        training="none",
    )  # fmt: skip
    _classify(plant, made, "olga", "8.5.1", "7.1.4")
    first = _put_in_force(plant, made, "olga")
    _at_station, at_press, in_office = _give_out(plant, first)
    yield plant.day(59, 1, 9)
    with plant.acting("olga") as person:
        documents.start_revision(
            Document.objects.get(pk=made.pk),
            by=person,
            reason="The attendant was called too late twice.",
            change_summary="Whom to call at night; the telephone number.",
            body="<p>Stop the machine, call the attendant (night: 4711), note the time. Do not add concentrate.</p>",
            training="none",
        )
    second = _put_in_force(plant, made, "olga")
    with plant.acting("olga") as person:
        documents.register_copy(
            Revision.objects.get(pk=second.pk), by=person, place="Board at the press", holder=plant.people["paula"]
        )
    yield plant.day(59, 3, 9)
    with plant.acting("paula") as person:
        at_press.refresh_from_db()
        documents.collect_copy(at_press, by=person, note="Torn up.")
    with plant.acting("sven") as person:
        in_office.refresh_from_db()
        documents.destroy_copy(in_office, by=person, note="Into the shredder.")


def _give_out(plant: Plant, revision: Revision) -> list[Distribution]:
    """One copy at the first station of the works, one at the press, one in the office of the shift."""
    station = Station.objects.filter(site=plant.sites["MUC"]).order_by("code").first()
    hung = (
        ("" if station else "Cell 3", "sven", station),
        ("Board at the press", "paula", None),
        ("Shift office", "sven", None),
    )
    with plant.acting("olga") as person:
        return [
            documents.register_copy(
                Revision.objects.get(pk=revision.pk), by=person, place=place, holder=plant.people[holder], station=at
            )
            for place, holder, at in hung
        ]


def unfinished_training(plant: Plant) -> Story:
    """The same haste, three policies: standard work waits, a work instruction warns, a policy only records."""
    yield plant.day(57, 1, 9)
    waiting = _open(
        plant, "erik", "SW", "Changing the die of the forging press", "", process="PRESS",
        steps=[
            {"what": "Lock the press", "key_point": "Own padlock", "reason": "Nobody else can start it",
             "manual_seconds": 40, "is_safety": True},
            {"what": "Lower the die onto the cart", "manual_seconds": 90, "machine_seconds": 20, "walk_seconds": 6},
            {"what": "Clamp the new die crosswise", "key_point": "Four clamps, 90 Nm", "manual_seconds": 110,
             "is_quality": True},
        ],
    )  # fmt: skip
    warned = _open(
        plant, "erik", "WI", "Packing of assembled pumps",
        "<p>One pump a box, port caps on, label on the long side.</p>", process="ASSY",
    )  # fmt: skip
    recorded = _open(
        plant, "erik", "PO", "Handing over a shift", "<p>Nobody leaves before open points and blocked lots are told.</p>",
        process="ASSY",
    )  # fmt: skip
    for document, code in ((waiting, "PRESS"), (warned, "ASSY"), (recorded, "ASSY")):
        with plant.acting("erik") as person:
            training.require_now(by=person, job_role=people.role(code), document=document)
        _classify(plant, document, "erik", "8.5.1", "7.2")
        revision = _put_in_force(plant, document, "erik")
        plant.train_all(revision, but=("klaus", "ravi", "carla", "ewa"))


def old_register(plant: Plant) -> Story:
    """The list of the former quality manual is brought along; two of its three documents are in force already."""
    yield plant.day(60, 1, 14)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Register")
    for number, row in enumerate(OLD_REGISTER):
        sheet.write_row(number, 0, row)
    book.close()
    file.name = "old-quality-manual.xlsx"
    with plant.acting("axel") as person:
        kept = documents.upload_register(by=person, site=plant.sites["MUC"], sheet=file)
        documents.confirm_import(kept, by=person)
    plant.run_jobs()
    yield plant.day(60, 2, 9)
    for revision in Revision.objects.filter(document__imported_by=kept).order_by("pk")[:2]:
        with plant.acting("axel") as person:
            documents.adopt(revision, by=person, signing=Signing.demonstration())


def stories(plant: Plant) -> list[Story]:
    """Everything of the register, each in its own time."""
    return [
        documents_from_outside(plant),
        late_review(plant),
        printed_copies(plant),
        unfinished_training(plant),
        old_register(plant),
    ]
