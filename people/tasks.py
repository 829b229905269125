from django.core.management import call_command

from evidence.context import clock
from jobs.tasks import daily, outbox_task
from people import services
from people.selectors import system_user


@outbox_task("people.forget_attempts")
def forget_attempts() -> None:
    """Old login attempts, and sessions that ended, are of no more use."""
    services.forget_attempts(by=system_user(), at=clock())
    services.forget_kiosk_sessions(by=system_user(), at=clock())
    call_command("clearsessions")


daily("people.forget_attempts", at="02:35")
