import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone
from holidays import country_holidays

from evidence.models import Event
from people.models import (
    ApiToken,
    Appointment,
    Delegation,
    Holding,
    JobRole,
    Kiosk,
    KioskSession,
    LoginAttempt,
    Pin,
    Process,
    Shift,
    Site,
    Station,
    User,
)
from people.states import Authority, Outcome

SYSTEM_USERNAME = "holdfast"


def system_user() -> User:
    """The account under which jobs act that nobody asked for."""
    return User.objects.get(username=SYSTEM_USERNAME)


def authorities(user: User) -> dict[int, frozenset[str]]:
    """Site id → authorities of `user` there, inherited from parent sites. Kept on the user for one request."""
    known = getattr(user, "_authorities", None)
    if known is None:
        known = _authorities(user)
        user._authorities = known  # type: ignore[attr-defined]
    return known


def _authorities(user: User) -> dict[int, frozenset[str]]:
    if not user.is_active or user.pk is None:
        return {}
    granted: dict[int, set[str]] = {}
    appointments = Appointment.objects.filter(person=user).order_by().values_list("site_id", "authority")
    for site, authority in appointments:
        granted.setdefault(site, set()).add(authority)
    if not granted:
        return {}
    paths = _reached(user)
    found = {pk: frozenset().union(*(granted.get(site, ()) for site in path)) for pk, path in paths}
    return {pk: held for pk, held in found.items() if held}


def authorities_at(user: User, site: Site) -> frozenset[str]:
    """The same at one site only, in one query."""
    if not user.is_active:
        return frozenset()
    mine = FilteredRelation("appointments", condition=Q(appointments__person=user))
    rows = list(Site.objects.annotate(mine=mine).order_by().values_list("pk", "parent_id", "mine__authority"))
    path = _path(site.pk, {pk: parent for pk, parent, _held in rows})
    return frozenset(held for pk, _parent, held in rows if held and pk in path)


def _reached(user: User) -> list[tuple[int, list[int]]]:
    """Sites with their paths; with an API token only those at and below its sites."""
    limit: frozenset[int] | None = getattr(user, "_limited_to", None)
    return [(pk, path) for pk, path in _site_paths(user).items() if limit is None or limit & set(path)]


def limit_to(user: User, sites: Iterable[int]) -> None:
    """For the rest of this request `user` has authority at and below these sites only: an API token came."""
    user._limited_to = frozenset(sites)  # type: ignore[attr-defined]


def _site_paths(user: User) -> dict[int, list[int]]:
    """Each site with all above it, itself first. Kept on the user for one request: one plain read of a small table."""
    known = getattr(user, "_site_paths", None)
    if known is None:
        above = dict(Site.objects.order_by().values_list("pk", "parent_id"))
        known = {pk: _path(pk, above) for pk in above}
        user._site_paths = known  # type: ignore[attr-defined]
    return known


def _path(site: int | None, above: dict[int, int | None]) -> list[int]:
    path = []
    while site is not None and site not in path:
        path.append(site)
        site = above.get(site)
    return path


def visible_site_ids(user: User) -> frozenset[int]:
    """Sites whose records `user` may see: those with an authority, and all below."""
    return frozenset(authorities(user))


def parent_site_ids(user: User) -> frozenset[int]:
    """Sites above the visible ones: their documents hold below (a corporate document)."""
    known = getattr(user, "_parent_sites", None)
    if known is None:
        own = visible_site_ids(user)
        known = frozenset(pk for site in own for pk in _site_paths(user)[site]) - own
        user._parent_sites = known  # type: ignore[attr-defined]
    return known


def visible_sites(user: User) -> QuerySet[Site]:
    return Site.objects.filter(pk__in=visible_site_ids(user), is_active=True)


def visible_processes(user: User) -> QuerySet[Process]:
    return Process.objects.filter(site__in=visible_site_ids(user), is_active=True).select_related("site")


def visible_job_roles(user: User) -> QuerySet[JobRole]:
    return JobRole.objects.filter(site__in=visible_site_ids(user), is_active=True).select_related("site")


