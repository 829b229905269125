from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from metrics.models import Signal
from metrics.states import Alarm, SignalStatus
from people.models import User
from records.selectors import visible

LAST = 20
WORST_FIRST = (Alarm.RED, Alarm.AMBER, Alarm.SILENT, Alarm.STUCK, Alarm.HUGGING, Alarm.SPIKE, Alarm.BETTER)
TRUE = (SignalStatus.EXPLAINED, SignalStatus.IN_CAPA, SignalStatus.RECOVERED)
JUDGED = (Alarm.RED, Alarm.AMBER)


@dataclass(frozen=True)
class Precision:
    """How many of the last signals of a kind, that people decided on, told the truth."""

    alarm: Alarm
    true: int
    decided: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.true / self.decided) if self.decided else None


def inbox(user: User, *, with_capas: bool = False) -> QuerySet[Signal]:
    """Signals that nobody has answered yet, the worst first: by kind, then by how much is lost, then by age.

    Those that a CAPA answers stay open until it is closed; they are left out, unless asked for.
    """
    rank = Case(
        *(When(alarm=alarm, then=Value(place)) for place, alarm in enumerate(WORST_FIRST)),
        default=Value(len(WORST_FIRST)),
        output_field=IntegerField(),
    )
    seen = visible(Signal, user).filter(concluded_at__isnull=True)
    if not with_capas:
        seen = seen.exclude(status=SignalStatus.IN_CAPA)
    found = seen.select_related("site", "process", "owner", "metric", "metric__gauge")
    return found.annotate(rank=rank).order_by("rank", F("loss").desc(nulls_last=True), "onset", "id")


def precision(user: User, *, last: int = LAST) -> list[Precision]:
    """Of the last decided signals of each kind that opens CAPAs or warns of it.

    True is what was explained by a cause, is answered by a CAPA or was put right by one. A signal that fell because
    its data were corrected was decided by nobody.
    """
    decided = Q(status__in=[*TRUE, SignalStatus.FALSE_ALARM], superseded=False)
    return [_precision(visible(Signal, user).filter(decided, alarm=alarm), alarm, last) for alarm in JUDGED]


def _precision(decided: QuerySet[Signal], alarm: Alarm, last: int) -> Precision:
    found = list(decided.order_by("-id").values_list("status", flat=True)[:last])
    return Precision(alarm, sum(status in TRUE for status in found), len(found))
