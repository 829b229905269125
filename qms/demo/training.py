"""Skills and their levels, stations that need them, a curriculum with a newcomer, lessons, and what leaders saw."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from documents.models import Document
from evidence import services as evidence
from people.models import Station
from qms.demo import people
from qms.demo.plant import WEEKS, Plant, Story
from records.signing import Signing
from training import services as training
from training.models import Assignment, Course, Lesson, Observation, Requirement, Skill
from training.selectors import method_of, open_assignments
from training.states import Level, Method

I, L, U, O = Level.I, Level.L, Level.U, Level.O  # noqa: E741 - the letters of the shop floor
SKILLS = {
    # code: process, name, assessor, months, levels
    "GRIND": ("RING", "Ring grinding", "sven", None, {
        "pedro": O, "aisha": U, "dmitri": L, "lena": U, "jonas": U, "mikael": U, "rosa": L}),
    "GAUGE": ("RING", "Gauging of rings", "sven", 24, {
        "pedro": U, "aisha": O, "lena": U, "jonas": L, "mikael": U, "rosa": I}),
    "DIE": ("PRESS", "Die change", "paula", 24, {"klaus": L, "yusuf": U, "ravi": U}),
    "FORK": ("PRESS", "Forklift driving", "paula", 12, {"klaus": U, "yusuf": U}),
    "ASSY": ("ASSY", "Piston assembly", "paula", None, {
        "carla": O, "bjorn": U, "nadia": U, "felix": U, "ewa": L}),
    "COOL": ("COOL", "Coolant care", "sven", None, {"otto": U, "mei": U}),
    "SEAM": ("FILL", "Can seaming", "tomek", None, {
        "marek": O, "zofia": U, "piotr": U, "ania": L, "jan": U, "kasia": U, "oskar": I}),
}  # fmt: skip
NEEDS = {
    # station: skill, level, people on each shift
    "RING-1": (("GRIND", U, 1), ("GAUGE", U, 1)),
    "RING-2": (("GRIND", U, 1),),
    "PRESS-1": (("DIE", U, 2),),
    "ASSY-A": (("ASSY", U, 1),),
    "ASSY-B": (("ASSY", U, 1),),
    "COOL-1": (("COOL", U, 1),),
    "FILL-1": (("SEAM", U, 2),),
}


def skills(plant: Plant) -> Story:
    """Skills are named, people assessed, and every station says what it needs."""
    yield plant.day(3, 1)
    for code, (process, name, assessor, months, _levels) in SKILLS.items():
        where = people.process(process)
        with plant.acting(assessor) as person:
            training.add_skill(by=person, site=where.site, code=code, title=name, process=where, validity_months=months)
    for code, needs in NEEDS.items():
        station = Station.objects.select_related("site", "process").get(code=code)
        for skill, level, count in needs:
            with plant.acting("tomek" if code == "FILL-1" else "sven") as person:
                training.need(station, by=person, skill=_skill(skill), level=level, people=count)
    for code in ("GRIND", "ASSY", "COOL", "SEAM"):
        _assess(plant, code)
    yield plant.day(WEEKS - 50, 1)
    for code in ("FORK", "DIE", "GAUGE"):
        _assess(plant, code)
    for code in ("RING-1", "RING-2"):
        station = Station.objects.select_related("site").get(code=code)
        standard = Document.objects.filter(process=station.process_id, type__code="SW").order_by("pk").first()
        with plant.acting("sven") as person:
            training.need(station, by=person, document=standard)


def _skill(code: str) -> Skill:
    return Skill.objects.select_related("site").get(short=code)


def _assess(plant: Plant, code: str) -> None:
    _process, _name, assessor, _months, levels = SKILLS[code]
    for username, level in levels.items():
        _level(plant, code, username, level, assessor)


def _level(plant: Plant, code: str, username: str, level: int, assessor: str) -> None:
    with plant.acting(assessor) as person:
        training.assess_skill(
            _skill(code),
            by=person,
            person=plant.people[username],
            level=level,
            evidence_seen="Watched for a shift",
            signing=Signing.demonstration(),
        )


def curriculum(plant: Plant) -> Story:
    """A machine attendant learns in an order; Tilda joins three weeks ago and is on her way."""
    yield plant.day(20, 1)
    role = people.role("COOL")
    with plant.acting("sven") as person:
        course = training.add_course(
            by=person, site=role.site, title="Handling of coolants", provider="Chemical safety service", hours=Decimal(4),
            content="Skin protection, concentration, disposal.",
        )  # fmt: skip
        asked: dict[str, Any] = {"by": person, "job_role": role}
        taught = training.require(**asked, course=course, method=Method.CLASSROOM, validity_months=24)
        shown = training.require(**asked, skill=_skill("COOL"), level=L, method=Method.PRACTICAL)
        read = Requirement.objects.filter(job_role=role, document__isnull=False, retired_at=None).order_by("pk")
        lines = [{"requirement": one, "days": 2} for one in read]
        lines += [{"requirement": taught, "days": 14}, {"requirement": shown, "days": 30}]
        made = training.open_curriculum(by=person, job_role=role, lines=lines)
        training.activate_curriculum(made, by=person)
    yield plant.day(21, 3)
    lesson = _lesson(plant, course, ("otto", "mei"))
    with plant.acting("sven") as person:
        training.hold(lesson, by=person, signing=Signing.demonstration())
    _level(plant, "COOL", "otto", U, "sven")
    _level(plant, "COOL", "mei", U, "sven")
    yield plant.day(WEEKS - 3, 0)
    newcomer = people.newcomer(plant, "tilda", "Tilda Brunn", "COOL")
    for assignment in open_assignments(newcomer):
        if method_of(assignment) == Method.READ:
            plant.read("tilda", assignment)


def _lesson(plant: Plant, course: Course, usernames: tuple[str, ...]) -> Lesson:
    with plant.acting("sven") as person:
        return training.plan_lesson(
            by=person,
            site=course.site,
            course=course,
            held_on=plant.today,
            place="Training room",
            people=[{"person": plant.people[name], "note": f"Certificate {name[:3].upper()}-21"} for name in usernames],
        )


def die_change(plant: Plant) -> Story:
    """Everybody at the press must change dies: some are seen to do it as taught, one is not, one is late."""
    yield plant.day(50, 1)
    with plant.acting("paula") as person:
        training.require_now(
            by=person,
            job_role=people.role("PRESS"),
            skill=_skill("DIE"),
            level=U,
            method=Method.PRACTICAL,
            validity_months=24,
        )
    yield plant.day(51, 3)
    for username in ("luis", "petra"):
        _level(plant, "DIE", username, U, "paula")
    yield plant.day(57, 0)
    _level(plant, "DIE", "hanna", U, "paula")
    yield plant.day(58, 2)
    _observe(plant, "luis", "", works=True)
    yield plant.day(59, 2)
    _observe(plant, "petra", "The lower die was not heated before the first stroke.", works=False)


def _observe(plant: Plant, username: str, note: str, *, works: bool) -> None:
    due = Observation.objects.get(assignment__person=plant.people[username], status="due")
    with plant.acting("paula") as person:
        training.observe(
            due, by=person, works_to_standard=True, key_points_kept=works, note=note, signing=Signing.demonstration()
        )


def waived(plant: Plant) -> Story:
    """Two waivers with their reasons: who is a paramedic need not sit in it, and who has a broken arm not yet."""
    yield plant.day(52, 1)
    with plant.acting("axel") as person:
        course = training.add_course(
            by=person, site=plant.sites["MUC"], title="First aid", provider="Red Cross", hours=Decimal(8)
        )
        for username in ("sven", "erik"):
            training.require_now(
                by=person,
                person=plant.people[username],
                course=course,
                method=Method.CLASSROOM,
                validity_months=24,
            )
    yield plant.day(52, 2)
    mine = Assignment.objects.get(person=plant.people["erik"], requirement__course__title="First aid")
    with plant.acting("axel") as person:
        training.waive(
            mine, by=person, reason="Trained paramedic with a valid licence.", signing=Signing.demonstration()
        )
        training.waive(
            Assignment.objects.get(person=plant.people["sven"], requirement__course__title="First aid"),
            by=person,
            reason="Broken arm: he takes part as soon as the cast is off.",
            signing=Signing.demonstration(),
            until=plant.today + timedelta(days=90),
        )


def jobs_of_today(plant: Plant) -> Story:
    """What the night before today found: refreshers, observations, reminders and who hears of what is late."""
    yield plant.day(WEEKS - 1, 6, 6)
    with evidence.demonstrating(plant.system, at=plant.now):
        on = plant.today
        training.refresh(on=on, by=plant.system)
        training.open_observations(on=on, by=plant.system)
        training.remind(on=on, by=plant.system)


def stories(plant: Plant) -> list[Story]:
    """All of it."""
    return [skills(plant), curriculum(plant), die_change(plant), waived(plant), jobs_of_today(plant)]
