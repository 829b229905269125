"""Standard work of the assembly with drawn photos, several workers and a German translation; a procedure with a figure."""

import io
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw

from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way, text_digest
from qms.demo import people
from qms.demo.plant import Plant, Story
from training import services as training

SIZE = (480, 360)
FLOOR, STEEL, DARK, BLUE, ORANGE, GREEN = "#e9eef1", "#9aa7af", "#3b474f", "#0072b2", "#e69f00", "#009e73"

STEPS: tuple[dict[str, Any], ...] = (
    {
        "key": "body",
        "what": "Put the pump body into the jig",
        "key_point": "Inlet to the left, until it clicks",
        "reason": "Turned round, the cover leaks",
        "manual_seconds": 9,
        "machine_seconds": 0,
        "walk_seconds": 2,
        "worker": 1,
        "tools": "Jig P-12",
        "ppe": "Safety shoes, gloves",
        "is_quality": True,
    },
    {
        "key": "press",
        "what": "Press in the bearing",
        "key_point": "Both hands on the buttons until the light is green",
        "reason": "The press closes with 12 kN",
        "manual_seconds": 6,
        "machine_seconds": 38,
        "walk_seconds": 3,
        "worker": 1,
        "tools": "Press 3",
        "ppe": "Safety glasses",
        "is_safety": True,
    },
    {
        "key": "seal",
        "what": "Put the seal on the shaft",
        "key_point": "Lip to the oil side, a film of grease",
        "reason": "A dry lip burns in the first minute",
        "manual_seconds": 16,
        "machine_seconds": 0,
        "walk_seconds": 3,
        "worker": 1,
        "tools": "Seal sleeve",
        "ppe": "Gloves",
        "is_quality": True,
    },
    {
        "key": "cover",
        "what": "Fit the cover with four screws",
        "key_point": "Crosswise, by hand first",
        "reason": "Tightened in a circle it bends",
        "manual_seconds": 29,
        "machine_seconds": 0,
        "walk_seconds": 2,
        "worker": 2,
        "tools": "Bit T30",
        "ppe": "Gloves",
    },
    {
        "key": "torque",
        "what": "Tighten to 9 Nm",
        "key_point": "Four times green on the display",
        "reason": "Below 8 Nm it weeps, above 10 Nm the thread goes",
        "manual_seconds": 14,
        "machine_seconds": 0,
        "walk_seconds": 2,
        "worker": 2,
        "tools": "Torque driver 7",
        "ppe": "Safety glasses",
        "is_quality": True,
    },
    {
        "key": "test",
        "what": "Start the leak test and take off the last pump",
        "key_point": "Hands out before the hood closes",
        "reason": "The hood does not feel a finger",
        "manual_seconds": 10,
        "machine_seconds": 44,
        "walk_seconds": 4,
        "worker": 2,
        "tools": "Leak tester 2",
        "ppe": "Safety glasses",
        "is_safety": True,
    },
    {
        "key": "pack",
        "what": "Label and put into the box",
        "key_point": "Read the label aloud against the order",
        "reason": "Two boxes had the wrong label",
        "manual_seconds": 22,
        "machine_seconds": 0,
        "walk_seconds": 6,
        "worker": 3,
        "tools": "Printer, box",
        "ppe": "Safety shoes",
        "is_quality": True,
    },
)
GERMAN: dict[str, dict[str, str]] = {
    "body": {
        "what": "Pumpengehäuse in die Vorrichtung legen",
        "key_point": "Einlass links, bis es klickt",
        "reason": "Verdreht leckt der Deckel",
        "tools": "Vorrichtung P-12",
        "ppe": "Sicherheitsschuhe, Handschuhe",
    },
    "press": {
        "what": "Lager einpressen",
        "key_point": "Beide Hände auf den Tasten, bis das Licht grün ist",
        "reason": "Die Presse schließt mit 12 kN",
        "tools": "Presse 3",
        "ppe": "Schutzbrille",
    },
    "seal": {
        "what": "Dichtung auf die Welle setzen",
        "key_point": "Lippe zur Ölseite, dünn gefettet",
        "reason": "Eine trockene Lippe verbrennt in der ersten Minute",
        "tools": "Montagehülse",
        "ppe": "Handschuhe",
    },
    "cover": {
        "what": "Deckel mit vier Schrauben ansetzen",
        "key_point": "Über Kreuz, zuerst von Hand",
        "reason": "Im Kreis angezogen verzieht er sich",
        "tools": "Bit T30",
        "ppe": "Handschuhe",
    },
    "torque": {
        "what": "Mit 9 Nm anziehen",
        "key_point": "Viermal Grün auf der Anzeige",
        "reason": "Unter 8 Nm schwitzt er, über 10 Nm reißt das Gewinde",
        "tools": "Drehmomentschrauber 7",
        "ppe": "Schutzbrille",
    },
    "test": {
        "what": "Dichtprüfung starten und letzte Pumpe abnehmen",
        "key_point": "Hände heraus, bevor die Haube schließt",
        "reason": "Die Haube spürt keinen Finger",
        "tools": "Dichtprüfer 2",
        "ppe": "Schutzbrille",
    },
    "pack": {
        "what": "Etikett anbringen und in den Karton legen",
        "key_point": "Etikett laut gegen den Auftrag lesen",
        "reason": "Zwei Kartons hatten das falsche Etikett",
        "tools": "Drucker, Karton",
        "ppe": "Sicherheitsschuhe",
    },
}
REACTION = "Stop the line with the cord. Put the pump on the red table. Call the shift leader; after ten minutes the process owner."
REACTION_DE = "Linie mit der Leine anhalten. Pumpe auf den roten Tisch. Schichtleiter rufen, nach zehn Minuten den Prozessverantwortlichen."
LIMITS = (
    "<h2>What must be at the bench</h2><p>Jig, press and leak tester carry the green label of today.</p>"
    "<table><tbody><tr><th>Machine</th><th>Reading</th><th>Limit</th></tr>"
    "<tr><td>Press 3</td><td>Force</td><td>11.5 to 12.5 kN</td></tr>"
    "<tr><td>Leak tester 2</td><td>Loss in 30 s</td><td>{loss} mbar</td></tr>{more}</tbody></table>"
)
BODY = LIMITS.format(loss=8, more="")
BODY_NEXT = LIMITS.format(
    loss=6, more="<tr><td>Torque driver 7</td><td>Check on the test block</td><td>8.8 to 9.2 Nm</td></tr>"
)
NEXT: dict[str, dict[str, Any]] = {  # what the revision that is being written says otherwise, by step
    "torque": {"what": "Tighten crosswise to 9 Nm", "manual_seconds": 16},
    "test": {"worker": 3, "key_point": "Hands out and elbows off the table before the hood closes"},
    "pack": {"walk_seconds": 4},
}
MIRROR: dict[str, Any] = {
    "key": "mirror",
    "what": "Look at the lip in the mirror",
    "key_point": "One dark ring without a gap",
    "reason": "A folded lip passes the leak test and fails at the customer",
    "manual_seconds": 5,
    "machine_seconds": 0,
    "walk_seconds": 0,
    "worker": 1,
    "tools": "Mirror on the bench",
    "ppe": "Gloves",
    "is_quality": True,
}
REACTION_NEXT = "Stop the line with the cord. Put the pump on the red table. Call the shift leader at once; after five minutes the process owner."
TABLE = (
    "<h2>What is looked at</h2><table><tbody><tr><th>Goods</th><th>How many</th><th>What</th></tr>"
    "<tr><td>Castings</td><td>5 of a delivery</td><td>Bore, wall, no cracks</td></tr>"
    "<tr><td>Seals</td><td>3 of a bag</td><td>Lip whole, date within two years</td></tr>"
    "<tr><td>Screws</td><td>1 of a box</td><td>Head, length, mark 8.8</td></tr></tbody></table>"
)


