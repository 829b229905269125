"""Field-level history (django-simple-history) that takes actor, reason and request from the audit context.

It serves diffs and "as of" views. It keeps the actor by value, so that no deletion can erase attribution,
and leaves out generated columns.
"""

from typing import Any, Literal

from django.db import connections, models
from simple_history.models import HistoricalRecords

from evidence.context import Actor, clock, current


def acting_name() -> str:
    context = current()
    return context.actor.name if context else ""


def acting_request() -> str:
    context = current()
    return context.request_id if context else ""


class HistoryFacts(models.Model):
    """What every history row has besides the library's own columns."""

    actor_name = models.CharField(max_length=200, default=acting_name, editable=False)
    request_id = models.CharField(max_length=64, default=acting_request, editable=False)

    class Meta:
        abstract = True


def _acting_user(instance: Any = None, request: Any = None, **_: Any) -> Actor | None:
    context = current()
    return context.actor if context else None


def _get_user(row: Any) -> Actor | None:
    return Actor(row.history_user_id, row.actor_name) if row.history_user_id else None


def _set_user(row: Any, actor: Actor | None) -> None:
    row.history_user_id = actor.pk if actor else None


class History(HistoricalRecords):
    """`history = History()` on a model keeps its field-level history."""

    def __init__(self) -> None:
        super().__init__(
            bases=[HistoryFacts],
            get_user=_acting_user,
            history_user_id_field=models.BigIntegerField(null=True),
            history_user_getter=_get_user,
            history_user_setter=_set_user,
            history_change_reason_field=models.TextField(null=True),
        )

    def fields_included(self, model: type[models.Model]) -> list[models.Field]:
        return [field for field in super().fields_included(model) if not getattr(field, "generated", False)]

    def get_change_reason_for_object(self, instance: Any, history_type: str, using: str | None) -> str:
        context = current()
        return getattr(instance, "_change_reason", None) or (context.reason if context else "")

    def post_save(self, instance: Any, created: bool, using: str | None = None, **kwargs: Any) -> None:
        """The library lets an instance ask to be left out; here none is."""
        if hasattr(instance, "skip_history_when_saving"):
            raise RuntimeError(f"History of {type(instance).__name__} cannot be switched off.")
        super().post_save(instance, created, using=using, **kwargs)

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        instance._history_date = clock()
        super().create_historical_record(instance, history_type, using=using)


def append_history(queryset: models.QuerySet, history_type: Literal["+", "~"], *, reason: str = "") -> int:
    """Append one history row for each row of `queryset`, in one INSERT … SELECT. Returns how many."""
    model = queryset.model
    target = model.history.model
    names = [field.attname for field in target.tracked_fields]
    rows, params = queryset.order_by().values_list(*names).query.sql_with_params()
    context = current()
    facts = {
        "history_date": clock(),
        "history_type": history_type,
        "history_change_reason": reason or (context.reason if context else ""),
        "history_user_id": context.actor.pk if context else None,
        "actor_name": acting_name(),
        "request_id": acting_request(),
    }
    quote = connections[queryset.db].ops.quote_name
    columns = ", ".join(quote(target._meta.get_field(name).column) for name in names)
    extra = ", ".join(quote(name) for name in facts)
    marks = ", ".join(f"CAST(%s AS {target._meta.get_field(n).db_type(connections[queryset.db])})" for n in facts)
    sql = (
        f"INSERT INTO {quote(target._meta.db_table)} ({columns}, {extra}) SELECT live.*, {marks} FROM ({rows}) AS live"
    )
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(sql, [*facts.values(), *params])
        return cursor.rowcount
