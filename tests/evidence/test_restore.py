"""A dump restored by the written procedure is whole, and goes on."""

import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from evidence.ledger import verifying
from tests.harness.servers import Handle


@pytest.fixture
def restored(harness: Handle, sealed: Any, committed_db: str, tmp_path: Path):
    """The name of a database that was restored from a dump of the small plant."""
    cluster, name, dump = harness.cluster, f"restored_{committed_db}", tmp_path / "holdfast.dump"
    programs, environment = cluster.programs.folder, cluster.environment()
    cluster.drop_database(name)
    subprocess.run(
        [programs / "pg_dump", "--format=custom", "--file", dump, cluster.url("owner", committed_db)],
        check=True, env=environment,
    )  # fmt: skip
    cluster.make_database(name)
    superuser = {**environment, "PGPASSWORD": cluster.home.secrets()["postgres"]}
    host = ["--host", str(cluster.home.sockets), "--username", "postgres"]
    subprocess.run([programs / "pg_restore", *host, "--dbname", name, dump], check=False, env=superuser)
    yield name
    cluster.drop_database(name)


def connect(harness: Handle, role: str, name: str) -> psycopg.Connection:
    return psycopg.connect(harness.cluster.url(role, name).replace("postgres:", "postgresql:"), autocommit=True)


def test_it_is_whole_and_sealing_goes_on(harness: Handle, restored: str, sealed: Any):
    with connect(harness, "app", restored) as app, connect(harness, "sealer", restored) as sealer:
        assert verifying.verify(app) == []
        with app.transaction():
            app.execute("SELECT set_config('qms.actor_name', 'the restored one', true)")
            app.execute("UPDATE records_record SET title = 'In a new house' WHERE id = %s", [sealed.pk])
        sealer.execute("SELECT ledger.seal_rows()")
        assert verifying.verify(app) == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("UPDATE records_record SET title = 'By nobody' WHERE id = %s", [sealed.pk])
