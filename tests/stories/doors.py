"""The same story through two doors: as people click through the pages, and as programs call the REST API.

Both speak of records by number and of verbs by name. `do` gives the status code; `open` the number of what was
made. A signed verb is shown first, then signed with the challenge of what was shown.
"""

import json
import re
from datetime import datetime
from typing import Any, Protocol

import time_machine
from django.test import Client
from django.utils import timezone

from jobs import services as jobs
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from people.models import User
from tests.cast import PASSWORD

CHALLENGE = re.compile(r'name="challenge" value="([\w-]{43})"')
ERRORS = re.compile(r'class="[^"]*(?:invalid-feedback|alert-danger)[^"]*"[^>]*>(.*?)</', re.DOTALL)


class Door(Protocol):
    def open(self, user: User, plural: str, **facts: Any) -> str: ...

    def do(self, user: User, record: str, verb: str, *, signed: bool = False, **facts: Any) -> int: ...

    def edit(self, user: User, record: str, **facts: Any) -> int: ...

    def made_by(self, user: User, record: str, verb: str, **facts: Any) -> str: ...

    def act(self, user: User, record: str, action: Any, verb: str, **facts: Any) -> int: ...

    def measure(self, user: User, metric: str, day: str, value: str, n: str = "1") -> int: ...

    def learn(self, user: User, assignment: Any, verb: str, *, signed: bool = False, **facts: Any) -> int: ...

    def answer_check(self, user: User, check: Any, **facts: Any) -> int: ...

    def reads(self, user: User, path: str) -> int: ...


class Pages:
    """People at the browser."""

    def __init__(self) -> None:
        self.said = ""

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def open(self, user: User, plural: str, **facts: Any) -> str:
        answer = self.client(user).post(f"/{plural}/new/", flat(facts))
        assert answer.status_code in (302, 303), errors(answer)
        return str(answer.headers["Location"]).rstrip("/").rsplit("/", 1)[-1]

    def do(self, user: User, record: str, verb: str, *, signed: bool = False, **facts: Any) -> int:
        return self._send(user, f"/{record}/do/{verb}/", signed, facts).status_code

    def edit(self, user: User, record: str, **facts: Any) -> int:
        return self.do(user, record, "edit", **facts)

    def act(self, user: User, record: str, action: Any, verb: str, **facts: Any) -> int:
        return self._send(user, f"/{record}/actions/{action.uuid}/{verb}/", False, facts).status_code

    def made_by(self, user: User, record: str, verb: str, **facts: Any) -> str:
        answer = self._send(user, f"/{record}/do/{verb}/", False, facts)
        assert answer.status_code in (302, 303), self.said
        return str(answer.headers["Location"]).rstrip("/").rsplit("/", 1)[-1]

    def measure(self, user: User, metric: str, day: str, value: str, n: str = "1") -> int:
        return self.do(user, f"metrics/{metric}", "record", observed_at=day, value=value, n=n)

    def learn(self, user: User, assignment: Any, verb: str, *, signed: bool = False, **facts: Any) -> int:
        return self._send(user, f"/training/assignments/{assignment.uuid}/{verb}/", signed, facts).status_code

    def answer_check(self, user: User, check: Any, **facts: Any) -> int:
        return self._send(user, f"/sustainment-checks/{check.uuid}/", False, facts).status_code

    def reads(self, user: User, path: str) -> int:
        return self.client(user).get(f"/{path}/").status_code

    def _send(self, user: User, url: str, signed: bool, facts: dict[str, Any]) -> Any:
        client = self.client(user)
        page = client.get(url)
        data = {**shown_version(page), **flat(facts)}
        if signed:
            found = CHALLENGE.search(page.content.decode())
            data |= {"username": user.username, "password": facts.get("password", PASSWORD)}
            data |= {"challenge": found.group(1) if found else ""}
        answer = client.post(url, data)
        self.said = errors(answer)
        return answer


