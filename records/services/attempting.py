"""How every door calls a signed service: tries are counted, and too many wrong ones lock signing, not the login."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from people.selectors import people_with
from people.states import Authority
from records import selectors
from records.models import Record, SigningAttempt
from records.services.adding import notify
from records.services.signing import check_lock, check_secret, signer
from records.signing import Signing, WrongSecret

T = TypeVar("T")

COUNT = f"""
INSERT INTO {SigningAttempt._meta.db_table} (person_id, typed_name, record_id, session_digest, client_ip, at)
SELECT id, %(typed_name)s, %(record_id)s, %(session_digest)s, %(client_ip)s::inet, %(at)s
FROM {User._meta.db_table} WHERE id = %(person)s FOR NO KEY UPDATE
RETURNING id
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one of several things that were signed together."""

    subject: Any
    result: Any = None
    refusal: Refused | None = None


def attempt(service: Callable[..., T], *subject: Any, by: User, signing: Signing, about: Record, **facts: Any) -> T:
    """Call a signed service. The try is counted before and taken back after, unless the secret was wrong.

    It begins and ends in transactions of its own: a refusal cannot take the count with it, and guesses sent at
    the same time cannot outrun it. Inside another transaction it fails at once (durable).
    """
    counted = _begin(about, by, signing)
    try:
        result = service(*subject, by=by, signing=replace(signing, attempt=counted.pk), **facts)
    except WrongSecret:
        _report(counted, about, by)
        raise
    except BaseException:
        counted.delete()
        raise
    counted.delete()
    return result


def attempt_each(
    service: Callable[..., Any], chosen: Sequence[tuple[Any, str]], *, by: User, signing: Signing, about: Record
) -> list[Outcome]:
    """Sign several things with one re-authentication: (subject, its challenge), each in a transaction of its own.

    One that cannot be signed is refused alone, and the others are signed. A wrong secret refuses all of them.
    """
    confirmed = attempt(confirm, by=by, signing=signing, about=about)
    return [_outcome(service, subject, by, replace(confirmed, challenge=nonce)) for subject, nonce in chosen]


def _outcome(service: Callable[..., Any], subject: Any, by: User, signing: Signing) -> Outcome:
    try:
        return Outcome(subject, service(subject, by=by, signing=signing))
    except Refused as refused:
        return Outcome(subject, refusal=refused)
    except DatabaseError:
        return Outcome(
            subject, refusal=Refused(_("The database did not take it. Nothing of it was saved."), "not-saved")
        )


@transaction.atomic
def confirm(*, by: User, signing: Signing) -> Signing:
    """Re-authenticate once for several signatures; each still needs its own challenge."""
    person = signer(signing, by)
    check_secret(signing, person, is_at_kiosk=person.is_at_kiosk)  # type: ignore[attr-defined]
    return replace(signing, confirmed_for=person.pk)


@transaction.atomic(durable=True)
def _begin(about: Record, by: User, signing: Signing) -> SigningAttempt:
    counted = _counted(about, by, signing)  # one try of a person after the other: it locks the person
    tries = selectors.signing_tries(by, but=counted.pk, on=counted.at, since=counted.at - _minutes("WINDOW"))
    check_lock(tries.locked_until)
    if tries.failed + 1 >= settings.SIGNING_FAILURES:
        counted.delete()  # a try is never changed: the last one is written with its lock
        counted.locked_until = counted.at + _minutes("LOCK")
        counted.save(force_insert=True)
    return counted


def _minutes(what: str) -> timedelta:
    return timedelta(minutes=getattr(settings, f"SIGNING_{what}_MINUTES"))


def _counted(about: Record, by: User, signing: Signing) -> SigningAttempt:
    """The try is written and its person locked in one statement."""
    row: dict[str, Any] = {
        "typed_name": _known(signing.username.strip(), by),
        "record_id": about.pk,
        "session_digest": signing.session,
        "client_ip": signing.address or None,
        "at": clock(),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"person": by.pk, **row})
        return SigningAttempt(pk=cursor.fetchone()[0], person_id=by.pk, **row)


def _known(typed: str, by: User) -> str:
    """A name that somebody has. What else was typed there may be a password, and is not kept."""
    if typed and typed in (by.username, by.badge):
        return by.username
    return User.objects.filter(username__iexact=typed).values_list("username", flat=True).first() or ""


@transaction.atomic(durable=True)
def _report(counted: SigningAttempt, about: Record, by: User) -> None:
    """Tell the timeline, and when signing is locked now the quality managers of the site and the person."""
    data = {"user": by.username, "typed": counted.typed_name, "address": counted.client_ip or ""}
    evidence.record_event("signing failed", about, by=by, note=_("wrong user name or password"), data=data)
    if counted.locked_until is None:
        return
    until = f"{counted.locked_until:%Y-%m-%d %H:%M} UTC"
    evidence.record_event("signing locked", about, by=by, note=_("until %(time)s") % {"time": until}, data=data)
    text = _("%(person)s cannot sign until %(time)s: %(count)d wrong passwords, at last for %(number)s")
    words = {"person": by, "time": until, "count": settings.SIGNING_FAILURES, "number": about.number}
    for person in {by, *people_with(about.site, Authority.QUALITY_MANAGER)}:
        notify(person, text=text % words, url=about.get_absolute_url(), key=f"signing-locked-{counted.pk}", by=by)