def picture(key: str) -> bytes:
    """A plain drawing of the place, as PNG."""
    image = Image.new("RGB", SIZE, FLOOR)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 290, 480, 360), fill="#cfd8dd")
    DRAWN[key](pen)
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def _pump(pen: ImageDraw.ImageDraw, colour: str = BLUE) -> None:
    pen.rounded_rectangle((150, 150, 330, 290), 24, fill=colour)
    pen.rectangle((90, 200, 150, 240), fill=colour)
    pen.ellipse((200, 180, 280, 260), fill=FLOOR, outline=DARK, width=6)


def _body(pen: ImageDraw.ImageDraw) -> None:
    _pump(pen)
    pen.rectangle((120, 290, 360, 312), fill=DARK)
    pen.line((40, 220, 84, 220), fill=ORANGE, width=10)
    pen.polygon([(84, 204), (84, 236), (110, 220)], fill=ORANGE)


def _press(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((200, 20, 280, 130), fill=STEEL)
    pen.rectangle((180, 130, 300, 160), fill=DARK)
    pen.rectangle((150, 240, 330, 300), fill=BLUE)
    for x in (60, 380):
        pen.ellipse((x, 240, x + 44, 284), fill=GREEN)


def _seal(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((60, 165, 430, 205), fill=STEEL)
    pen.ellipse((210, 105, 290, 265), outline=DARK, width=22)
    pen.arc((190, 95, 310, 275), 100, 260, fill=ORANGE, width=8)


def _cover(pen: ImageDraw.ImageDraw) -> None:
    pen.rounded_rectangle((120, 60, 360, 300), 30, fill=STEEL)
    for no, (x, y) in enumerate(((150, 90), (310, 250), (310, 90), (150, 250)), start=1):
        pen.ellipse((x - 20, y - 20, x + 20, y + 20), fill=DARK)
        pen.text((x - 6, y - 12), str(no), fill="white", font_size=22)
    pen.line((150, 90, 310, 250), fill=ORANGE, width=4)
    pen.line((310, 90, 150, 250), fill=ORANGE, width=4)


def _torque(pen: ImageDraw.ImageDraw) -> None:
    pen.rounded_rectangle((90, 60, 390, 170), 14, fill=DARK)
    pen.text((130, 76), "9.0 Nm", fill="#7ee2b8", font_size=64)
    for x in (120, 190, 260, 330):
        pen.ellipse((x, 200, x + 36, 236), fill=GREEN)


def _test(pen: ImageDraw.ImageDraw) -> None:
    _pump(pen, STEEL)
    pen.arc((90, 40, 390, 360), 180, 360, fill=BLUE, width=12)
    pen.line((40, 60, 120, 140), fill="#c0392b", width=14)
    pen.line((120, 60, 40, 140), fill="#c0392b", width=14)


def _pack(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((110, 140, 370, 310), fill="#c79a5b")
    pen.polygon([(110, 140), (160, 90), (420, 90), (370, 140)], fill="#dcb57d")
    pen.rectangle((150, 180, 290, 260), fill="white", outline=DARK)
    for x in range(160, 280, 10):
        pen.line((x, 190, x, 225), fill=DARK, width=3 + x % 4)


def _receiving(pen: ImageDraw.ImageDraw) -> None:
    for x, colour, word in ((20, ORANGE, "wait"), (180, GREEN, "good"), (340, "#c0392b", "blocked")):
        pen.rectangle((x, 120, x + 120, 300), outline=colour, width=10)
        pen.text((x + 22, 76), word, fill=DARK, font_size=28)
        pen.rectangle((x + 24, 220, x + 96, 290), fill="#c79a5b")
    pen.line((146, 210, 174, 210), fill=DARK, width=6)
    pen.line((306, 210, 334, 210), fill=DARK, width=6)


DRAWN = {
    "body": _body, "press": _press, "seal": _seal, "cover": _cover, "torque": _torque, "test": _test, "pack": _pack,
    "receiving": _receiving,
}  # fmt: skip


def standard_work(plant: Plant) -> Story:
    """The pump's standard work comes into effect and is translated; its next revision is being written."""
    yield plant.day(57, 1, 9)
    with plant.acting("paula") as person:
        document = documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code="SW"),
            title="Assemble the coolant pump",
            process=people.process("ASSY"),
            body=BODY,
            steps=STEPS,
            takt_seconds=Decimal(60),
            standard_wip=3,
            reaction_plan=REACTION,
        )
        draft = Revision.objects.get(document=document)
        documents.edit_revision(draft, by=person, steps=_with_photos(draft, person))
        training.require_now(by=person, job_role=people.role("ASSY"), document=document)
    revision = plant.approve(revision_on_its_way(document), author="paula", approver="axel")
    plant.issue(revision, by="axel", effective_on=plant.today)
    plant.train_all(revision)
    yield plant.day(57, 2, 10)
    _translate(plant, revision)
    yield plant.day(61, 1, 14)
    with plant.acting("paula") as person:
        document.refresh_from_db()
        following = documents.start_revision(
            document,
            by=person,
            reason="Worker 2 is over the takt while worker 3 waits; two pumps came back with a folded lip.",
            change_summary="The leak test goes to worker 3; the lip is looked at before the cover hides it.",
        )
        documents.edit_revision(
            following,
            by=person,
            body=BODY_NEXT,
            steps=_rewritten(following),
            takt_seconds=Decimal(56),
            standard_wip=4,
            reaction_plan=REACTION_NEXT,
        )


def _rewritten(revision: Revision) -> list[dict[str, Any]]:
    """The steps as the next revision has them, the new one after the seal."""
    steps = [{**(said := step.content()), **NEXT.get(said["key"], {})} for step in revision.steps.all()]
    place = [step["key"] for step in steps].index("seal") + 1
    return [*steps[:place], MIRROR, *steps[place:]]


def _with_photos(draft: Revision, person: Any) -> list[dict[str, Any]]:
    return [
        {
            **step,
            "photo": documents.add_picture(
                draft, file=io.BytesIO(picture(step["key"])), name=f"{step['key']}.png", by=person
            ).sha256,
        }
        for step in STEPS
    ]


def _translate(plant: Plant, revision: Revision) -> None:
    with plant.acting("erik") as person:
        documents.translate(
            revision,
            by=person,
            language="de",
            title="Kühlmittelpumpe montieren",
            reaction_plan=REACTION_DE,
            steps=GERMAN,
            shown=text_digest(revision),
            checked=True,
        )
        documents.translate(
            revision,
            by=person,
            language="pl",
            title="Montaż pompy chłodziwa",
            steps={"body": {"what": "Włóż korpus pompy do przyrządu"}},
        )


def procedure(plant: Plant) -> Story:
    """Receiving inspection, with a table and a figure."""
    yield plant.day(52, 3, 11)
    with plant.acting("erik") as person:
        document = documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code="PR"),
            title="Receiving inspection",
        )
        draft = Revision.objects.get(document=document)
        shown = documents.add_picture(draft, file=io.BytesIO(picture("receiving")), name="receiving.png", by=person)
        figure = f'<figure><img src="/pictures/{shown.sha256}/" alt="Three places: wait, good and blocked"><figcaption>Figure 1: The three places of the receiving area. Nothing goes round the middle one.</figcaption></figure>'
        body = f"<h2>Purpose</h2><p>Only goods that were looked at go to the line.</p><h2>Where goods stand</h2>{figure}{TABLE}<h2>When something is wrong</h2><ol><li>Put a red card on it.</li><li>Carry it to <strong>blocked</strong>.</li><li>Write a nonconformity.</li></ol>"
        documents.edit_revision(draft, by=person, body=body)
    revision = plant.approve(revision_on_its_way(document), author="erik", approver="axel")
    plant.issue(revision, by="axel", effective_on=plant.today)
