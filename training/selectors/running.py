"""Who may run a station, and whether each shift has enough people for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from people.models import Shift, Station, User
from people.selectors import holdings_on, shifts_now
from training.models import Assignment, Competence, StationNeed
from training.selectors.knowing import Known, known, needs_of
from training.states import QUALIFIED


@dataclass(frozen=True)
class Standing:
    """One person before one station: what is missing, in words."""

    person: User
    missing: list[str]
    met: int

    @property
    def is_qualified(self) -> bool:
        return not self.missing

    @property
    def is_nearly(self) -> bool:
        """One thing is missing, and something else is there."""
        return len(self.missing) == 1 and self.met > 0


@dataclass(frozen=True)
class AtStation:
    """Everybody on a shift before a station."""

    station: Station
    on: date
    shift: str
    needs: list[StationNeed]
    people: list[Standing]

    @property
    def qualified(self) -> list[Standing]:
        return [one for one in self.people if one.is_qualified]

    @property
    def nearly(self) -> list[Standing]:
        return [one for one in self.people if one.is_nearly]

    @property
    def others(self) -> list[Standing]:
        return [one for one in self.people if not (one.is_qualified or one.is_nearly)]

    @property
    def wanted(self) -> int:
        """How many the station needs on each shift."""
        return max((need.people for need in self.needs), default=0)


def shift_now(site: object, *, at: datetime) -> Shift | None:
    """The shift that works at that moment, when there is one."""
    return next(iter(shifts_now(site, at=at)), None)  # type: ignore[arg-type]


def at_station(station: Station, *, on: date, shift: str = "") -> AtStation:
    """Who of a shift (of all, when none is named) may run the station on that day, who nearly, who not."""
    needs = list(needs_of([station], on=on))
    people = list(_candidates(station, needs, on, shift))
    facts = known([person.pk for person in people], needs, on=on)
    return AtStation(station, on, shift, needs, [_standing(person, needs, facts) for person in people])


def _candidates(station: Station, needs: list[StationNeed], on: date, shift: str) -> QuerySet[User]:
    """People of the site who work in the station's process, or know something that it needs."""
    here = User.objects.filter(site=station.site_id, is_active=True, is_system=False)
    roles = holdings_on(on)
    roles = roles.filter(job_role__process=station.process_id) if station.process_id else roles
    skills = Competence.objects.filter(skill__in=[need.skill_id for need in needs if need.skill_id])
    documents = [need.document_id for need in needs if need.document_id]
    trained = Assignment.objects.filter(revision__document__in=documents, status__in=QUALIFIED)
    knowing = Q(pk__in=roles.values("person")) | Q(pk__in=skills.values("person")) | Q(pk__in=trained.values("person"))
    found = here.filter(knowing).order_by("full_name")
    return found.filter(shift=shift) if shift else found


def _standing(person: User, needs: list[StationNeed], facts: Known) -> Standing:
    missing = [lack for need in needs if (lack := facts.lacks(person.pk, need))]
    return Standing(person, missing, len(needs) - len(missing))


def qualified(person: User, station: Station, *, on: date) -> bool:
    """May this person run the station on that day? Where nothing is needed, anybody may."""
    needs = list(needs_of([station], on=on))
    return _standing(person, needs, known([person.pk], needs, on=on)).is_qualified


@dataclass(frozen=True)
class Cover:
    """How many of a shift can do something, and how many must."""

    label: str
    have: int
    wanted: int

    @property
    def is_enough(self) -> bool:
        return self.have >= self.wanted

    @property
    def is_single(self) -> bool:
        """It hangs on one person, or on nobody: a single point of failure."""
        return self.have <= 1


@dataclass(frozen=True)
class ShiftCover:
    shift: str
    whole: Cover
    needs: list[Cover] = field(default_factory=list)


@dataclass(frozen=True)
class StationCover:
    station: Station
    shifts: list[ShiftCover]

    @property
    def is_at_risk(self) -> bool:
        return any(row.whole.is_single or not row.whole.is_enough for row in self.shifts)


def coverage(stations: Iterable[Station], *, on: date, shift: str = "") -> list[StationCover]:
    """Have and wanted of each station and shift; stations that need nothing are left out. Six queries."""
    stations = list(stations)
    needs: dict[int, list[StationNeed]] = {}
    for need in needs_of(stations, on=on):
        needs.setdefault(need.station_id, []).append(need)
    sites = {station.site_id for station in stations if station.pk in needs}
    shifts = _shifts(sites, shift)
    people = _people_by_shift(sites)
    everybody = [person for keys in people.values() for person in keys]
    facts = known(everybody, [need for rows in needs.values() for need in rows], on=on)
    return [
        StationCover(
            station,
            [
                _cover(name, people.get((station.site_id, name), []), needs[station.pk], facts)
                for name in shifts.get(station.site_id, [])
            ],
        )
        for station in stations
        if station.pk in needs
    ]


def _shifts(sites: set[int], shift: str) -> dict[int, list[str]]:
    rows = Shift.objects.filter(site__in=sites).order_by("starts")
    found: dict[int, list[str]] = {}
    for site, name in (rows.filter(name=shift) if shift else rows).values_list("site_id", "name"):
        found.setdefault(site, []).append(name)
    return found


def _people_by_shift(sites: set[int]) -> dict[tuple[int, str], list[int]]:
    rows = User.objects.filter(site__in=sites, is_active=True, is_system=False).exclude(shift="").order_by()
    found: dict[tuple[int, str], list[int]] = {}
    for person, site, shift in rows.values_list("pk", "site_id", "shift"):
        found.setdefault((site or 0, shift), []).append(person)
    return found


def _cover(shift: str, people: list[int], needs: list[StationNeed], facts: Known) -> ShiftCover:
    able = [{person for person in people if not facts.lacks(person, need)} for need in needs]
    whole = set.intersection(*able)
    wanted = max(need.people for need in needs)
    each = [Cover(need.label, len(found), need.people) for need, found in zip(needs, able, strict=True)]
    return ShiftCover(shift, Cover("", len(whole), wanted), each)
