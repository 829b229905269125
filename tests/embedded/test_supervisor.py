"""The supervisor keeps programs running and stops them in order."""

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import psutil
import pytest

from qms.embedded import supervisor
from qms.embedded.supervisor import Child, Supervisor

SLEEP = [sys.executable, "-uc", "import time; print('up'); time.sleep(60)"]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "SHORTEST_WAIT", 0.1)
    running = Supervisor(output=io.StringIO())
    yield running
    running.stop()


def test_lines_carry_the_name_of_their_program(running: Supervisor) -> None:
    running.add(Child("web", SLEEP))
    wait_for(lambda: "     web | up\n" in running.output.getvalue())


def test_a_dead_child_is_started_again_and_said_to_be(running: Supervisor) -> None:
    child = Child("web", SLEEP, wait=0.1)
    running.add(child)
    first = child.process.pid
    watcher = threading.Thread(target=running.run)
    watcher.start()
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: child.process is not None and child.process.pid != first)
    running.stopping.set()
    watcher.join()
    assert "web ended (exit code -9); starting it again" in running.output.getvalue()


def test_what_a_dead_child_left_running_does_not_run_beside_its_successor(running: Supervisor) -> None:
    """A worker that was killed left its clock behind, and each restart added one more."""
    mother = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid); time.sleep(60)"
    child = Child("worker", [sys.executable, "-uc", mother], wait=0.1)
    running.add(child)
    wait_for(lambda: "worker | " in running.output.getvalue())
    left = psutil.Process(int(running.output.getvalue().split()[-1]))
    os.kill(child.process.pid, signal.SIGKILL)
    watcher = threading.Thread(target=running.run)
    watcher.start()
    wait_for(lambda: not left.is_running() or left.status() == psutil.STATUS_ZOMBIE)
    running.stopping.set()
    watcher.join()


def test_quick_deaths_wait_longer_each_time() -> None:
    child = Child("web", SLEEP, started=time.monotonic())
    waits = []
    for _ in range(6):
        child.plan_restart()
        waits.append(child.wait)
    assert waits == [2, 4, 8, 16, 30, 30]


def test_children_are_stopped_in_the_opposite_order(running: Supervisor) -> None:
    stopped = []
    for name in ("postgres", "valkey", "web"):
        child = Child(name, SLEEP)
        running.add(child)
        end = child.stop
        child.stop = lambda name=name, end=end: (stopped.append(name), end())
    running.stop()
    assert stopped == ["web", "valkey", "postgres"]


def test_a_child_that_will_not_end_is_killed() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    output = io.StringIO()
    child = Child("web", [sys.executable, "-c", deaf], patience=0.2)
    child.start(output)
    wait_for(lambda: "up" in output.getvalue())
    child.stop()
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
