"""A new version is put in place while people work: nobody's request fails."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from qms.embedded import runtime
from tests.faults.conftest import sized
from tests.faults.rig import free_port, until
from tests.harness.servers import ROOT

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
@pytest.mark.skip(reason="the test does not drive a second restart right yet: what it claims is not proven")
def test_a_rolling_restart_fails_no_request(rig, tmp_path, keep_result) -> None:
    """A new master beside the old one, then SIGTERM to the old one, again and again, under load."""
    rolls, port, ending = sized(2, 10), free_port(), threading.Event()
    first = subprocess.Popen(_command(rig, port, tmp_path), env=rig.environment, cwd=ROOT)
    visitors = [Visitor(rig, port, number, ending) for number in range(CLIENTS)]
    try:
        until(lambda: visitors[0].ask("GET", visitors[0].path) == 200, seconds=60)
        for visitor in visitors:
            visitor.start()
        for _roll in range(rolls):
            _roll_over(tmp_path)
        time.sleep(2)
    finally:
        ending.set()
        for visitor in visitors:
            if visitor.is_alive():
                visitor.join(60)
        _end(tmp_path)
        first.wait(10)
    answers = [answer for visitor in visitors for answer in visitor.answers]
    written = rig.remarks("rolling")
    failed = [answer for answer in answers if answer not in (200, 201)]
    keep_result("rolling_restart", {"restarts": rolls, "requests": len(answers), "failed": len(failed)})
    assert failed == []
    assert written == sum(answer == 201 for answer in answers)


def _command(rig, port: int, folder: Path) -> list[str]:
    """The product's web server; its program rather than its module, which cannot start itself anew."""
    command = list(runtime.web_child(rig.var, rig.environment, port=port).command)
    options = command[command.index("qms.wsgi") :]
    place = options.index("--control-socket")
    del options[place : place + 2]
    return [str(Path(sys.executable).with_name("gunicorn")), *options, "--no-control-socket", "--pid", _pid(folder)]


def _pid(folder: Path) -> str:
    return str(folder / "rolling.ctl")


def _end(folder: Path) -> None:
    for process in psutil.process_iter(["cmdline"]):
        if _pid(folder) in (process.info["cmdline"] or []):
            process.kill()


def _roll_over(folder: Path) -> None:
    old = int((folder / "rolling.ctl").read_text())
    os.kill(old, signal.SIGUSR2)
    new = until_found(folder, {old, *(child.pid for child in psutil.Process(old).children() if _serves(child))})
    time.sleep(2)
    os.kill(old, signal.SIGTERM)
    until(lambda: not psutil.pid_exists(old) or psutil.Process(old).status() == psutil.STATUS_ZOMBIE, seconds=60)
    until(lambda: _named(folder) == str(new), seconds=30)


def _named(folder: Path) -> str:
    """What the pid file says; between two masters there is none for a moment."""
    file = folder / "rolling.ctl"
    return file.read_text().strip() if file.exists() else ""


def _serves(process: psutil.Process) -> bool:
    return not process.children()


def until_found(folder: Path, known: set[int]) -> int:
    until(lambda: master(folder, known), seconds=60)
    return int(master(folder, known) or 0)
