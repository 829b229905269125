"""Settings come from the environment, and production refuses what is safe only on a developer's machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.servers import ROOT

SAFE = {
    "HOLDFAST_ENV": "production",
    "HOLDFAST_DEMO": "false",
    "HOLDFAST_SECRET_KEY": "k" * 50,
    "HOLDFAST_ALLOWED_HOSTS": "quality.example.com",
    "HOLDFAST_BASE_URL": "https://quality.example.com",
    "DATABASE_URL": "postgres://qms_app@db/holdfast",
    "REDIS_URL": "redis://redis/0",
}
REFUSED = {
    "HOLDFAST_SECRET_KEY": ("", "HOLDFAST_SECRET_KEY must be set"),
    "HOLDFAST_DEBUG": ("true", "HOLDFAST_DEBUG must be off"),
    "HOLDFAST_ALLOWED_HOSTS": ("*", "HOLDFAST_ALLOWED_HOSTS must name"),
    "HOLDFAST_DEMO": ("true", "HOLDFAST_DEMO must be false"),
    "DATABASE_URL": (None, "DATABASE_URL must be set"),
    "REDIS_URL": (None, "REDIS_URL must be set"),
    "HOLDFAST_BASE_URL": (None, "HOLDFAST_BASE_URL must be set"),
    "HOLDFAST_OIDC_SERVER": ("http://id.example.com", "HOLDFAST_OIDC_SERVER must be an https address"),
    "HOLDFAST_SAML_METADATA_URL": ("http://id.example.com", "HOLDFAST_SAML_METADATA_URL must be an https address"),
}


def ask(expression: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Evaluate an expression about `settings` in a process that has only this environment."""
    code = f"from django.conf import settings; print({expression})"
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "qms.settings", "HOLDFAST_VAR": "/nonexistent"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**bare, **environment}, capture_output=True, text=True, check=False
    )


def test_production_starts_on_safe_settings() -> None:
    answer = ask("settings.DEBUG, settings.SESSION_COOKIE_SECURE", SAFE)
    assert answer.stdout == "False True\n", answer.stderr


@pytest.mark.parametrize("name", REFUSED)
def test_production_refuses_insecure_settings(name: str) -> None:
    value, sentence = REFUSED[name]
    more = {"HOLDFAST_OIDC_CLIENT_ID": "x", "HOLDFAST_OIDC_CLIENT_SECRET": "x"}
    environment = {**SAFE, **more, name: value} if value is not None else {k: v for k, v in SAFE.items() if k != name}
    answer = ask("settings.DEBUG", environment)
    assert answer.returncode == 1
    assert sentence in answer.stderr


def test_development_starts_on_nothing() -> None:
    assert ask("settings.DEBUG", {}).stdout == "False\n"


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 60)
    environment = {name: value for name, value in SAFE.items() if name != "HOLDFAST_SECRET_KEY"}
    answer = ask("settings.SECRET_KEY", {**environment, "HOLDFAST_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert answer.stdout == "f" * 60 + "\n", answer.stderr


def test_a_database_may_be_named_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgres://qms_app@elsewhere/holdfast")
    answer = ask("settings.DATABASES['default']['HOST']", {"DATABASE_URL_FILE": str(tmp_path / "url")})
    assert answer.stdout == "elsewhere\n", answer.stderr


def test_the_owner_is_an_alias_of_its_own() -> None:
    environment = {"DATABASE_OWNER_URL": "postgres://qms_owner@db/holdfast"}
    assert ask("sorted(settings.DATABASES)", environment).stdout == "['default', 'owner']\n"


def test_scripts_come_from_ourselves_only() -> None:
    answer = ask("settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['script-src']", {})
    assert answer.stdout == "[\"'self'\"]\n"


def test_every_setting_is_in_the_example() -> None:
    used = {
        name
        for path in (ROOT / "qms/settings").glob("*.py")
        for name in re.findall(r"\"((?:HOLDFAST|DATABASE|REDIS)_[A-Z_]+)\"", path.read_text())
    }
    example = (ROOT / ".env.example").read_text()
    assert [name for name in sorted(used) if f"{name.removesuffix('_FILE')}=" not in example] == []
