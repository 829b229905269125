"""Why did a gain slip? The evidence that the records hold on the day of the signal, and a first verdict."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from audits.selectors import Adherence, adherence_to, audits_of
from audits.states import AuditStatus
from capa.states import Diagnosis
from documents.models import Revision
from documents.states import RevisionStatus
from kaizen.models import Gain
from metrics.models import Signal, Watch
from metrics.states import Alarm
from people.models import Holding
from training.selectors import readiness, untrained

LOOK_BACK = timedelta(days=60)
ADOPTED_SHARE = 70
FOLLOWED = 0.8
DATA_ALARMS = (Alarm.SILENT, Alarm.STUCK, Alarm.HUGGING)


@dataclass(frozen=True)
class SlipEvidence:
    """What a CAPA for a backslide is opened with. Plain values only: it is frozen as JSON."""

    onset: str
    lost_percent: int | None
    cost: str
    s: float | None
    h: float | None
    false_alarms_a_year: float
    standards: list[str] = field(default_factory=list)
    adopted: bool = False
    trained_percent: int | None = None
    untrained: list[str] = field(default_factory=list)
    newcomers: list[str] = field(default_factory=list)
    followed_percent: int | None = None
    followed_lately_percent: int | None = None
    missed_audits: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    data_problems: list[str] = field(default_factory=list)
    diagnosis: str = ""
    because: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def slip_evidence(gain: Gain | None, signal: Signal, watch: Watch, *, on: date) -> SlipEvidence:
    """Gather what is known about a slip: when, how much, what it costs, and what stands beside it."""
    onset = signal.onset or on
    facts: dict[str, Any] = {
        "onset": onset.isoformat(),
        "lost_percent": None if signal.loss is None else round(100 * signal.loss),
        "cost": _cost(signal, watch),
        "s": signal.s,
        "h": signal.h,
        "false_alarms_a_year": watch.red_per_year,
        "data_problems": _data_problems(watch),
    }
    if gain is not None:
        facts |= _of_gain(gain, onset, on)
    diagnosis, because = _diagnose(facts)
    return SlipEvidence(**facts, diagnosis=diagnosis, because=because)


def _of_gain(gain: Gain, onset: date, on: date) -> dict[str, Any]:
    revisions = [standard.revision for standard in gain.standards.select_related("revision__document")]
    ready = [readiness(revision, on=on) for revision in revisions]
    concerned = sum(r.concerned for r in ready)
    missed = audits_of(gain).filter(status=AuditStatus.MISSED)
    return {
        "standards": [f"{revision.number} ({revision.status_label})" for revision in revisions],
        "adopted": bool(revisions) and all(revision.effective_at for revision in revisions),
        "trained_percent": 100 * sum(r.qualified for r in ready) // concerned if concerned else None,
        "untrained": [str(person) for revision in revisions for person in untrained(revision, on=on)[:20]],
        "newcomers": _newcomers(revisions, onset),
        "followed_percent": _percent(adherence_to(gain)),
        "followed_lately_percent": _percent(adherence_to(gain, since=onset)),
        "missed_audits": [audit.number for audit in missed],
        "changes": _changes(gain, onset, on),
    }


def _percent(adherence: Adherence) -> int | None:
    return None if adherence.share is None else round(100 * adherence.share)


def _cost(signal: Signal, watch: Watch) -> str:
    accrued = signal.facts.get("accrued")
    return f"{accrued:,.0f} {watch.metric.currency}" if accrued else ""


def _data_problems(watch: Watch) -> list[str]:
    found = Signal.objects.filter(metric=watch.metric_id, alarm__in=DATA_ALARMS, concluded_at__isnull=True)
    words = [f"{signal.number}: {signal.get_alarm_display()}" for signal in found]
    return words + ([_("no values since %(day)s") % {"day": watch.silent_since}] if watch.silent_since else [])


def _newcomers(revisions: list[Revision], onset: date) -> list[str]:
    roles = [role for revision in revisions for role in _roles(revision)]
    started = Holding.objects.filter(job_role__in=roles, since__gte=onset - LOOK_BACK).select_related("person")
    return sorted({f"{holding.person} ({holding.since})" for holding in started})


def _roles(revision: Revision) -> list[int]:
    live = revision.document.requirements.filter(retired_at__isnull=True)
    return list(live.values_list("job_role", flat=True))


def _changes(gain: Gain, onset: date, on: date) -> list[str]:
    """Documents of the process that came into effect near the onset."""
    near = Revision.objects.filter(
        process=gain.process_id,
        effective_at__date__range=(onset - LOOK_BACK, on),
        status__in=[RevisionStatus.EFFECTIVE, RevisionStatus.SUPERSEDED],
    ).order_by("effective_at")
    return [f"{revision.number} {revision.title}" for revision in near[:20]]


def _diagnose(facts: dict[str, Any]) -> tuple[str, str]:
    """The first verdict; a person confirms or overturns it in the CAPA."""
    if facts["data_problems"]:
        return Diagnosis.DATA_PROBLEM, "; ".join(facts["data_problems"])
    trained, followed = facts.get("trained_percent"), facts.get("followed_percent")
    if not facts.get("adopted"):
        return Diagnosis.NEVER_ADOPTED, _("the new standard never came into effect")
    if trained is not None and trained < ADOPTED_SHARE:
        return Diagnosis.NEVER_ADOPTED, _("only %(share)d %% of those concerned are trained on it") % {"share": trained}
    lately = facts.get("followed_lately_percent")
    if followed is not None and followed < 100 * FOLLOWED and (lately is None or lately < 100 * FOLLOWED):
        return Diagnosis.DRIFTED, _("audits found it followed in only %(share)d %% of cases") % {"share": followed}
    if lately is not None and lately < 100 * FOLLOWED:
        return Diagnosis.DRIFTED, _("since the slip began it was followed in only %(share)d %% of cases") % {
            "share": lately
        }
    if facts.get("untrained") or facts.get("missed_audits"):
        return Diagnosis.DRIFTED, _("people are untrained or audits were missed since it was adopted")
    return Diagnosis.METHOD_FAILS, _("people are trained and follow the standard, and yet the gain slips")
