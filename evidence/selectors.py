from django.db.models import QuerySet

from evidence.models import Event, Installation


def is_demo_database() -> bool:
    """Whether this database was made by the `demo` command."""
    return Installation.objects.filter(is_demo=True).exists()


def events_of(kind: str, key: int) -> QuerySet[Event]:
    """The timeline of one subject, newest first."""
    return Event.objects.filter(subject_kind=kind, subject_key=key)
