from typing import Any

from django.dispatch import receiver

from documents.signals import revision_moved
from people.signals import holding_changed
from training import services


@receiver(revision_moved, dispatch_uid="training.revision_moved")
def on_revision_moved(revision: Any, transition: str, by: Any, **_: Any) -> None:
    services.follow_revision(revision, transition=transition, by=by)


@receiver(holding_changed, dispatch_uid="training.holding_changed")
def on_holding_changed(holding: Any, by: Any, **_: Any) -> None:
    services.follow_holding(holding, by=by)
