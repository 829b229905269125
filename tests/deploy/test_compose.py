"""The compose file: its shape, its secrets, and every command in it run for real with production settings."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
import yaml
from celery import Celery

from qms.embedded import binaries
from qms.embedded.home import open_home, remove_home
from qms.embedded.postgres import Cluster, open_cluster
from qms.embedded.valkey import Valkey, open_valkey
from tests.embedded.test_up import free_port
from tests.harness.servers import ROOT

COMMAND = {"type": "array", "items": {"type": "string"}, "minItems": 1}
CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
SHAPE = {
    "type": "object",
    "required": ["services", "volumes"],
    "properties": {
        "name": {"type": "string"},
        "volumes": {"type": "object"},
        "services": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["image"],
                "additionalProperties": False,
                "properties": {
                    "image": {"type": "string"},
                    "build": {"type": "string"},
                    "command": COMMAND,
                    "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
                    "environment": {"type": "object", "additionalProperties": {"type": "string"}},
                    "volumes": {"type": "array", "items": {"type": "string", "pattern": "^[^:]+:/[^:]+(:ro)?$"}},
                    "expose": {"type": "array", "items": {"type": "string"}},
                    "tmpfs": {"type": "array", "items": {"type": "string"}},
                    "read_only": {"type": "boolean"},
                    "security_opt": {"type": "array"},
                    "cap_drop": {"type": "array"},
                    "shm_size": {"type": "string"},
                    "stop_grace_period": {"type": "string"},
                    "depends_on": {
                        "type": "object",
                        "additionalProperties": {"properties": {"condition": {"enum": CONDITIONS}}},
                    },
                    "healthcheck": {
                        "type": "object",
                        "properties": {"test": COMMAND, "disable": {"type": "boolean"}},
                    },
                },
            },
        },
    },
}

PRODUCTION = {
    "HOLDFAST_SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-for-production-0123456789",
    "HOLDFAST_ALLOWED_HOSTS": "quality.example.com",
    "HOLDFAST_BASE_URL": "https://quality.example.com",
    "HOLDFAST_EMAIL_FROM": "quality@example.com",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def services(compose: dict[str, Any]) -> dict[str, Any]:
    return compose["services"]


def test_its_shape(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, SHAPE)
    assert set(services(compose)) == {"postgres", "redis", "migrate", "web", "worker", "beat", "sealer"}


def test_what_it_names_exists(compose: dict[str, Any]) -> None:
    for name, service in services(compose).items():
        assert set(service.get("depends_on", {})) <= set(services(compose)), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"]


def test_every_variable_is_explained_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= explained


def test_only_migrations_hold_the_owners_password(compose: dict[str, Any]) -> None:
    told = {name: str(service.get("environment", "")) for name, service in services(compose).items()}
    holders = {name for name, environment in told.items() if "OWNER_PASSWORD" in environment}
    assert holders == {"postgres", "migrate"}


def test_the_image_runs_what_compose_runs(compose: dict[str, Any]) -> None:
    text = (ROOT / "Dockerfile").read_text()
    last = [line for line in text.splitlines() if line.startswith("CMD ")][-1]
    assert yaml.safe_load(last.removeprefix("CMD ")) == services(compose)["web"]["command"]
    assert "\nUSER holdfast\n" in text


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Cluster, Valkey]]:
    """A cluster set up by the script of the container, and a broker."""
    home = open_home(tmp_path / "var")
    cluster, valkey = open_cluster(home, durable=False), open_valkey(home)
    cluster.start()
    valkey.start()
    try:
        create_database(cluster)
        yield cluster, valkey
    finally:
        valkey.stop()
        cluster.stop()
        remove_home(tmp_path / "var")


def create_database(cluster: Cluster) -> None:
    secrets = cluster.home.secrets()
    passwords = {f"{role.upper()}_PASSWORD": secrets[role] for role in ("owner", "app", "sealer", "reader")}
    subprocess.run(
        ["bash", ROOT / "deploy/create-database.sh"], check=True,
        env={
            "PATH": f"{binaries.postgres().folder}:{os.environ['PATH']}", "HOLDFAST_SQL": str(ROOT / "qms/embedded"),
            "POSTGRES_USER": "postgres", "PGHOST": str(cluster.home.sockets), "PGPASSWORD": secrets["postgres"],
            **passwords,
        },
    )  # fmt: skip


def environment(service: dict[str, Any], cluster: Cluster, valkey: Valkey) -> dict[str, str]:
    """What compose would set, with our servers instead of its own."""
    ours = {**cluster.urls("holdfast"), "REDIS_URL": valkey.url}
    kept = {name: value for name, value in service["environment"].items() if "${" not in value}
    known = {name: value for name, value in {**PRODUCTION, **ours}.items() if name in service["environment"]}
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **kept, **known, "C_FORCE_ROOT": "1"}


def wait_for(question: Callable[[], object], process: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if question():
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail("it did not come up")


def readiness(port: int) -> bytes:
    headers = {"X-Forwarded-Proto": "https", "Host": "quality.example.com"}
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers=headers)) as answer:
        return answer.read()


def test_every_command_works_in_production(
    compose: dict[str, Any], servers: tuple[Cluster, Valkey], tmp_path: Path
) -> None:
    cluster, valkey = servers
    port, log = free_port(), tmp_path / "beat.log"
    real = {"0.0.0.0:8000": f"127.0.0.1:{port}", "/tmp/gunicorn.ctl": os.path.relpath(tmp_path / "g.ctl", ROOT),
            "/tmp/beat-schedule": str(tmp_path / "beat-schedule")}  # fmt: skip

    def start(name: str) -> subprocess.Popen[bytes]:
        service = services(compose)[name]
        command = [real.get(part, part) for part in service["command"]]
        with open(tmp_path / f"{name}.log", "wb") as output:
            return subprocess.Popen(
                command, cwd=ROOT, env=environment(service, cluster, valkey), stdout=output, stderr=output
            )

    migrate = start("migrate")
    assert migrate.wait(180) == 0, (tmp_path / "migrate.log").read_text()
    with psycopg.connect(cluster.url("app", "holdfast").replace("postgres:", "postgresql:")) as connection:
        assert connection.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    running = {name: start(name) for name in ("web", "worker", "beat")}
    try:
        wait_for(lambda: readiness(port).startswith(b'{"database": true, "broker": true,'), running["web"])
        broker = Celery(broker=valkey.url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="))
        wait_for(lambda: broker.control.ping(timeout=1), running["worker"])
        wait_for(lambda: b"beat: Starting" in log.read_bytes(), running["beat"])
    finally:
        for process in running.values():
            process.terminate()
        ended = {name: process.wait(60) for name, process in running.items()}
    assert ended == {"web": 0, "worker": 0, "beat": 0}