def visible_stations(user: User) -> QuerySet[Station]:
    found = Station.objects.filter(site__in=visible_site_ids(user), is_active=True)
    return found.select_related("site", "process").order_by("site__code", "code")


def visible_shifts(user: User) -> QuerySet[Shift]:
    found = Shift.objects.filter(site__in=visible_site_ids(user))
    return found.select_related("site").order_by("site__code", "starts")


def shifts_now(site: Site, *, at: datetime) -> list[Shift]:
    """The shifts of a site that work at that moment, by the clock of the site."""
    local = timezone.localtime(at, ZoneInfo(site.time_zone))
    return [shift for shift in Shift.objects.filter(site=site) if _works(shift, local)]


def _works(shift: Shift, local: datetime) -> bool:
    clock, day = local.time(), local.weekday()
    if shift.starts < shift.ends:
        return day in shift.weekdays and shift.starts <= clock < shift.ends
    began_today = day in shift.weekdays and clock >= shift.starts
    began_yesterday = (day - 1) % 7 in shift.weekdays and clock < shift.ends
    return began_today or began_yesterday


def is_holiday(site: Site, day: date) -> bool:
    """Whether it is a public holiday of the site's country; a site without a country has none."""
    return bool(site.country) and day in _holidays(site.country, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:  # a country that the library does not know
        return frozenset()


def last_day_worked(site: Site, shift: Shift | None, *, until: date) -> date:
    """The last day on or before `until` on which the shift works; of two weeks without one, `until` itself.

    Without a shift: Monday to Friday.
    """
    weekdays = shift.weekdays if shift else (0, 1, 2, 3, 4)
    days = (until - timedelta(days=back) for back in range(15))
    return next((day for day in days if day.weekday() in weekdays and not is_holiday(site, day)), until)


def last_days_worked(*, until: date) -> dict[tuple[int, str], date]:
    """`last_day_worked` for each site and name of a shift, "" for people without one; two queries."""
    shifts: dict[int, list[Shift]] = {}
    for shift in Shift.objects.all():
        shifts.setdefault(shift.site_id, []).append(shift)
    found = {}
    for site in Site.objects.order_by():
        found[site.pk, ""] = last_day_worked(site, None, until=until)
        for shift in shifts.get(site.pk, []):
            found[site.pk, shift.name] = last_day_worked(site, shift, until=until)
    return found


def visible_people(user: User) -> QuerySet[User]:
    """People whose home site `user` sees, or whose authority reaches there, also from a site above."""
    sites = visible_site_ids(user)
    reaching = Q(site__in=sites) | Q(appointments__site__in=sites | parent_site_ids(user))
    return User.objects.filter(reaching, is_active=True, is_system=False).distinct()


def known_people(user: User) -> QuerySet[User]:
    """The same with those who have left."""
    sites = visible_site_ids(user)
    known = Q(site__in=sites) | Q(appointments__site__in=sites)
    return User.objects.filter(known, is_system=False).select_related("site").distinct()


def sites_where(user: User, *wanted: str) -> frozenset[int]:
    """Sites at which `user` has one of these authorities."""
    return frozenset(pk for pk, held in authorities(user).items() if held & set(wanted))


def holdings_on(day: date) -> QuerySet[Holding]:
    return Holding.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day, person__is_active=True)


def holders(job_roles: list[JobRole] | QuerySet[JobRole], *, on: date) -> QuerySet[User]:
    """Everybody who holds one of `job_roles` on that day."""
    return User.objects.filter(pk__in=holdings_on(on).filter(job_role__in=job_roles).values("person"), is_active=True)


def people_with(site: Site, *authorities: str) -> QuerySet[User]:
    """Active people with one of these authorities at `site` or above it."""
    above = Site.objects.ancestors(site, include_self=True).values("pk")
    return User.objects.filter(
        appointments__authority__in=authorities, appointments__site__in=above, is_active=True
    ).distinct()


