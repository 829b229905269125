"""A new version is put in place while people work: nobody's request fails."""

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil
import pytest

from qms.embedded import runtime
from tests.faults.conftest import FULL, PACE, sized
from tests.faults.rig import free_port, running, until

CLIENTS = 4


class Visitor(threading.Thread):
    """Asks for a page and writes a remark, each over a fresh connection, as a proxy would."""

    def __init__(self, rig, port: int, number: int, ending: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.ending, self.answers = port, ending, []
        self.headers = {
            "Cookie": f"sessionid={rig.plant['writers'][number]['session']}; csrftoken={'c' * 32}",
            "X-CSRFToken": "c" * 32, "Content-Type": "application/json", "Connection": "close",
        }  # fmt: skip
        self.path = f"/api/v1/nonconformities/{rig.plant['record']}/"

    def run(self) -> None:
        while not self.ending.is_set():
            self.answers += [self.ask("GET", self.path), self.ask("POST", f"{self.path}comments/")]

    def ask(self, method: str, path: str) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request(method, path, json.dumps({"text": "rolling"}) if method == "POST" else None, self.headers)
            answer = link.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            link.close()


def master(folder: Path, known: set[int]) -> int | None:
    """The pid of a gunicorn master that is not among those known, once it has a worker."""
    for process in psutil.process_iter(["pid", "cmdline"]):
        command = process.info["cmdline"] or []
        if str(folder / "rolling.ctl") in " ".join(command) and process.pid not in known and process.children():
            return process.pid
    return None


@pytest.mark.xdist_group("faults")
@pytest.mark.skipif(not FULL, reason="in `make faults`")
def test_a_rolling_restart_fails_no_request(tmp_path, keep_result) -> None:
    """C4.99: a new master beside the old one, then SIGTERM to the old one, again and again, under load."""
    rolls = sized(2, 10)
    with running(tmp_path / "var", pace=PACE) as rig:
        port, ending = free_port(), threading.Event()
        child = runtime.web_child(rig.var, rig.environment, port=port)
        command = [part for part in child.command if part != "--control-socket" and not part.endswith("gunicorn.ctl")]
        command += ["--no-control-socket", "--pid", str(tmp_path / "rolling.ctl")]
        first = subprocess.Popen(command, env=rig.environment, cwd="/")
        try:
            until(lambda: master(tmp_path, set()), seconds=60)
            visitors = [Visitor(rig, port, number, ending) for number in range(CLIENTS)]
            until(lambda: visitors[0].ask("GET", visitors[0].path) == 200, seconds=60)
            for visitor in visitors:
                visitor.start()
            for _roll in range(rolls):
                _roll_over(tmp_path)
            time.sleep(2)
            ending.set()
            for visitor in visitors:
                visitor.join(60)
        finally:
            for process in psutil.process_iter(["cmdline"]):
                if str(tmp_path / "rolling.ctl") in " ".join(process.info["cmdline"] or []):
                    process.kill()
            first.wait(10)
        answers = [answer for visitor in visitors for answer in visitor.answers]
        written = rig.remarks("rolling")
    failed = [answer for answer in answers if answer not in (200, 201)]
    keep_result("rolling_restart", {"restarts": rolls, "requests": len(answers), "failed": len(failed)})
    assert failed == []
    assert written == sum(answer == 201 for answer in answers)


def _roll_over(folder: Path) -> None:
    old = int((folder / "rolling.ctl").read_text())
    os.kill(old, signal.SIGUSR2)
    new = until_found(folder, {old, *(child.pid for child in psutil.Process(old).children() if _serves(child))})
    time.sleep(2)
    os.kill(old, signal.SIGTERM)
    until(lambda: not psutil.pid_exists(old) or psutil.Process(old).status() == psutil.STATUS_ZOMBIE, seconds=60)
    until(lambda: (folder / "rolling.ctl").read_text().strip() == str(new), seconds=30)


def _serves(process: psutil.Process) -> bool:
    return not process.children()


def until_found(folder: Path, known: set[int]) -> int:
    until(lambda: master(folder, known), seconds=60)
    return int(master(folder, known) or 0)
