"""Shared tablets: enrolled at a station by a supervisor, used by one person at a time, revoked at once."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import acting, clock
from evidence.refusals import Refused
from people import selectors
from people.models import Kiosk, KioskSession, Station, User

STEADY = timedelta(seconds=3)
KEPT = timedelta(days=90)


@transaction.atomic
def enrol_kiosk(station: Station, *, by: User, name: str) -> tuple[Kiosk, str]:
    """Make a browser the shared tablet of a station. The second of the pair is its cookie, told this once.

    Raises Refused("station-inactive").
    """
    if not station.is_active:
        raise Refused(_("This station is no longer used."), code="station-inactive")
    secret = secrets.token_urlsafe(48)
    kiosk = Kiosk.objects.create(
        station=station,
        name=name,
        secret_digest=selectors.secret_digest(secret),
        enrolled_by=by,
        enrolled_at=clock(),
    )
    evidence.record_event("tablet enrolled", station, by=by, note=name, data={"kiosk": str(kiosk.uuid)})
    return kiosk, secret


@transaction.atomic
def revoke_kiosk(kiosk: Kiosk, *, by: User) -> Kiosk:
    """The tablet is no longer one, at once: its cookie and whoever stands at it.

    Raises Refused("already-revoked").
    """
    row = Kiosk.objects.select_for_update().get(pk=kiosk.pk)
    if row.revoked_at:
        raise Refused(_("This tablet was revoked already."), code="already-revoked")
    row.revoked_at = clock()
    row.save()
    row.sessions.filter(ended_at=None).update(ended_at=clock())
    evidence.record_event("tablet revoked", row.station, by=by, note=row.name, data={"kiosk": str(row.uuid)})
    return row


@transaction.atomic
def begin_kiosk_session(kiosk: Kiosk, person: User, *, by: User, how: str) -> tuple[KioskSession, str]:
    """Somebody comes to the tablet; whoever stood there before is gone. `how`: badge, or name and PIN.

    Raises Refused("not-of-this-site").
    """
    Kiosk.objects.select_for_update().get(pk=kiosk.pk)
    if not selectors.people_at(kiosk.station).filter(pk=person.pk).exists():
        raise Refused(_("You have nothing to do at this station."), code="not-of-this-site")
    now, secret = clock(), secrets.token_urlsafe(32)
    kiosk.sessions.filter(ended_at=None).update(ended_at=now)
    session = KioskSession.objects.create(
        kiosk=kiosk, person=person, digest=selectors.secret_digest(secret), started_at=now, seen_at=now
    )
    with acting(by):
        evidence.record_event("came to a tablet", person, by=by, note=f"{how}, {kiosk.station.code}")
    return session, secret


@transaction.atomic
def end_kiosk_session(session: KioskSession, *, by: User) -> None:
    """The person goes, or the tablet locks itself."""
    KioskSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=clock())


@transaction.atomic
def note_kiosk_use(session: KioskSession, *, by: User, at: datetime) -> None:
    """That the person did something just now."""
    if at - session.seen_at >= STEADY:
        KioskSession.objects.filter(pk=session.pk, ended_at=None).update(seen_at=at)


@transaction.atomic
def note_kiosk_seen(kiosk: Kiosk, *, by: User, at: datetime) -> None:
    """When the tablet was last there."""
    Kiosk.objects.filter(pk=kiosk.pk).update(last_seen_at=at)


@transaction.atomic
def forget_kiosk_sessions(*, by: User, at: datetime) -> int:
    """Sessions of more than a quarter ago are of no more use."""
    return KioskSession.objects.filter(started_at__lt=at - KEPT).delete()[0]
