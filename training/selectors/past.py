"""What held on a past day: which revisions were in effect, and who was qualified."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from documents.models import Document, Revision
from documents.selectors import effective_on, in_effect_of
from people.models import Station, User
from records.selectors import visible
from training.models import Assignment, Competence, Requirement, Skill
from training.selectors.assigned import method_of
from training.selectors.knowing import known, needs_of
from training.selectors.ready import qualified_people
from training.selectors.running import AtStation, at_station

LONGEST_RECORD = 500


@dataclass(frozen=True)
class Standard:
    """A document with the revision that was in effect on the day, if any, and who knew it."""

    document: Document
    revision: Revision | None
    people: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class PersonThen:
    """One person on that day: which of the stations they could run, and what they could do."""

    person: User
    competences: list[Competence]
    stations: list[tuple[Station, list[str]]]
    record: list[tuple[Assignment, str]]


def standard_on(document: Document, *, on: date) -> Standard:
    """What was in effect, and everybody who was qualified on it."""
    revision = effective_on(document, on)
    people = list(qualified_people(revision, on=on).order_by("full_name")) if revision else []
    return Standard(document, revision, people)


def station_on(station: Station, *, on: date) -> tuple[AtStation, list[Standard]]:
    """Who could run the station on that day; what was in effect in its process, and of what it needed what was not."""
    found = at_station(station, on=on)
    needed = {need.document.pk: need.document for need in found.needs if need.document}
    held = [Standard(one.document, one) for one in in_effect_of(station.process_id, needed, on=on)]
    there = {one.document.pk for one in held}
    return found, [*held, *(Standard(document, None) for pk, document in needed.items() if pk not in there)]


def person_on(person: User, user: User, stations: list[Station], *, on: date) -> PersonThen:
    """What a person could do on that day, at the stations that `user` sees."""
    rows = Competence.objects.filter(person=person, assessed_on__lte=on, skill__in=visible_skills(user))
    newest = rows.order_by("skill_id", "-assessed_on", "-id").distinct("skill_id")
    needs = list(needs_of(stations, on=on))
    facts = known([person.pk], needs, on=on)
    missing: dict[int, list[str]] = {need.station_id: [] for need in needs}
    for need in needs:
        if lack := facts.lacks(person.pk, need):
            missing[need.station_id].append(lack)
    competences = list(newest.select_related("skill", "assessor", "revision"))
    there = [(one, missing[one.pk]) for one in stations if one.pk in missing]
    return PersonThen(person, competences, there, training_record(person, user, on=on))


def training_record(person: User, user: User, *, on: date) -> list[tuple[Assignment, str]]:
    """What a person had learnt by that day, newest first, and how: the evidence that 7.2 d asks for."""
    seen = Q(requirement__in=visible(Requirement, user).values("pk")) | Q(person=user)
    done = Assignment.objects.filter(seen, person=person, completed_at__date__lte=on).order_by("-completed_at", "-id")
    kept = done.select_related(
        "revision", "signature", "requirement__document", "requirement__skill", "requirement__course"
    )[:LONGEST_RECORD]
    return [(one, str(method_of(one).label)) for one in kept]


def visible_skills(user: User) -> list[int]:
    return list(visible(Skill, user).values_list("pk", flat=True))
