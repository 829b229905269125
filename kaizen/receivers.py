from typing import Any

from django.dispatch import receiver

from kaizen import services
from metrics.signals import backslid


@receiver(backslid, dispatch_uid="kaizen.backslid")
def on_backslid(red: Any, watch: Any, by: Any, at: Any, **_: Any) -> None:
    services.answer_backslide(red, watch=watch, at=at, by=by)
