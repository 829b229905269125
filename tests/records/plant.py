"""One of every thing that has a machine, with the least that its table asks for."""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from documents.models import DocumentType
from evidence.context import clock
from people.models import JobRole, Process, Site, User
from records import services as records
from records.models import Record, Signature
from records.states import Machine, Transition
from tests.cast import fresh, in_days, signing, today
from training.states import ACKNOWLEDGE, CONFIRM


def models() -> list[type[Any]]:
    """Every model that has a machine: records and lines alike."""
    found = [model for model in apps.get_models() if isinstance(getattr(model, "machine", None), Machine)]
    own = [model for model in found if not model.__name__.startswith("Historical")]
    return sorted(own, key=lambda model: model.__name__)


class Plant:
    """Makes each kind once, and the others that it needs."""

    def __init__(self, site: Site, process: Process, user: User) -> None:
        self.site, self.process, self.user = site, process, user
        self.known: dict[str, Any] = {}

    def one(self, name: str) -> Any:
        if name not in self.known:
            model = next(model for model in models() if model.__name__ == name)
            self.known[name] = self._open(model) if issubclass(model, Record) else self._line(model)
        return self.known[name]

    def _open(self, model: type[Record]) -> Record:
        facts = FACTS[model.__name__](self)
        number = {"number": f"{self.site.code}-T-1"} if model.__name__ == "Revision" else {}
        return records.open_record(
            model, by=self.user, site=self.site, title="One of its kind", process=self.process, **number, **facts
        )

    def _line(self, model: type[Any]) -> Any:
        return model._base_manager.create(**FACTS[model.__name__](self))

    def signature(self, subject: Any, arrow: Transition) -> Signature:
        """Given for that arrow of the subject; a line of a record is signed for on a CAPA."""
        record = subject if isinstance(subject, Record) else self.one("Capa")
        shown = signing(record, self.user, arrow.meaning)
        return records.sign(record, by=self.user, transition=arrow, subject=subject, signing=shown)

    def role(self) -> JobRole:
        return JobRole.objects.get_or_create(site=self.site, code="ROLE", defaults={"name": "Role"})[0]

    def checklist(self) -> Any:
        model = apps.get_model("audits.Checklist")
        return model.objects.get_or_create(site=self.site, name="Any", type="internal")[0]

    def beside(self, subject: Any, state: str) -> dict[str, Any]:
        """What the database asks for in a state, besides the state."""
        if type(subject).__name__ == "Assignment" and state == "passed":
            return {"completed_at": clock(), "signature": self.signature(subject, ACKNOWLEDGE)}
        if type(subject).__name__ == "Observation" and state in ("kept", "not-kept"):
            seen = {"works_to_standard": True, "key_points_kept": True, "observed_at": clock()}
            return {**seen, "signature": self.signature(subject, CONFIRM)}
        return {}

    def put(self, subject: Any, state: str) -> Any:
        """Set a state as no service may: a test begins there."""
        model = type(subject)
        facts = self.beside(subject, state)
        model._base_manager.filter(pk=subject.pk).update(status=state, **facts)
        return fresh(subject)


FACTS: dict[str, Callable[[Plant], dict[str, Any]]] = {
    "Action": lambda p: {
        "record_id": p.one("Capa").pk, "what": "Do it", "who": p.user, "due": in_days(3), "opened_at": clock(),
    },
    "Approval": lambda p: {
        "revision": p.one("Revision"), "round": 1, "stage": 1, "task": "approve", "whom": "Anybody", "asked": p.user,
    },
    "Assignment": lambda p: {
        "person": p.user, "requirement": p.one("Requirement"), "revision": p.one("Revision"), "reason": "new-revision",
        "due": in_days(3), "assigned_at": clock(),
    },
    "Audit": lambda p: {"type": "internal", "checklist": p.checklist(), "planned_on": today()},
    "Capa": lambda p: {"problem": "p", "due": in_days(30)},
    "Distribution": lambda p: {
        "revision": p.one("Revision"), "no": 1, "place": "Cell 3", "holder": p.user, "given_by": p.user,
        "given_at": clock(),
    },
    "ChangeRequest": lambda p: {"raised_by": p.user, "reason": "r"},
    "Course": lambda p: {},
    "Curriculum": lambda p: {"job_role": p.role()},
    "Document": lambda p: {"type": DocumentType.objects.get_or_create(code="XX", defaults={"name": "Test"})[0]},
    "Finding": lambda p: {
        "audit": p.one("Audit"), "grade": "minor", "requirement": "r", "evidence": "e", "gap": "g",
        "response_due": in_days(30),
    },
    "Gain": lambda p: {"event": p.one("KaizenEvent"), "metric": p.one("Metric"), "since": today()},
    "Gauge": lambda p: {"sort": "s"},
    "Idea": lambda p: {"description": "d"},
    "KaizenEvent": lambda p: {
        "problem": "p", "sponsor": p.user, "line_manager": p.user, "starts_on": today(), "ends_on": in_days(3),
    },
    "Lesson": lambda p: {"document": p.one("Document"), "held_on": today()},
    "Metric": lambda p: {"direction": "lower"},
    "Nonconformity": lambda p: {"description": "d", "detected_on": today()},
    "Objective": lambda p: {"what": "w", "due": in_days(30)},
    "Observation": lambda p: {
        "assignment": p.one("Assignment"), "observer": p.user, "due": in_days(3), "opened_at": clock(),
    },
    "Remark": lambda p: {"revision": p.one("Revision"), "text": "t", "author": p.user, "at": clock()},
    "Requirement": lambda p: {"document": p.one("Document"), "job_role": p.role()},
    "TrailReview": lambda p: {"since": today(), "until": today(), "entries": 1, "last_entry": 1},
    "Review": lambda p: {"period_from": in_days(-90), "period_to": today(), "planned_for": today()},
    "Revision": lambda p: {"document": p.one("Document"), "no": 1},
    "Signal": lambda p: {"metric": p.one("Metric"), "alarm": "spike", "raised_period": 1, "onset": today()},
    "Skill": lambda p: {"short": "SK"},
    "SustainmentCheck": lambda p: {"gain": p.one("Gain"), "day": 30, "due": in_days(30)},
    "Watch": lambda p: {
        "metric": p.one("Metric"), "protects_id": p.one("Metric").pk, "before_start": in_days(-90),
        "before_end": in_days(-30), "after_start": in_days(-29),
    },
}  # fmt: skip
