"""The doctor names what is missing and the exact command, and never fails on what Holdfast can do without."""

import pytest

from qms import doctor
from qms.doctor import Need


def need(present: bool, *, needed_to_run: bool = False) -> Need:
    return Need("Pango", ("libpango-1.0-0",), "PDFs cannot be made", lambda: present, needed_to_run=needed_to_run)


def examine(monkeypatch: pytest.MonkeyPatch, *needs: Need, brief: bool = False) -> tuple[bool, list[str]]:
    told: list[str] = []
    monkeypatch.setattr(doctor, "NEEDS", needs)
    return doctor.examine(install=False, tests=False, brief=brief, tell=told.append), told


def test_it_names_what_is_lost_and_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine(monkeypatch, need(False)) == (
        True,
        [
            "Pango                    missing: PDFs cannot be made",
            "Install it as root:  apt-get install libpango-1.0-0",
        ],
    )


def test_it_says_no_when_nothing_can_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine(monkeypatch, need(False, needed_to_run=True))[0] is False


def test_a_healthy_machine_is_silent_when_asked_to_be_brief(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine(monkeypatch, need(True), brief=True) == (True, [])


def test_this_machine_can_run() -> None:
    assert doctor.main(["--brief"]) == 0
