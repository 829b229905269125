"""Sites, processes, roles, stations, shifts, people, and what each of them may (5.3)."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people import selectors
from people.models import Appointment, Holding, JobRole, Process, Shift, Site, Station, User
from people.signals import holding_changed
from people.states import Authority


@transaction.atomic
def add_site(
    *,
    by: User,
    code: str,
    name: str,
    parent: Site | None = None,
    time_zone: str = "Europe/Berlin",
    country: str = "",
) -> Site:
    """Open a site. Its code is in every number, so it is never changed.

    Raises Refused("code-taken").
    """
    if Site.objects.filter(code__iexact=code).exists():
        raise Refused(_("There is a site “%(code)s” already.") % {"code": code}, code="code-taken")
    site = Site.objects.create(code=code, name=name, parent=parent, time_zone=time_zone, country=country)
    evidence.record_event("opened", site, by=by)
    return site


@transaction.atomic
def add_process(*, by: User, site: Site, code: str, name: str, owner: User) -> Process:
    """Name a process and who owns it (ISO 9001, 4.4.1 e). Raises Refused("code-taken")."""
    if Process.objects.filter(site=site, code__iexact=code).exists():
        raise Refused(_("This site has a process “%(code)s” already.") % {"code": code}, code="code-taken")
    process = Process.objects.create(site=site, code=code, name=name, owner=owner)
    evidence.record_event("opened", process, by=by)
    return process


@transaction.atomic
def add_job_role(*, by: User, site: Site, code: str, name: str, process: Process | None = None) -> JobRole:
    """Name a job role, at the site of its process.

    Raises Refused: "code-taken", "process-elsewhere".
    """
    if JobRole.objects.filter(site=site, code__iexact=code).exists():
        raise Refused(_("This site has a job role “%(code)s” already.") % {"code": code}, code="code-taken")
    if process is not None and process.site_id != site.pk:
        raise Refused(_("That process belongs to another site."), code="process-elsewhere")
    role = JobRole.objects.create(site=site, code=code, name=name, process=process)
    evidence.record_event("opened", role, by=by)
    return role


@transaction.atomic
def add_station(*, by: User, site: Site, code: str, name: str, process: Process | None = None) -> Station:
    """Name a place of work, at the site of its process.

    Raises Refused: "code-taken", "process-elsewhere".
    """
    if Station.objects.filter(site=site, code__iexact=code).exists():
        raise Refused(_("This site has a station “%(code)s” already.") % {"code": code}, code="code-taken")
    if process is not None and process.site_id != site.pk:
        raise Refused(_("That process belongs to another site."), code="process-elsewhere")
    station = Station.objects.create(site=site, code=code, name=name, process=process)
    evidence.record_event("opened", station, by=by)
    return station


@transaction.atomic
def add_shift(*, by: User, site: Site, name: str, starts: time, ends: time, weekdays: Sequence[int]) -> Shift:
    """Say when a shift of a site works. Weekdays: Monday is 0.

    Raises Refused: "name-taken", "no-time", "no-days".
    """
    if Shift.objects.filter(site=site, name__iexact=name).exists():
        raise Refused(_("This site has a shift “%(name)s” already.") % {"name": name}, code="name-taken")
    if starts == ends:
        raise Refused(_("The shift ends when it starts."), code="no-time")
    if not set(weekdays) or set(weekdays) - set(range(7)):
        raise Refused(_("Name the days of the week on which the shift works."), code="no-days")
    shift = Shift.objects.create(site=site, name=name, starts=starts, ends=ends, weekdays=sorted(set(weekdays)))
    evidence.record_event("opened", shift, by=by)
    return shift


@transaction.atomic
def add_person(*, by: User, username: str, full_name: str, site: Site, password: str = "", **facts: Any) -> User:
    """Register a person. Operators need no e-mail; without a password they cannot log in.

    Raises Refused: "name-taken", "badge-taken".
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("The user name “%(name)s” is taken.") % {"name": username}, code="name-taken")
    if facts.get("badge") and User.objects.filter(badge=facts["badge"]).exists():
        raise Refused(_("This badge belongs to somebody else."), code="badge-taken")
    person = User.objects.create_user(username, password or None, full_name=full_name, site=site, **facts)
    evidence.record_event("registered", person, by=by)
    if password:
        evidence.record_event("first password set", person, by=by)
    return person


