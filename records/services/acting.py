"""Actions: the one to-do of every record, done by one person and verified by another."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import selectors
from records.models import Action, Record
from records.services.adding import notify
from records.services.moving import move
from records.states import FINISH, REOPEN, VERIFY, WITHDRAW, ActionStatus

SOON = timedelta(days=3)


@transaction.atomic
def add_action(record: Record, *, what: str, who: User, due: date, by: User, topic: str = "") -> Action:
    """Give somebody something to do for a record. Raises Refused("due-in-the-past")."""
    if due < clock().date():
        raise Refused(_("The due date lies in the past."), code="due-in-the-past")
    action = Action.objects.create(record_id=record.pk, what=what, who=who, due=due, topic=topic, opened_at=clock())
    evidence.record_event("action added", record, by=by, note=f"{what} ({who}, {due:%Y-%m-%d})")
    return action


@transaction.atomic
def finish_action(action: Action, *, by: User, result: str = "") -> Action:
    """Mark an action as done, saying what was done."""
    evidence.record_event("action done", action.record, by=by, note=action.what)
    return move(action, FINISH, by=by, note=result, done_at=clock(), result=result)


@transaction.atomic
def verify_action(action: Action, *, by: User) -> Action:
    """Somebody else confirms that the action was done and worked.

    Raises Refused("self-verified").
    """
    if by.pk == action.who_id:
        raise Refused(_("Someone other than the doer must verify."), code="self-verified")
    evidence.record_event("action verified", action.record, by=by, note=action.what)
    return move(action, VERIFY, by=by, verified_at=clock(), verified_by=by)


@transaction.atomic
def reopen_action(action: Action, *, by: User, reason: str) -> Action:
    """Send an action back to its doer."""
    return move(action, REOPEN, by=by, note=reason, done_at=None)


@transaction.atomic
def withdraw_action(action: Action, *, by: User, reason: str) -> Action:
    """Drop an action that is no longer wanted, with the reason."""
    evidence.record_event("action withdrawn", action.record, by=by, note=f"{action.what}: {reason}")
    return move(action, WITHDRAW, by=by, note=reason)


def remind_of_actions(*, on: date, by: User) -> int:
    """Remind everybody of actions that are due within three days or overdue: once a day each."""
    due = selectors.actions().filter(status=ActionStatus.OPEN, due__lte=on + SOON)
    return sum(
        notify(
            action.who,
            text=_("%(what)s is due on %(due)s") % {"what": action.what, "due": action.due},
            url=f"{action.record.get_absolute_url()}actions/",
            key=f"action-{action.pk}-{on}",
            by=by,
        )
        for action in due
    )
