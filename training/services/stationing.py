"""What a station asks of whoever works there."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Site, Station, User
from training.models import Skill, StationNeed


@transaction.atomic
def need(
    station: Station,
    *,
    by: User,
    document: Document | None = None,
    skill: Skill | None = None,
    level: int | None = None,
    people: int = 1,
) -> StationNeed:
    """Say what somebody must know to run the station, and how many of each shift must; it replaces what was said.

    Raises Refused: "what", "level-missing", "elsewhere".
    """
    what = document or skill
    if what is None or (document and skill):
        raise Refused(_("Say what is needed: a standard or a skill."), code="what")
    if (skill is None) != (level is None):
        raise Refused(_("A skill is needed at a level; a standard has none."), code="level-missing")
    if not Site.objects.ancestors(station.site, include_self=True).filter(pk=what.site_id).exists():
        raise Refused(_("%(what)s belongs to another site.") % {"what": what}, code="elsewhere")
    for earlier in StationNeed.objects.filter(station=station, document=document, skill=skill, until__isnull=True):
        _end(earlier)
    made = StationNeed.objects.create(
        station=station, document=document, skill=skill, level=level, people=people, since=clock().date()
    )
    evidence.record_event("need added", station, by=by, note=f"{made.label} × {people}")
    return made


@transaction.atomic
def end_need(need: StationNeed, *, by: User) -> StationNeed:
    """From today on it is not needed any more; the past keeps it. Raises Refused("ended")."""
    if need.until:
        raise Refused(_("This need has ended already."), code="ended")
    _end(need)
    evidence.record_event("need ended", need.station, by=by, note=need.label)
    return need


def _end(need: StationNeed) -> None:
    need.until = clock().date()
    need.save()