@transaction.atomic
def appoint(person: User, *, authority: str, site: Site, by: User) -> Appointment:
    """Give a person an authority at a site and below it. Nobody gives one to themselves.

    Raises Refused: "own-authority", "inactive-person".
    """
    if by.pk == person.pk:
        raise Refused(_("Somebody else must give you an authority."), code="own-authority")
    if not person.is_active:
        raise Refused(_("%(person)s is no longer active.") % {"person": person}, code="inactive-person")
    appointment, created = Appointment.objects.get_or_create(person=person, authority=authority, site=site)
    if created:
        evidence.record_event("appointed", person, by=by, note=str(appointment), data={"site": site.code})
    return appointment


@transaction.atomic
def dismiss(appointment: Appointment, *, by: User) -> None:
    """Take an authority back. Raises Refused: "own-authority", "last-administrator"."""
    if by.pk == appointment.person_id:
        raise Refused(_("Somebody else must take back your own authority."), code="own-authority")
    if appointment.authority == Authority.ADMINISTRATOR:
        _refuse_last_administrator(appointment.person, appointment.site)
    evidence.record_event("dismissed", appointment.person, by=by, note=str(appointment))
    appointment.delete()


@transaction.atomic
def take_role(person: User, *, job_role: JobRole, since: date, by: User) -> Holding:
    """A person takes a job role; training hears of it and assigns what the role requires.

    Raises Refused: "inactive-person", "already-held".
    """
    if not person.is_active:
        raise Refused(_("%(person)s is no longer active.") % {"person": person}, code="inactive-person")
    if Holding.objects.filter(person=person, job_role=job_role, until__isnull=True).exists():
        raise Refused(_("%(person)s already holds this role.") % {"person": person}, code="already-held")
    holding = Holding.objects.create(person=person, job_role=job_role, since=since)
    evidence.record_event("took role", person, by=by, note=str(job_role))
    holding_changed.send(Holding, holding=holding, by=by, at=clock())
    return holding


@transaction.atomic
def leave_role(holding: Holding, *, until: date, by: User) -> Holding:
    """A person leaves a job role: `until` is the first day without it.

    Raises Refused: "already-left", "dates-out-of-order".
    """
    holding = Holding.objects.select_for_update().get(pk=holding.pk)
    if holding.until:
        raise Refused(_("This role was left already."), code="already-left")
    if until <= holding.since:
        raise Refused(_("The role must end after it began."), code="dates-out-of-order")
    holding.until = until
    holding.save()
    evidence.record_event("left role", holding.person, by=by, note=str(holding.job_role))
    holding_changed.send(Holding, holding=holding, by=by, at=clock())
    return holding


@transaction.atomic
def deactivate(person: User, *, by: User, on: date) -> User:
    """A person leaves: no login, and all open roles end. The person's records and signatures stay.

    Raises Refused: "own-account", "inactive-person", "last-administrator".
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if by.pk == person.pk:
        raise Refused(_("Somebody else must deactivate your account."), code="own-account")
    if not person.is_active:
        raise Refused(_("%(person)s is no longer active.") % {"person": person}, code="inactive-person")
    for appointment in person.appointments.filter(authority=Authority.ADMINISTRATOR).select_related("site"):
        _refuse_last_administrator(person, appointment.site)
    person.is_active = False
    person.save()
    for holding in person.holdings.filter(until__isnull=True):
        leave_role(holding, until=max(on, holding.since + timedelta(days=1)), by=by)
    evidence.record_event("deactivated", person, by=by)
    return person


def _refuse_last_administrator(person: User, site: Site) -> None:
    """Somebody must be able to let others in. The site's row is locked, so that two cannot go at once."""
    Site.objects.select_for_update().get(pk=site.pk)
    if selectors.is_last_administrator(person, site):
        raise Refused(
            _("%(person)s is the last administrator of %(site)s: appoint another first.")
            % {"person": person, "site": site},
            code="last-administrator",
        )


@transaction.atomic
def ensure_system_user() -> User:
    """The account of the jobs; made once, cannot log in."""
    user, _created = User.objects.get_or_create(
        username=selectors.SYSTEM_USERNAME,
        defaults={"full_name": "Holdfast", "is_system": True, "password": "!"},
    )
    return user