def everybody_with(*authorities: str) -> QuerySet[User]:
    """Active people with one of these authorities anywhere."""
    return User.objects.filter(appointments__authority__in=authorities, is_active=True, is_system=False).distinct()


def is_last_administrator(person: User, site: Site) -> bool:
    """Whether nobody else who is active administers this site at the top of the tree."""
    if site.parent_id is not None:
        return False
    held = Appointment.objects.filter(authority=Authority.ADMINISTRATOR, site=site, person__is_active=True)
    return held.filter(person=person).exists() and not held.exclude(person=person).exists()


def outranks(person: User, other: User) -> bool:
    """Whether `person` administers a site that `other` does not: whoever takes over the account would gain by it."""
    return bool(sites_where(person, Authority.ADMINISTRATOR) - sites_where(other, Authority.ADMINISTRATOR))


def tokens_of(person: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=person).select_related("created_by").prefetch_related("sites")


def name_digest(name: str) -> str:
    """How a name that was typed is kept. The same for Olga and olga."""
    return hashlib.sha256(name.strip().casefold().encode()).hexdigest()


def is_locked(*, name: str, address: str, device: str, at: datetime) -> bool:
    """Whether a try is refused unseen. `name` is a digest, `device` the id of a browser this name came in with.

    Known browsers have a count of their own: whoever floods an account locks out strangers, not its owner.
    """
    policy = settings.LOGIN_POLICY
    recent = LoginAttempt.objects.filter(at__gt=at - timedelta(minutes=policy["minutes"]))
    failed = recent.filter(outcome=Outcome.FAILED)
    if device:
        return failed.filter(name=name, device=device).count() >= policy["device"]
    here = failed.filter(name=name, address=address, at__gt=_last_passed(name, address, at)).count()
    if here >= policy["pair"] or failed.filter(address=address).count() >= policy["address"]:
        return True
    return failed.filter(name=name).count() >= policy["name"] and not _came_from(name, address, at)


def _last_passed(name: str, address: str, at: datetime) -> datetime:
    passed = LoginAttempt.objects.filter(name=name, address=address, outcome=Outcome.PASSED, at__lte=at)
    return passed.values_list("at", flat=True).first() or at - timedelta(days=1)


def _came_from(name: str, address: str, at: datetime) -> bool:
    since = at - timedelta(days=settings.LOGIN_POLICY["remembered_days"])
    passed = LoginAttempt.objects.filter(name=name, address=address, outcome=Outcome.PASSED, at__gt=since)
    return passed.exists()


def last_came_in(person: User) -> datetime | None:
    """When somebody last came in with this person's name, as far back as attempts are kept."""
    passed = LoginAttempt.objects.filter(name=name_digest(person.username), outcome=Outcome.PASSED)
    return passed.values_list("at", flat=True).first()


FIRST_PASSWORD = ("first password set", "access restored")
ACCESS_VERBS = (
    *FIRST_PASSWORD, "logged in", "login failed", "locked", "logged out", "session ended", "password changed",
    "second factor changed", "PIN chosen", "first PIN given", "came to a tablet",
)  # fmt: skip


def access_events(person: User) -> QuerySet[Event]:
    """What happened to a person's access, newest first."""
    told = Event.objects.filter(subject_kind=User._meta.label_lower, subject_key=person.pk)
    return told.filter(verb__in=ACCESS_VERBS).order_by("-id")


def must_change_password(person: User) -> bool:
    """Whether somebody else chose the password, or it is older than the settings allow (by default they do not say)."""
    chosen = access_events(person).filter(verb__in=(*FIRST_PASSWORD, "password changed")).first()
    if chosen is None:
        return False
    days = settings.PASSWORD_EXPIRES_DAYS
    return chosen.verb in FIRST_PASSWORD or bool(days and timezone.now() - chosen.at > timedelta(days=days))


def secret_digest(secret: str) -> str:
    """How the long random secret of a cookie is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def pin_name(person: User) -> str:
    """Under what tries of a person's PIN are counted."""
    return name_digest(f"pin {person.username}")


