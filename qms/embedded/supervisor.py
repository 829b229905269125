"""Keeps a handful of programs running as one: prefixed logs, restarts with back-off, ordered stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

SHORTEST_WAIT, LONGEST_WAIT = 1.0, 30.0
HEALTHY_AFTER = 30.0  # seconds after which an end counts as the first one again


@dataclass
class Child:
    """A program to keep running. `prepare` runs before each start, `ready` blocks until it serves.

    `is_well(seconds)` is asked again and again with how long it has run; one that is not well is started anew.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    spawn: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    ready: Callable[[subprocess.Popen[bytes]], None] = lambda process: None
    is_well: Callable[[float], bool] = lambda running: True
    stop_signal: int = signal.SIGTERM
    patience: float = 20.0

    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = SHORTEST_WAIT
    retry_at: float = 0.0

    def start(self, output: IO[str]) -> None:
        """Start the program in a process group of its own, so that Ctrl-C reaches only us."""
        self.prepare()
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, process_group=0, cwd="/" if self.spawn else None, **self.spawn,
        )  # fmt: skip
        self.started = time.monotonic()
        threading.Thread(target=self._relay, args=(self.process, output), daemon=True).start()
        self.ready(self.process)

    def stop(self) -> None:
        """Ask the program to end, and kill its whole group when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.kill_group()
            self.process.wait()

    def kill_group(self) -> None:
        """Kill whatever runs in the program's group, also after its own end: a worker that died leaves its clock."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def plan_restart(self) -> None:
        """Wait twice as long after each quick death."""
        quick = time.monotonic() - self.started < HEALTHY_AFTER
        self.wait = min(self.wait * 2, LONGEST_WAIT) if quick else SHORTEST_WAIT
        self.retry_at = time.monotonic() + self.wait

    def _relay(self, process: subprocess.Popen[bytes], output: IO[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            print(f"{self.name:>8} | {line.decode(errors='replace').rstrip()}", file=output, flush=True)


class Supervisor:
    """Starts children in order, keeps them running, and stops them in the opposite order."""

    def __init__(self, *, output: IO[str] = sys.stdout) -> None:
        self.output = output
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def add(self, child: Child) -> None:
        """Start one more child and take care of it from now on."""
        self.children.append(child)
        child.start(self.output)

    def run(self) -> None:
        """Watch over the children until `stopping` is set."""
        while not self.stopping.wait(0.5):
            for child in self.children:
                self._look_after(child)

    def stop(self) -> None:
        """Stop every child, the last started first."""
        self.stopping.set()
        while self.children:
            self.children.pop().stop()

    def _look_after(self, child: Child) -> None:
        if child.process is not None and child.process.poll() is not None:
            child.kill_group()
            code, child.process = child.process.returncode, None
            child.plan_restart()
            self._say(f"{child.name} ended (exit code {code}); starting it again in {child.wait:.0f} s")
        elif child.process is not None and not child.is_well(time.monotonic() - child.started):
            self._say(f"{child.name} does not work although it runs; starting it again")
            child.stop()
            child.process, child.retry_at = None, 0.0
        if child.process is None and time.monotonic() >= child.retry_at:
            self._start_again(child)

    def _start_again(self, child: Child) -> None:
        try:
            child.start(self.output)
        except (OSError, RuntimeError) as failure:
            self._say(f"{child.name} did not start: {failure}")
            child.stop()
            child.process = None
            child.plan_restart()

    def _say(self, sentence: str) -> None:
        print(f"holdfast | {sentence}", file=self.output, flush=True)
