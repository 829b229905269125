"""`manage.py up` as a person at the terminal sees it: pages, then one signal, then nothing left."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from qms.embedded.home import remove_home
from tests.harness.servers import ROOT


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    remove_home(tmp_path / "var")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def up(var: Path, port: int) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "up", "--no-demo", "--port", str(port)], cwd=ROOT, text=True,
        env={**environment, "HOLDFAST_VAR": str(var)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def wait_until_it_greets(process: subprocess.Popen[str], port: int) -> str:
    """All that was told up to the greeting, which comes a little after the first page is served."""
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if f"Holdfast serves http://127.0.0.1:{port}" in line:
            return "".join(told)
    pytest.fail(f"it ends without a greeting: {''.join(told)}")


def wait_until_it_serves(process: subprocess.Popen[str], port: int, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                assert answer.read().startswith(b'{"database": true, "broker": true, "canary_seconds": ')
                return
        except OSError:  # refused, reset, or a machine too busy to answer in time
            time.sleep(0.2)
    process.kill()
    pytest.fail(f"it does not serve: {process.communicate()[0]}")


def test_up_serves_and_ends_everything_on_one_signal(var: Path) -> None:
    port = free_port()
    for ending in (signal.SIGINT, signal.SIGTERM):  # the second start finds the first one's data
        process = up(var, port)
        told = wait_until_it_greets(process, port)
        wait_until_it_serves(process, port, seconds=120)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(ending)
        told += process.communicate(timeout=60)[0]
        assert process.returncode == 0, told
        assert not psutil.wait_procs(children, timeout=5)[1]
        assert not (var / "run.json").exists()


def test_a_taken_port_is_told(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = up(var, port).communicate(timeout=60)[0]
    assert f"Port {port} is taken: choose another with --port." in told
