"""The same verdict from a dump, on a machine with nothing but Python."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from evidence.ledger import anchors
from tests.evidence.tampering import owner, rewritten, switch
from tests.harness.servers import ROOT, Handle

SCRIPT = ROOT / "deploy" / "verify_dump.py"


@pytest.fixture
def verdict(harness: Handle, committed_db: str, tmp_path: Path):
    """Dump the database and give the script's exit code and words."""

    def ask(*options: str) -> tuple[int, str]:
        dump, url = tmp_path / "dump.sql", harness.cluster.url("owner", committed_db)
        program = harness.cluster.programs.folder / "pg_dump"
        with dump.open("wb") as file:
            subprocess.run([program, url], stdout=file, check=True, env=harness.cluster.environment())
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, dump, *options], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    return ask


def options(file: Path) -> list[str]:
    return ["--anchors", str(file), "--key", str(anchors.public_path(file.with_name("anchor.pem")))]


def test_a_whole_ledger_is_whole_in_its_dump(verdict, anchored):
    head = anchors.head(connections["sealer"])
    code, words = verdict(*options(anchored), "--head", str(head))
    assert (code, words.startswith("whole: "), "note" in words) == (0, True, False)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE ledger.raw SET payload = replace(payload, 'Rings', 'Kings')", "digest: ledger row"),
        ("UPDATE ledger.seal SET rows = rows + 1", "chain: batch 1"),
        ("DELETE FROM ledger.raw WHERE id = (SELECT max(id) FROM ledger.raw)", "batch: batch"),
        ("UPDATE records_record SET title = 'Kings'", "live: records_record"),
        ("DELETE FROM people_appointment", "live: people_appointment"),
        ("UPDATE capa_historicalcapa SET problem = 'q'", "appended: capa_historicalcapa"),
        ("DELETE FROM evidence_event", "appended: evidence_event"),
    ],
)
def test_tampering_is_found_in_the_dump_too(statement, fault, verdict, sealed):
    switch("DISABLE")
    owner(statement)
    switch("ENABLE ALWAYS")
    code, words = verdict()
    assert (code, fault in words) == (1, True), words


def test_a_rewritten_chain_is_found_by_its_anchors_there_too(verdict, anchored):
    rewritten()
    code, words = verdict(*options(anchored))
    assert (code, "anchor: batch" in words) == (1, True)


def test_a_forged_anchor_is_not_believed_there_either(verdict, anchored):
    anchored.write_text(anchored.read_text().replace('"batch": ', '"batch": 1'))
    code, words = verdict(*options(anchored))
    assert (code, "it is not what the sealer wrote" in words) == (1, True)
