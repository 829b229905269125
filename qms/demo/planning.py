"""What is measured with, what is controlled and how it can fail, and what is to be reached."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from capa.models import Capa
from documents import services as documents
from documents.models import Document, Revision
from evidence.refusals import Refused
from metrics import selectors
from metrics import services as metrics
from metrics.models import Gauge, Metric, Objective
from people.models import User
from qms.demo import people
from qms.demo.improving import Improving
from qms.demo.plant import Plant, Story
from records import services as records

LAB = "Isar Calibration Laboratory"
GAUGES = (
    # key, site, process, owner, name, kind, serial, maker, place, resolution, months, measures
    ("bore", "MUC", "RING", "olga", "Bore gauge 74 mm", "bore gauge", "BG-74-03", "Diatest", "Ring finishing, bench 2",
     "0.001 mm", 6, "rings"),
    ("refractometer", "MUC", "COOL", "olga", "Refractometer of the coolant", "refractometer", "RF-118", "Atago",
     "Coolant plant", "0.1 °Brix", 12, "coolant"),
    ("watch", "MUC", "PRESS", "erik", "Stopwatch of the press", "stopwatch", "SW-9", "Hanhart", "Press office", "0.1 s",
     24, "changeover"),
    ("torque", "MUC", "ASSY", "paula", "Torque wrench 5–50 Nm", "torque wrench", "TW-50-1", "Hazet",
     "Assembly, bench A", "0.1 Nm", 12, ""),
    ("leak", "GDN", "FILL", "wanda", "Leak tester of the filling line", "leak tester", "LT-2", "Wilco", "Filling line",
     "0.1 mbar", 12, "cans"),
    ("master", "MUC", "RING", "olga", "Setting ring 74.000 mm", "master ring", "MR-74", "Schwenk", "Measuring room",
     "", 36, ""),
)  # fmt: skip


def stories(plant: Plant, under_way: dict[str, Improving]) -> list[Story]:
    return [gauges(plant, under_way), control_plan(plant, under_way), objectives(plant, under_way)]


def gauges(plant: Plant, under_way: dict[str, Improving]) -> Story:
    """A register of gauges: most are fine, one was found wrong, one is overdue, one fell, one is new."""
    yield plant.day(0, 1)
    made = {row[0]: _gauge(plant, row, under_way) for row in GAUGES}
    for key, found in (("bore", "+0.3 µm"), ("refractometer", "0.0"), ("watch", "+0.1 s/h"), ("leak", "-0.2 mbar")):
        _calibrate(plant, made[key], as_found=found)
    yield plant.day(14, 3)
    _calibrate(plant, made["torque"], as_found="+1.1 %")
    with plant.acting("olga") as person:
        metrics.study_gauge(
            _now(made["bore"]),
            by=person,
            grr_percent=Decimal("8.7"),
            grr_on=plant.on(14),
            grr_note="3 people, 10 rings",
        )
        metrics.study_gauge(
            _now(made["refractometer"]),
            by=person,
            grr_percent=Decimal("18.4"),
            grr_on=plant.on(14),
            grr_note="2 people",
        )
    yield plant.day(26, 1)
    _calibrate(
        plant, made["bore"], as_found="+3.8 µm, contact worn", found_good=False, as_left="+0.2 µm, contact replaced"
    )
    yield plant.day(27, 2)
    for action in _now(made["bore"]).actions.all():
        with plant.acting("olga") as person:
            result = "40 kept rings gauged again: all within tolerance, no delivery touched."
            records.finish_action(action, by=person, result=result)
        with plant.acting("axel") as person:
            records.verify_action(action, by=person)
    yield plant.day(51, 1)
    _calibrate(plant, made["bore"], as_found="+0.4 µm", certificate=True)
    _calibrate(plant, made["refractometer"], as_found="-0.1")
    yield plant.day(60, 1)
    with plant.acting("sven") as person:
        metrics.quarantine(_now(made["refractometer"]), by=person, reason="Fell into the tank; reads 0.4 too high")


def _gauge(plant: Plant, row: tuple[Any, ...], under_way: dict[str, Improving]) -> Gauge:
    _key, site, process, owner, title, sort, serial, maker, location, resolution, months, measures = row
    with plant.acting(owner) as person:
        gauge = metrics.create_gauge(
            by=person, site=plant.sites[site], title=title, sort=sort, serial=serial, maker=maker, location=location,
            resolution=resolution, interval_months=months, process=people.process(process),
        )  # fmt: skip
        if measures:
            metric = Metric.objects.get(pk=under_way[measures].metric.pk)
            metrics.edit_metric(metric, by=person, gauge=gauge)
    return gauge


def _now(gauge: Gauge) -> Gauge:
    return Gauge.objects.select_related("site", "owner").get(pk=gauge.pk)


def _calibrate(
    plant: Plant, gauge: Gauge, *, as_found: str, found_good: bool = True, as_left: str = "", certificate: bool = False
) -> None:
    gauge = _now(gauge)
    with plant.acting(gauge.owner.username) as person:
        number = f"C-{plant.now:%y%m}-{gauge.serial}"
        file = _certificate(gauge, number, as_found, by=person) if certificate else None
        metrics.calibrate(
            gauge, by=person, done_on=plant.today, done_by=LAB, as_found=as_found, found_good=found_good,
            as_left=as_left, passed=True, certificate_no=number, certificate=file,
        )  # fmt: skip


def _certificate(gauge: Gauge, number: str, as_found: str, *, by: User) -> Any:
    text = f"{LAB}\nCertificate {number}\n{gauge.title}, {gauge.serial}\nAs found: {as_found}\n"
    return records.attach(gauge, file=BytesIO(text.encode()), name=f"{number}.txt", by=by)


def control_plan(plant: Plant, under_way: dict[str, Improving]) -> Story:
    """The plan of the Munich works gets the usual form and its failure modes; today a change of it is drafted."""
    yield plant.day(47, 1)
    plan = Document.objects.get(type__code="CP", site=plant.sites["MUC"])
    with plant.acting("olga") as person:
        draft = documents.start_revision(
            plan, by=person, reason="The customer asks for the usual form and for failure modes",
            change_summary="Head, gauges, failure modes", training="none",
        )  # fmt: skip
        metrics.describe_plan(
            _draft(draft), by=person, part="Piston ring", part_number="74-118-03", customer="Kestrel Engines",
            team="Olga Petrova (leader), Sven Aalto, Pedro Alvarez, Axel Brandt", begun_on=date(plant.start.year, 1, 15),
        )  # fmt: skip
        _complete_rows(draft, person)
        _failure_modes(draft, under_way, person)
    yield plant.day(47, 3)
    revision = plant.approve(draft, author="olga", approver="axel")
    plant.issue(revision, by="axel", effective_on=plant.today)
    yield plant.day(61, 1)
    with plant.acting("olga") as person:
        again = documents.start_revision(
            Document.objects.get(pk=plan.pk), by=person, reason="The refractometer is in quarantine", training="none"
        )
        row = next(one for one in selectors.rows_of(again) if one.metric_id == under_way["coolant"].metric.pk)
        metrics.edit_row(
            _draft(again), key=row.key, by=person, frequency="twice a shift", gauge="Titration, until it is back"
        )
        mode = selectors.failure_modes_of(again).filter(mode="Coolant too thin").first()
        if mode:
            metrics.edit_failure_mode(_draft(again), key=mode.key, by=person, occurrence=5)


def _draft(revision: Revision) -> Revision:
    return Revision.objects.select_related("document__type").get(pk=revision.pk)


FORM = {
    # process: process no., machine, characteristic no., about, class, sort of control, step
    "RING": ("20", "Ring grinder 1 and 2", "1", "product", "CC", "chart", "4"),
    "PRESS": ("10", "Forging press 3", "", "process", "", "check", "1"),
    "ASSY": ("40", "Assembly benches", "", "process", "", "check", "1"),
    "COOL": ("20", "Coolant plant", "3", "process", "SC", "chart", "1"),
}


def _complete_rows(draft: Revision, person: User) -> None:
    for row in selectors.rows_of(_draft(draft)):
        code = row.metric.process.code if row.metric and row.metric.process else ""
        if code not in FORM:
            continue
        no, machine, characteristic_no, about, special, control, step = FORM[code]
        found = selectors.step_named(row.standard, step) if row.standard else None
        metrics.edit_row(
            _draft(draft), key=row.key, by=person, process_no=no, equipment=machine, special=special, about=about,
            characteristic_no=characteristic_no, control=control, instrument=row.metric.gauge if row.metric else None,
            step_key=found.key if found else "",
        )  # fmt: skip
    metrics.draft_row(
        _draft(draft), by=person, process_no="20", operation="Ring finishing", equipment="Ring grinder 1 and 2",
        characteristic="Spindle offset after a tool change", about="process", specification="mean of five within ± 2 µm",
        gauge="at the machine's panel", sample_size="5 rings", frequency="each tool change", control="setup",
        method="first-off approval", reaction_plan="Correct the offset by the measured mean and gauge five again.",
        reaction_role=people.role("RING"),
    )  # fmt: skip


def _failure_modes(draft: Revision, under_way: dict[str, Improving], person: User) -> None:
    rows = {row.characteristic: row.key for row in selectors.rows_of(_draft(draft))}
    rings, capa = under_way["rings"], under_way["rings"].capa
    answer = Capa.objects.get(pk=capa.pk) if capa else None
    drift = metrics.draft_failure_mode(
        _draft(draft), by=person, operation="Ring finishing", standard=rings.standard, mode="Bore above nominal",
        effect="Ring binds in the groove, engine loses oil", severity=8, cause="Spindle shifts after a tool change",
        occurrence=5, control="Five rings gauged after each change", detection=4,
        row_key=rows.get(rings.metric.title, ""), action="Gauge five rings, correct by the mean", answer=answer,
    )  # fmt: skip
    metrics.score_again(
        _draft(draft), key=drift.key, by=person, severity=8, occurrence=2, detection=3,
        evidence_found="30 weeks of the chart without an alarm; the CAPA was closed as effective.",
    )  # fmt: skip
    metrics.draft_failure_mode(
        _draft(draft), by=person, operation="Coolant", mode="Coolant too thin", effect="Tools wear out early",
        severity=5, cause="Metering pump set wrong", occurrence=3, control="Daily reading", detection=3,
        row_key=rows.get(under_way["coolant"].metric.title, ""),
    )  # fmt: skip
    metrics.draft_failure_mode(
        _draft(draft), by=person, operation="Forging press", mode="Wrong die after a changeover",
        effect="Rings of the wrong height reach the customer", severity=9, cause="Dies of two heights look alike",
        occurrence=2, control="Label on the die", detection=4,
    )  # fmt: skip


def objectives(plant: Plant, under_way: dict[str, Improving]) -> Story:
    """What the year is to bring: two judged by their metrics, one by its actions; one is concluded."""
    yield plant.day(18, 1)
    due = plant.on(62) + timedelta(days=120)
    coolant = _objective(
        plant, "axel", "Coolant stays within 1.2 % of its concentration", under_way["coolant"], "2.4", "1.2",
        due=plant.on(40), owner="olga", what="Metering pump, daily reading at the tank, chart beside it.",
        resources="EUR 4,000 for the pump; two days of maintenance.",
    )  # fmt: skip
    _objective(
        plant, "axel", "Die changes of press 3 in 32 minutes", under_way["changeover"], "47", "32", due=due,
        owner="erik", what="Stage the dies, quick clamps, two people on one sheet; then train the late shift.",
        resources="Clamps for EUR 2,800; the kaizen week of the press crew.",
    )  # fmt: skip
    _objective(
        plant, "sam", "Half as many leaking cans", under_way["cans"], "0.23", "0.115", due=due, owner="wanda",
        what="Marked settings for each can height, set with a go gauge at each changeover.", resources="Go gauges.",
    )  # fmt: skip
    yield plant.day(41, 2)
    with plant.acting("axel") as person:
        found = selectors.objectives().get(pk=coolant.pk)
        try:
            metrics.reach(found, by=person, reason="Ten weeks below 1.2 %, and the pump needs no hand.")
        except Refused:
            reason = f"It came down to {found.now:.2f} %, not to 1.2 %; the pump has to be set more often."
            metrics.miss(Objective.objects.get(pk=coolant.pk), by=person, reason=reason)
    yield plant.day(55, 2)
    with plant.acting("axel") as person:
        skills = metrics.set_objective(
            by=person, site=plant.sites["MUC"], title="Two internal auditors for the new edition of ISO 9001",
            due=due, owner=plant.people["ines"], what="Course, one joint audit each, then one alone.",
            resources="Two seats of the course, four days each.", evaluation="Both have led an audit alone.",
        )  # fmt: skip
        metrics.agree(skills, by=person)
        first, _second = (
            records.add_action(skills, what=what, who=plant.people["ines"], due=due, by=person)
            for what in ("Book and take the course", "Lead one audit alone")
        )
    yield plant.day(58, 2)
    with plant.acting("ines") as person:
        records.finish_action(first, by=person, result="Both have passed.")


def _objective(
    plant: Plant, by: str, title: str, of: Improving, baseline: str, target: str, *, owner: str, **facts: Any
) -> Objective:
    with plant.acting(by) as person:
        made = metrics.set_objective(
            by=person, site=of.metric.site, process=of.metric.process, title=title, metric=of.metric,
            baseline=Decimal(baseline), target=Decimal(target), owner=plant.people[owner],
            evaluation="The chart of the metric: the mean of the newest three values.", **facts,
        )  # fmt: skip
        return metrics.agree(made, by=person)