def pin_is_right(person: User, pin: str) -> bool:
    """Takes as long whether there is a PIN or not."""
    kept = Pin.objects.filter(person=person).first()
    if kept is None:
        make_password(pin)
        return False
    return check_password(pin, kept.secret)


def people_at(station: Station) -> QuerySet[User]:
    """Who may stand at a tablet there: people of the site, and those with an authority that reaches it."""
    above = Site.objects.ancestors(station.site, include_self=True).values("pk")
    reaching = Q(site=station.site_id) | Q(appointments__site__in=above)
    return User.objects.filter(reaching, is_active=True, is_system=False).distinct()


def crew_of(station: Station, *, on: date) -> QuerySet[User]:
    """Who holds a role of the station's process, or of its site where it has none: the names to pick from."""
    roles = Q(job_role__process=station.process_id) if station.process_id else Q(job_role__site=station.site_id)
    held = holdings_on(on).filter(roles).values("person")
    return User.objects.filter(pk__in=held, is_active=True, is_system=False).order_by("full_name")


def kiosk_with(secret: str) -> Kiosk | None:
    """The tablet whose cookie this is."""
    found = Kiosk.objects.filter(secret_digest=secret_digest(secret), revoked_at=None)
    return found.select_related("station__site", "station__process").first() if secret else None


def live_kiosk_sessions(at: datetime) -> QuerySet[KioskSession]:
    """Sessions at tablets that have neither ended nor rested or lasted too long."""
    idle, lasting = timedelta(seconds=settings.KIOSK_IDLE_SECONDS), timedelta(seconds=settings.KIOSK_SESSION_SECONDS)
    live = KioskSession.objects.filter(seen_at__gt=at - idle, started_at__gt=at - lasting, ended_at=None)
    return live.filter(person__is_active=True, kiosk__revoked_at=None)


def kiosk_session_with(kiosk_secret: str, secret: str, *, at: datetime) -> KioskSession | None:
    """Who stands at the tablet with these two cookies."""
    if not (kiosk_secret and secret):
        return None
    found = live_kiosk_sessions(at).filter(
        digest=secret_digest(secret), kiosk__secret_digest=secret_digest(kiosk_secret)
    )
    return found.select_related(
        "kiosk__station__site", "kiosk__station__process", "person__site", "person__pin"
    ).first()


def kiosks_seen_by(user: User) -> QuerySet[Kiosk]:
    """The shared tablets of the user's sites, the revoked ones last."""
    found = Kiosk.objects.filter(station__site__in=visible_site_ids(user))
    return found.select_related("station__site", "enrolled_by").order_by("revoked_at", "station__code", "name")


def delegations_of(person: User) -> QuerySet[Delegation]:
    """Those that the person gave and nobody took back."""
    return Delegation.objects.filter(person=person, ended_at=None)


def standing_in_for(deputy: User, *, on: date) -> list[User]:
    """Everybody in whose name `deputy` may sign on that day."""
    away = Delegation.objects.filter(deputy=deputy, since__lte=on, until__gte=on, ended_at=None, person__is_active=True)
    return [delegation.person for delegation in away.select_related("person")]


def delegations_seen(user: User) -> QuerySet[Delegation]:
    """One's own, those in which one stands in, and for a quality manager those of the people of the site."""
    sites = sites_where(user, Authority.QUALITY_MANAGER)
    seen = Q(person=user) | Q(deputy=user) | Q(person__site__in=sites)
    return Delegation.objects.filter(seen).select_related("person", "deputy", "made_by")


def deputies_for(persons: Iterable[int], *, on: date) -> list[User]:
    """Who stands in for these people, by their keys, on that day."""
    away = Delegation.objects.filter(person__in=list(persons), since__lte=on, until__gte=on, ended_at=None)
    return [delegation.deputy for delegation in away.filter(deputy__is_active=True).select_related("deputy")]


def top_authorities(user: User) -> list[frozenset[str]]:
    """What the user may at the sites that no other is above."""
    held = authorities(user)
    return [held[pk] for pk, path in _site_paths(user).items() if len(path) == 1 and pk in held]
