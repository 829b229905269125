"""The Celery application of the fault tests: the product's own with tasks that are easy to count, or deadly."""

import os
import signal
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
django.setup()

from jobs.registry import outbox_task
from people.selectors import system_user
from qms.celery import app as app
from records import services as records
from records.models import Record


@outbox_task("faults.remark")
def remark(record_id: int, text: str, wait: float = 0.0) -> None:
    """One remark on a record; `wait` seconds between the effect and its commit are there to be killed in."""
    records.comment(Record.objects.get(pk=record_id), text=text, by=system_user())
    time.sleep(wait)


@outbox_task("faults.deadly")
def deadly() -> None:
    """Takes the whole worker down with it, each time, as a fault in a C library would."""
    os.kill(os.getpid(), signal.SIGKILL)
