"""What kaizen does when a gain slips: gather the evidence, open the CAPA, have the audits ask again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audits import services as audits
from capa import services as capas
from capa.models import Capa
from kaizen import selectors
from kaizen.models import Gain
from kaizen.selectors.slips import SlipEvidence
from kaizen.services.sustaining import refresh_gain
from metrics.models import Signal, Watch
from people.models import User

ASKED_AFTER_RED = timedelta(days=30)


@transaction.atomic
def answer_backslide(signal: Signal, *, watch: Watch, at: datetime, by: User) -> Capa:
    """Gather the evidence of a slip and open its CAPA, or attach it to the one that is open already."""
    gain = selectors.gains_protected_by(watch).first()
    found = selectors.slip_evidence(gain, signal, watch, on=at.date())
    subject = gain or watch.metric
    capa = capas.open_for_backslide(
        watch,
        signal=signal,
        by=by,
        title=_("Slipping: %(title)s") % {"title": subject.title},
        problem=_problem(watch, found),
        diagnosis=found.diagnosis,
        evidence_found=found.as_json(),
    )
    if gain is not None:
        _ask_again(gain, by=by)
        refresh_gain(gain, by=by)
    return capa


def _problem(watch: Watch, found: SlipEvidence) -> str:
    lost = _("an unknown share") if found.lost_percent is None else f"{found.lost_percent} %"
    words = _("%(metric)s: %(lost)s of the gain is lost since about %(onset)s.") % {
        "metric": watch.metric.title,
        "lost": lost,
        "onset": found.onset,
    }
    cost = _(" It has cost about %(cost)s so far.") % {"cost": found.cost} if found.cost else ""
    return words + cost + _(" First verdict: %(because)s.") % {"because": found.because}


def _ask_again(gain: Gain, *, by: User) -> None:
    """After a red signal the layered audits ask about the standard for another 30 days."""
    standard = gain.standards.select_related("revision__document").first()
    audits.add_layered_questions(
        gain,
        by=by,
        questions=[_("%(gain)s is slipping: is its standard followed here today?") % {"gain": gain.number}],
        document=standard.revision.document if standard else None,
        days=ASKED_AFTER_RED,
    )
