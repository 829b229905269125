"""What held on a past day: which revisions were in effect, and who was qualified."""

from dataclasses import dataclass, field
from datetime import date

from documents.models import Document, Revision
from documents.selectors import effective_on
from people.models import Station, User
from records.selectors import visible
from training.models import Competence, Skill
from training.selectors.knowing import known, needs_of
from training.selectors.ready import qualified_people
from training.selectors.running import AtStation, at_station


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


def standard_on(document: Document, *, on: date) -> Standard:
    """What was in effect, and everybody who was qualified on it."""
    revision = effective_on(document, on)
    people = list(qualified_people(revision, on=on).order_by("full_name")) if revision else []
    return Standard(document, revision, people)


def station_on(station: Station, *, on: date) -> tuple[AtStation, list[Standard]]:
    """Who could run the station on that day, and the standards it needed as they were in effect then."""
    found = at_station(station, on=on)
    documents = [need.document for need in found.needs if need.document]
    return found, [Standard(document, effective_on(document, on)) for document in documents]


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
    return PersonThen(person, competences, [(one, missing[one.pk]) for one in stations if one.pk in missing])


def visible_skills(user: User) -> list[int]:
    return list(visible(Skill, user).values_list("pk", flat=True))
