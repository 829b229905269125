from typing import Any

from django.dispatch import receiver
from metrics.signals import backslid

from kaizen import services


@receiver(backslid, dispatch_uid="kaizen.backslid")
def on_backslid(red: Any, watch: Any, by: Any, at: Any, **_: Any) -> None:
    services.answer_backslide(red, watch=watch, at=at, by=by)
