"""The secret of a person at shared tablets: short, so it is counted strictly and never guessed twice in parallel."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import acting, clock
from evidence.refusals import Refused
from people import selectors
from people.models import LoginAttempt, Pin, User
from people.states import Outcome

SHORTEST, LONGEST = 4, 12
RUNS = "01234567890123456789"


def _is_easy(pin: str) -> bool:
    """Whether half the plant would guess it: one digit, a run up or down, a pair or half that repeats, a year."""
    half = len(pin) // 2
    repeats = len(set(pin)) == 1 or pin == pin[:2] * half or pin == pin[:half] * 2
    return repeats or pin in RUNS or pin in RUNS[::-1] or (len(pin) == SHORTEST and pin[:2] in ("19", "20"))


def _check(pin: str, person: User) -> None:
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise Refused(_("A PIN has four to twelve digits."), code="pin-not-digits")
    if _is_easy(pin) or pin in (person.badge or "") or pin in person.username:
        raise Refused(_("This PIN is too easy to guess. Choose another."), code="pin-too-easy")


@transaction.atomic
def choose_pin(person: User, *, by: User, pin: str) -> Pin:
    """A person chooses the own PIN. Raises Refused: "not-yours", "pin-not-digits", "pin-too-easy", "pin-as-before"."""
    if by.pk != person.pk:
        raise Refused(_("Everybody chooses the own PIN."), code="not-yours")
    _check(pin, person)
    if selectors.pin_is_right(person, pin):
        raise Refused(_("Choose another PIN than the one before."), code="pin-as-before")
    return _keep(person, pin, by=by, is_first=False)


@transaction.atomic
def give_pin(person: User, *, by: User, pin: str) -> Pin:
    """A supervisor gives somebody a first PIN, or another when it was forgotten; the person changes it at once.

    Raises Refused: "own-account", "inactive-person", "pin-not-digits", "pin-too-easy".
    """
    if by.pk == person.pk:
        raise Refused(_("Choose your own PIN on the page of your account."), code="own-account")
    if not person.is_active:
        raise Refused(_("%(person)s is no longer active.") % {"person": person}, code="inactive-person")
    _check(pin, person)
    return _keep(person, pin, by=by, is_first=True)


def _keep(person: User, pin: str, *, by: User, is_first: bool) -> Pin:
    facts = {"secret": make_password(pin), "is_first": is_first, "set_at": clock()}
    with acting(by):
        kept, _created = Pin.objects.update_or_create(person=person, defaults=facts)
        evidence.record_event("first PIN given" if is_first else "PIN chosen", person, by=by)
    return kept


@transaction.atomic
def begin_pin(person: User, *, by: User, address: str) -> LoginAttempt:
    """Write a try down as failed before the PIN is looked at; of one person, one after the other, wherever they are.

    Its outcome is REFUSED after PIN_FAILURES wrong ones within the window, until another PIN is given or time passed.
    """
    name, now = selectors.pin_name(person), clock()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    tries = LoginAttempt.objects.filter(name=name, at__gt=_since(person, now))
    passed = tries.filter(outcome=Outcome.PASSED).values_list("pk", flat=True).first() or 0
    failed = tries.filter(outcome=Outcome.FAILED, pk__gt=passed).count()
    outcome = Outcome.REFUSED if failed >= settings.PIN_FAILURES else Outcome.FAILED
    return LoginAttempt.objects.create(name=name, address=address, at=now, outcome=outcome)


def _since(person: User, now: datetime) -> datetime:
    window = now - timedelta(minutes=settings.PIN_LOCK_MINUTES)
    set_at = Pin.objects.filter(person=person).values_list("set_at", flat=True).first()
    return max(window, set_at) if set_at else window
