"""Ideas: raised by anybody, and answered with a reason."""

from django.db import transaction

from kaizen.models import Idea
from kaizen.states import ACCEPT, DECLINE
from people.models import Process, Site, User
from records import services as records


@transaction.atomic
def raise_idea(
    *, by: User, site: Site, title: str, description: str, process: Process | None = None, benefit: str = ""
) -> Idea:
    """Say what could be better. Anybody may."""
    return records.open_record(
        Idea, by=by, site=site, title=title, process=process, description=description, benefit=benefit
    )


@transaction.atomic
def accept(idea: Idea, *, by: User, answer: str) -> Idea:
    """Take an idea up and say how: in an event, a CAPA, or by just doing it."""
    return records.move(idea, ACCEPT, by=by, note=answer, answer=answer)


@transaction.atomic
def decline(idea: Idea, *, by: User, reason: str) -> Idea:
    """Thank for an idea and say why not."""
    return records.move(idea, DECLINE, by=by, note=reason, answer=reason)
