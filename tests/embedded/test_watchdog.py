"""A worker that is connected but takes no tasks is noticed by its canary, and started again."""

import io
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs import services
from jobs.models import Pulse
from qms.embedded import runtime, supervisor
from qms.embedded.supervisor import Child, Supervisor

SLEEP = [sys.executable, "-uc", "import time; print('up'); time.sleep(60)"]
LATE = timedelta(seconds=runtime.CANARY_PATIENCE + 5)


@pytest.fixture
def canary(committed_db, harness) -> runtime.Canary:
    return runtime.Canary(harness.cluster.url("app", committed_db), every=0)


def test_a_worker_is_well_while_its_canary_sings(canary):
    services.sing(at=timezone.now())
    assert canary(running=1000.0) is True
    Pulse.objects.update(at=timezone.now() - LATE)
    assert canary(running=1000.0) is False


def test_a_worker_that_never_sang_gets_its_time_first(canary):
    assert canary(running=10.0) is True
    assert canary(running=runtime.CANARY_PATIENCE + 1) is False


def test_a_database_that_is_away_is_not_the_workers_fault():
    assert runtime.Canary("postgres://nobody@/nowhere?host=/nowhere", every=0)(running=1000.0) is True


def test_a_child_that_is_not_well_is_started_again(monkeypatch):
    monkeypatch.setattr(supervisor, "SHORTEST_WAIT", 0.1)
    running = Supervisor(output=io.StringIO())
    verdicts = iter([True, False])
    child = Child("worker", SLEEP, is_well=lambda _running: next(verdicts, True))
    running.add(child)
    first = child.process.pid
    watcher = threading.Thread(target=running.run)
    watcher.start()
    deadline = time.monotonic() + 20
    while (child.process is None or child.process.pid == first) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.stopping.set()
    watcher.join()
    running.stop()
    assert child.process.pid != first
    assert "worker does not work although it runs; starting it again" in running.output.getvalue()


def test_the_health_check_of_a_worker_tells_a_stall_from_a_fresh_start(db):
    """What the compose file asks; a worker that has just begun is not blamed for what was before."""
    Pulse.objects.create(name="canary", at=timezone.now() - timedelta(hours=9))
    with pytest.raises(CommandError, match="No task came through the queue"):
        call_command("canary")
    services.sing(at=timezone.now() - timedelta(seconds=40))
    told = io.StringIO()
    call_command("canary", stdout=told)
    assert "The last canary came 40 s ago." in told.getvalue()


def test_readiness_tells_the_age_of_the_canary(db, client):
    services.sing(at=timezone.now() - timedelta(seconds=70))
    assert client.get("/readyz").json()["canary_seconds"] in (70, 71)
