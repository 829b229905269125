"""Clients that write without pause and keep, each in a fsynced log of its own, what was acknowledged.

Each request carries a key of its own, which is also in what it writes. A request without an answer is sent again
under the same key, or given up: then it may be there once, whole, or not at all.
"""

import http.client
import json
import os
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.rig import Rig

KINDS = ("measure",) * 7 + ("batch",) * 2 + ("raise",) * 3 + ("comment",) * 4 + ("action",) * 2 + ("edit",) * 2
CSRF = "c" * 32
OK = (200, 201)
ROWS = 3  # of a batch
GIVES_UP = 0.3  # how often a request without an answer is left alone


@dataclass
class Load:
    """All clients of a run, and what they were told."""

    rig: Rig
    folder: Path
    wanted: int
    acknowledged: int = 0
    refused: list[str] = field(default_factory=list)
    acks: list[tuple[float, float]] = field(default_factory=list)  # (begun, answered)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)  # there is nothing more to survive

    def start(self) -> None:
        self.folder.mkdir()
        self.clients = [Client(self, number, who) for number, who in enumerate(self.rig.plant["writers"])]
        for client in self.clients:
            client.start()

    def join(self) -> None:
        for client in self.clients:
            client.join(120)

    @property
    def is_done(self) -> bool:
        return self.stopping.is_set() or (self.may_end.is_set() and self.acknowledged >= self.wanted)

    def note(self, begun: float) -> None:
        with self.lock:
            self.acknowledged += 1
            self.acks.append((begun, time.monotonic()))

    def recovered_after(self, moment: float) -> float | None:
        """Seconds from `moment` to the first answer to a request that began after it."""
        with self.lock:
            later = [answered for begun, answered in self.acks[-400:] if begun > moment]
        return min(later) - moment if later else None

    def log(self, name: str) -> list[dict[str, Any]]:
        files = self.folder.glob(f"{name}-*.jsonl")
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


class Client(threading.Thread):
    """One person at the API. Logs `sent` before and `told` after each request."""

    def __init__(self, load: Load, number: int, who: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.load, self.session, self.random = load, who["session"], random.Random(number)
        self.logs = {name: open(load.folder / f"{name}-{number}.jsonl", "w") for name in ("sent", "told")}
        self.own = ""  # a nonconformity that this client alone edits
        self.tag = ""
        self.link: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self.load.is_done:
            kind = self.random.choice(KINDS) if self.own else "raise"
            self.write(kind, str(uuid.UUID(int=self.random.getrandbits(128), version=4)))

    def keep(self, log: str, entry: dict[str, Any]) -> None:
        file = self.logs[log]
        file.write(json.dumps(entry) + "\n")
        file.flush()
        os.fsync(file.fileno())

    def write(self, kind: str, key: str) -> None:
        method, path, body, headers = self.request_of(kind, key)
        self.keep("sent", {"kind": kind, "key": key})
        while not self.load.stopping.is_set():
            begun = time.monotonic()
            status, answer, tag = self.send(method, path, body, {**headers, "Idempotency-Key": key})
            if status in OK:
                self.keep("told", {"kind": kind, "key": key, **self.learn(kind, answer, tag)})
                return self.load.note(begun)
            if status and status not in (409, 503):  # 409: its twin is still at it
                if status != 412:  # what it gave up was done after it had looked
                    self.load.refused.append(f"{kind} {status} {answer}")
                return self.look()
            if self.random.random() < GIVES_UP:
                return self.look()
            time.sleep(0.1 + self.random.random() * 0.3)
        return None

    def request_of(self, kind: str, key: str) -> tuple[str, str, Any, dict[str, str]]:
        record = f"nonconformities/{self.load.rig.plant['record']}"
        row = {"metric": self.load.rig.plant["metric"], "observed_at": "2026-03-02", "value": "5.25"}
        if kind == "measure":
            return "POST", "measurements/", {**row, "event_id": key}, {}
        if kind == "batch":
            return "POST", "measurements/", [{**row, "event_id": f"{key}:{n}"} for n in range(ROWS)], {}
        if kind == "comment":
            return "POST", f"{record}/comments/", {"text": key}, {}
        if kind == "action":
            return "POST", f"{record}/actions/", {"what": key, "who": "boss", "due": "2099-01-01"}, {}
        if kind == "edit":
            return "PATCH", f"nonconformities/{self.own}/", {"title": key}, {"If-Match": self.tag}
        facts = {"site": "MUC", "title": key, "description": "It broke.", "detected_on": "2026-03-02"}
        return "POST", "nonconformities/", facts, {}

    def learn(self, kind: str, answer: dict[str, Any], tag: str) -> dict[str, Any]:
        if kind == "raise":
            self.own, self.tag = self.own or answer["number"], self.tag or tag
            return {"number": answer["number"]}
        if kind == "edit":
            self.tag = tag
        return {}

    def look(self) -> None:
        """After a doubt: read the own record again, so that the next edit names its present version."""
        for _attempt in range(100):
            if not self.own or self.load.stopping.is_set():
                return
            status, _body, tag = self.send("GET", f"nonconformities/{self.own}/", None, {})
            if status == 200:
                self.tag = tag
                return
            time.sleep(0.3)

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, str]:
        """Status, body and ETag; status 0 when there was no answer."""
        who = {"Authorization": f"Token {self.load.rig.plant['token']}"} if path == "measurements/" else self.person()
        try:
            link = self.link or http.client.HTTPConnection("127.0.0.1", self.load.rig.port, timeout=20)
            self.link = link
            data = None if body is None else json.dumps(body)
            link.request(method, f"/api/v1/{path}", data, {"Content-Type": "application/json", **who, **headers})
            answer = link.getresponse()
            text = answer.read()
            return answer.status, json.loads(text or b"null"), answer.headers.get("ETag", "")
        except (OSError, http.client.HTTPException, ValueError):
            if self.link is not None:
                self.link.close()
            self.link = None
            return 0, None, ""

    def person(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
