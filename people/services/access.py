"""Coming in: tries that are counted before they are judged, passwords, and access restored."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import acting
from evidence.refusals import Refused
from people import selectors
from people.models import LoginAttempt, User
from people.states import Outcome

KEPT = timedelta(days=90)


@transaction.atomic
def begin_attempt(name: str, *, by: User, address: str, device: str, at: datetime) -> LoginAttempt:
    """Write a try down as failed before the secret is looked at; one at a time for each name.

    Its outcome is REFUSED where too many failed before it. Known and unknown names are treated alike.
    """
    found = {"name": selectors.name_digest(name), "address": address, "device": device}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [found["name"]])
    outcome = Outcome.REFUSED if selectors.is_locked(**found, at=at) else Outcome.FAILED
    return LoginAttempt.objects.create(**found, at=at, outcome=outcome)


@transaction.atomic
def conclude_attempt(attempt: LoginAttempt, *, by: User) -> None:
    """The secret was right."""
    LoginAttempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.PASSED)


@transaction.atomic
def tell_failed(attempt: LoginAttempt, person: User | None, *, by: User, note: str = "") -> None:
    """The trail of a failed try, told by the system: nobody came in. The first refusal of a row is a lock."""
    verb = "locked" if attempt.outcome == Outcome.REFUSED else "login failed"
    if verb == "locked" and _is_repeated(attempt):
        return
    with acting(by):
        evidence.record_event(verb, person or by, by=by, note=note, data={"address": attempt.address})


def _is_repeated(attempt: LoginAttempt) -> bool:
    """Whether the try before it was refused as well, so that a flood of tries makes one event."""
    before = LoginAttempt.objects.filter(name=attempt.name, address=attempt.address, pk__lt=attempt.pk)
    return before.values_list("outcome", flat=True).first() == Outcome.REFUSED


@transaction.atomic
def tell(verb: str, person: User, *, by: User, note: str = "", address: str = "") -> None:
    """What happened to a person's access: logged in, logged out, a second factor changed."""
    with acting(by):
        evidence.record_event(verb, person, by=by, note=note, data={"address": address} if address else {})


@transaction.atomic
def change_password(person: User, *, by: User, password: str) -> User:
    """A new password. Every other session of the person ends at its next request."""
    with acting(by):
        person.set_password(password)
        person.save()
        evidence.record_event("password changed", person, by=by)
    return person


@transaction.atomic
def restore_access(person: User, *, by: User, password: str) -> User:
    """An administrator lets somebody in again who has no e-mail or lost the second factor.

    Raises Refused: "own-account", "inactive-person".
    """
    if by.pk == person.pk:
        raise Refused(_("Change your own password on the page of your account."), code="own-account")
    if not person.is_active:
        raise Refused(_("%(person)s is no longer active.") % {"person": person}, code="inactive-person")
    removed, _kinds = apps.get_model("mfa", "Authenticator").objects.filter(user_id=person.pk).delete()
    person.set_password(password)
    person.save()
    evidence.record_event("access restored", person, by=by, data={"second_factors_removed": removed})
    return person


@transaction.atomic
def forget_attempts(*, by: User, at: datetime) -> int:
    """Attempts are kept for a quarter; the events about them stay."""
    return LoginAttempt.objects.filter(at__lt=at - KEPT).delete()[0]
