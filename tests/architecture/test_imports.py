"""import-linter's contracts hold, and each of them catches a deliberate violation."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.house import APPS, ROOT

PLANTED = {
    "Apps stack one way": ("people/services.py", "import reviews.apps"),
    "The domain knows no REST framework, no PDF engine and no Celery": ("people/selectors.py", "import celery"),
    "Pure cores know neither Django nor the database": ("metrics/spc/planted.py", "import django.db"),
    **{f"Rooms of {app}": (f"{app}/utils.py", "") for app in APPS},
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for app in [*APPS, "qms"]:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    return tmp_path


def test_the_house_keeps_its_contracts() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


def test_each_contract_catches_a_violation(copy: Path) -> None:
    for name, line in PLANTED.values():
        with open(copy / name, "a") as file:
            file.write(f"\n{line}\n")
    answer = lint(copy)
    broken = {name for name in PLANTED if f"{name} BROKEN" in answer.stdout or f"\n{name}\n---" in answer.stdout}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert answer.returncode == 1
    assert broken == set(PLANTED) == {contract["name"] for contract in contracts}