class Rest:
    """Programs at the REST API; a person signs in one session, with user name and password again."""

    def __init__(self) -> None:
        self.said = ""
        self.clients: dict[int, Client] = {}

    def open(self, user: User, plural: str, **facts: Any) -> str:
        answer = self._call(user, "post", f"{plural}/", facts)
        assert answer.status_code == 201, self.said
        return str(answer.json()["number"])

    def do(self, user: User, record: str, verb: str, *, signed: bool = False, **facts: Any) -> int:
        return self._verb(user, record, verb, signed, facts).status_code

    def edit(self, user: User, record: str, **facts: Any) -> int:
        match = self._call(user, "get", f"{record}/").headers["ETag"]
        return self._call(user, "patch", f"{record}/", facts, match=match).status_code

    def act(self, user: User, record: str, action: Any, verb: str, **facts: Any) -> int:
        return self._call(user, "post", f"{record}/actions/{action.uuid}/{verb}/", facts, match="*").status_code

    def made_by(self, user: User, record: str, verb: str, **facts: Any) -> str:
        answer = self._verb(user, record, verb, False, facts)
        assert answer.status_code == 200, self.said
        return str(answer.json()["made"])

    def measure(self, user: User, metric: str, day: str, value: str, n: str = "1") -> int:
        body = {"metric": metric, "observed_at": day, "value": value, "n": n, "event_id": f"{metric} {day}"}
        return self._call(user, "post", "measurements/", body).status_code

    def learn(self, user: User, assignment: Any, verb: str, *, signed: bool = False, **facts: Any) -> int:
        path = f"assignments/{assignment.uuid}/"
        if signed:
            facts |= self._shown(user, f"{path}{verb}/")
        seen = self._call(user, "get", path).headers["ETag"]
        return self._call(user, "post", f"{path}{verb}/", facts, match=seen).status_code

    def answer_check(self, user: User, check: Any, **facts: Any) -> int:
        path = f"sustainment-checks/{check.uuid}/"
        seen = self._call(user, "get", path).headers["ETag"]
        return self._call(user, "post", f"{path}answer/", facts, match=seen).status_code

    def reads(self, user: User, path: str) -> int:
        return self._call(user, "get", f"{path}/").status_code

    def _verb(self, user: User, record: str, verb: str, signed: bool, facts: dict[str, Any]) -> Any:
        seen = self._call(user, "get", f"{record}/")
        if signed:
            facts = {**self._shown(user, f"{record}/{verb}/"), **facts}
        return self._call(user, "post", f"{record}/{verb}/", facts, match=seen.headers.get("ETag", "*"))

    def _shown(self, user: User, path: str) -> dict[str, str]:
        """What a person sends after reading: user name and password again, and the challenge of what was shown."""
        shown = self._call(user, "post", f"{path}challenge/", {}).json()
        return {"username": user.username, "password": PASSWORD, "challenge": shown.get("challenge", "none")}

    def _call(self, user: User, method: str, path: str, body: Any = None, match: str = "") -> Any:
        client = self.clients.setdefault(user.pk, Client())
        client.force_login(user)  # stays in the session that is still good
        headers = {"If-Match": match} if match else {}
        url = f"/api/v1/{path}"
        if method == "get":
            answer = client.get(url, headers=headers)
        else:
            data = json.dumps(body, default=str)
            answer = getattr(client, method)(url, data, content_type="application/json", headers=headers)
        self.said = answer.content.decode()[:2000]
        return answer


def flat(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as a page posts them: repeating rows with a prefix each."""
    data: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            data[f"{name}-count"] = len(value)
            for number, row in enumerate(value):
                data |= {f"{name}-{number}-{key}": entered(one) for key, one in row.items()}
        else:
            data[name] = entered(value)
    return data


def entered(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return [str(one) for one in value] if isinstance(value, list) else value


def shown_version(page: Any) -> dict[str, str]:
    found = re.search(r'name="version" value="(\d+)"', page.content.decode())
    return {"version": found.group(1)} if found else {}


def errors(answer: Any) -> str:
    text = answer.content.decode()
    form = (answer.context or {}).get("form") if answer.status_code == 422 else None
    if form is not None:
        return f"422 {dict(form.errors)}"
    return f"{answer.status_code} " + " | ".join(re.sub(r"<[^>]+>", "", part).strip() for part in ERRORS.findall(text))


def night() -> None:
    """A beat of the clock: periodic jobs that are due, and then everything that waits."""
    jobs.tick(at=timezone.now())
    while jobs_run():
        pass


def jobs_run() -> int:
    """What the workers would do now: every message that waits. Gives how many did something."""
    waiting = OutboxMessage.objects.filter(done_at=None, parked_at=None).values_list("id", flat=True)
    return sum(deliver(key) for key in list(waiting))


class at:  # noqa: N801 - reads as a sentence: with at(day)
    """The time of the story, for the pages, the services and the jobs alike."""

    def __init__(self, moment: datetime) -> None:
        self.traveller = time_machine.travel(moment, tick=False)

    def __enter__(self) -> None:
        self.traveller.start()

    def __exit__(self, *_: Any) -> None:
        self.traveller.stop()
