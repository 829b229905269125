"""How every door calls a signed service: tries are counted, and too many wrong ones lock signing, not the login."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, transaction
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
from records.services.signing import check_lock, check_secret
from records.signing import Signing, WrongSecret

T = TypeVar("T")


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
    by = User.objects.get(pk=by.pk)
    check_lock(by, attempt=signing.attempt)
    check_secret(signing, by)
    return replace(signing, confirmed_for=by.pk)


@transaction.atomic(durable=True)
def _begin(about: Record, by: User, signing: Signing) -> SigningAttempt:
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one try of a person after the other
    check_lock(by)
    now = clock()
    window = timedelta(minutes=settings.SIGNING_WINDOW_MINUTES)
    is_last = selectors.failed_signings(by, since=now - window) + 1 >= settings.SIGNING_FAILURES
    return SigningAttempt.objects.create(
        person=by,
        typed_name=_known(signing.username),
        record_id=about.pk,
        session_digest=signing.session,
        client_ip=signing.address or None,
        at=now,
        locked_until=now + timedelta(minutes=settings.SIGNING_LOCK_MINUTES) if is_last else None,
    )


def _known(typed: str) -> str:
    """A name that somebody has. What else was typed there may be a password, and is not kept."""
    return User.objects.filter(username__iexact=typed.strip()).values_list("username", flat=True).first() or ""


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
