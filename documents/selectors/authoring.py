from datetime import datetime, timedelta

from documents.models import Autosave, Presence, Revision
from evidence.models import Event
from people.models import User

PATIENCE = timedelta(seconds=60)  # three heartbeats of the editor


def autosave_of(revision: Revision, user: User) -> Autosave | None:
    """What the person had typed into this draft and not saved."""
    return Autosave.objects.filter(revision=revision, person=user).first()


def editing(revision: Revision, *, but: User, at: datetime) -> list[Presence]:
    """Who else has the draft open for writing, who came first on top."""
    found = Presence.objects.filter(revision=revision, seen_at__gte=at - PATIENCE).exclude(person=but)
    return list(found.select_related("person").order_by("since"))


def last_change(revision: Revision) -> Event | None:
    """Who saved the draft last."""
    found = Event.objects.filter(subject_kind=Revision._meta.label_lower, subject_key=revision.pk)
    return found.filter(verb="changed").first()
