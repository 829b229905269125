"""A complaint, and a CAPA that can be driven to any of its states."""

from collections.abc import Callable
from typing import Any

import pytest

from capa import services as capas
from capa.models import Capa, Nonconformity
from capa.states import CapaStatus, CauseState, Leg, NonconformityStatus, Topic
from records import services as records
from tests.cast import in_days, signing, today


@pytest.fixture
def complaint(munich, grinding, olga) -> Nonconformity:
    return capas.raise_nonconformity(
        by=olga, site=munich, title="Rings too wide", description="12 of 200 rings do not fit.", process=grinding,
        detected_on=today(), source="complaint", customer="Bearing AG", reply_due=in_days(10), lot="L-7", quantity=200,
    )  # fmt: skip


@pytest.fixture
def capa(munich, grinding, olga) -> Capa:
    return capas.open_capa(by=olga, site=munich, title="Rings too wide", problem="6 % scrap.", process=grinding)


def drive_complaint(record: Nonconformity, status: str, *, by: Any) -> Nonconformity:
    """Bring a nonconformity to a state through its services."""
    steps: dict[str, Callable[[], Any]] = {
        NonconformityStatus.CONTAINED: lambda: capas.contain_nonconformity(record, by=by, containment="Blocked."),
        NonconformityStatus.EVALUATED: lambda: capas.evaluate(record, by=by, evaluation="Once", needs_capa=False),
        NonconformityStatus.DISPOSITIONED: lambda: capas.dispose(
            record, by=by, disposition="scrap", disposition_note="Axel"
        ),
    }
    for reached, step in steps.items():
        if record.status == status:
            break
        step()
        assert record.status == reached
    return record


def drive(capa: Capa, status: str, *, by: Any, verifier: Any = None) -> Capa:
    """Bring a CAPA to a state through its services."""
    steps: tuple[tuple[str, Callable[[], Any]], ...] = (
        (CapaStatus.CONTAINED, lambda: capas.contain(capa, by=by, correction="Sorted", containment="100 % check")),
        (CapaStatus.CAUSE_FOUND, lambda: _find(capa, by)),
        (CapaStatus.PLANNED, lambda: _plan(capa, by)),
        (CapaStatus.DONE, lambda: _do(capa, by)),
        (CapaStatus.AWAITING_EFFECTIVENESS, lambda: _check(capa, by)),
        (CapaStatus.CLOSED_EFFECTIVE, lambda: _close(capa, verifier)),
    )
    for reached, step in steps:
        if capa.status == status:
            break
        step()
        assert capa.status == reached
    return capa


def _find(capa: Capa, by: Any) -> None:
    capas.add_cause(
        capa, by=by, statement="The dresser is worn", leg=Leg.MADE, proof="Measured 40 µm",
        verdict=CauseState.CONFIRMED, is_root=True,
    )  # fmt: skip
    capas.find_cause(capa, by=by)


def _plan(capa: Capa, by: Any) -> None:
    records.add_action(capa, what="Change it every 500 rings", who=by, due=in_days(5), by=by, topic=Topic.CORRECTIVE)
    capas.plan(capa, by=by, read_across="Line 2 has the same dresser")


def _do(capa: Capa, by: Any) -> None:
    for action in capa.actions.filter(status="open"):
        records.finish_action(action, by=by, result="Done")
    capas.complete(capa, by=by, risks_changed=False, qms_changed=False)


def _check(capa: Capa, by: Any) -> None:
    capas.start_check(capa, by=by, criterion="No wide ring in 30 days", due=in_days(30))


def _close(capa: Capa, verifier: Any) -> None:
    capas.close(
        capa,
        by=verifier,
        signing=signing(capa, verifier, "verified"),
        conclusion="30 days without a wide ring, seen in the log.",
    )
