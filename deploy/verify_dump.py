#!/usr/bin/env python3
"""Verifies Holdfast's ledger from a dump, without Holdfast, Django or PostgreSQL.

    pg_dump --format=plain holdfast > dump.sql
    python3 verify_dump.py dump.sql [--anchors anchors.jsonl --key anchor.pub] [--head BATCH:HASH]

Exit code 0 and "whole", or 1 and a line for each fault. Checked are: each payload against its digest, the chain of
batches and the rows that each one covers, anchors and heads printed on paper, every controlled row against its last
image, and every appended row (history, events, signatures) against the digest of its entry. The signatures of anchors
need the package "cryptography"; without it the script says that it did not check them. It reads the dump twice and
keeps the rows of append-only tables in memory.
"""

import argparse
import hashlib
import json
import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

COPY = re.compile(r"^COPY ([\w.\"]+) \((.*)\) FROM stdin;$")
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")
NEEDS_QUOTES = re.compile(r'[\s"\\(),]')

Row = dict[str, str | None]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def rows_of(path: Path) -> Iterator[tuple[str, Row]]:
    """Every row that the dump copies, with its table."""
    table, names = "", []
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            line = line.rstrip("\n")
            if not table:
                if found := COPY.match(line):
                    table = found.group(1).replace('"', "")
                    names = [name.strip().strip('"') for name in found.group(2).split(",")]
            elif line == "\\.":
                table = ""
            else:
                yield table, dict(zip(names, map(unescaped, line.split("\t")), strict=True))


def unescaped(text: str) -> str | None:
    return None if text == "\\N" else ESCAPE.sub(lambda found: ESCAPES.get(found.group(1), found.group(1)), text)


@dataclass
class Ledger:
    """What the first reading gathers."""

    raw: list[tuple[int, int, str]] = field(default_factory=list)  # id, transaction, digest
    seals: list[Row] = field(default_factory=list)
    above: dict[int, int] = field(default_factory=dict)
    shapes: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    images: dict[tuple[str, str], tuple[int, dict[str, Any] | None]] = field(default_factory=dict)
    appended: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    @property
    def controlled(self) -> set[str]:
        return {table for table, _key in self.images}


def read_ledger(path: Path) -> Ledger:
    ledger = Ledger()
    for table, row in rows_of(path):
        if table == "ledger.raw":
            _take_entry(ledger, row)
        elif table == "ledger.seal":
            ledger.seals.append(row)
        elif table == "ledger.epoch":
            ledger.above[int(row["n"] or 0)] = int(row["above_id"] or 0)
        elif table == "ledger.shape":
            columns = (row["columns"] or "{}")[1:-1].split(",")
            ledger.shapes[str(row["id"])] = (str(row["relation"]), [column.strip('"') for column in columns])
    return ledger


def _take_entry(ledger: Ledger, row: Row) -> None:
    number, payload, digest = int(row["id"] or 0), row["payload"] or "", (row["digest"] or "").removeprefix("\\x")
    if sha256(payload.encode()) != digest:
        ledger.faults.append(f"digest: ledger row {number} ({row['relation']}): its text is not what was written")
    ledger.raw.append((number, int(row["xid"] or 0), digest))
    said = json.loads(payload, parse_float=str, parse_int=str)
    if (said["table"], said["op"]) != (row["relation"], row["op"]):
        ledger.faults.append(f"columns: ledger row {number}: a column is not what its text says")
    if said["op"] == "append":
        ledger.appended[said["table"]].append((number, said))
        return
    place = (said["table"], said["key"])
    if ledger.images.get(place, (0, None))[0] < number:
        ledger.images[place] = (number, said.get("new"))


def check_chain(ledger: Ledger) -> Iterator[str]:
    """Links, contents and ranges of all batches."""
    before, reached = hashlib.sha256(b"").hexdigest(), {}
    rows = sorted(ledger.raw)
    covered = 0
    for place, seal in enumerate(sorted(ledger.seals, key=lambda seal: int(seal["n"] or 0)), start=1):
        text = {name: str(value) for name, value in seal.items()}
        digests = list(_covered(ledger, rows, text))
        covered += len(digests)
        content = sha256(b"".join(map(bytes.fromhex, digests)))
        header = "|".join([*(text[name] for name in ("n", "epoch", "xid_from", "xid_to", "rows")),
                           text["content"].removeprefix("\\x"), _utc(text["at"], "%Y-%m-%dT%H:%M:%S.%fZ")])  # fmt: skip
        previous, stored = text["previous"].removeprefix("\\x"), text["hash"].removeprefix("\\x")
        if int(text["n"]) != place or previous != before or sha256(bytes.fromhex(previous) + header.encode()) != stored:
            yield f"chain: batch {text['n']}: its hash does not follow from the batch before"
        if content != text["content"].removeprefix("\\x") or len(digests) != int(text["rows"]):
            yield f"batch: batch {text['n']}: it sealed {text['rows']} rows; {len(digests)} are there, or others"
        if reached.get(text["epoch"], text["xid_from"]) != text["xid_from"]:
            yield f"range: batch {text['n']}: it does not begin where the batch before it ended"
        before, reached[text["epoch"]] = stored, text["xid_to"]
    if covered < len(rows):
        print(f"note: {len(rows) - covered} rows were not sealed yet when the dump was taken")


def _covered(ledger: Ledger, rows: list[tuple[int, int, str]], seal: dict[str, str]) -> Iterator[str]:
    epoch = int(seal["epoch"])
    first = bisect_left(rows, (ledger.above[epoch] + 1,))
    last = bisect_left(rows, (ledger.above.get(epoch + 1, sys.maxsize) + 1,))
    low, high = int(seal["xid_from"]), int(seal["xid_to"])
    yield from (digest for _number, transaction, digest in rows[first:last] if low <= transaction < high)


def _utc(text: str, form: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime(form)


def check_tables(ledger: Ledger, path: Path) -> Iterator[str]:
    """The second reading: rows as they are against what the ledger last saw of them."""
    lines: dict[str, dict[str, Row]] = defaultdict(dict)
    seen: set[tuple[str, str]] = set()
    keys = {table: columns[0].split(" ")[0] for table, columns in ledger.shapes.values()}
    for name, row in rows_of(path):
        table = name.removeprefix("public.")
        if table in ledger.appended:
            lines[table][str(row[_key_of(ledger, table)])] = row
        elif table in ledger.controlled and table in keys:
            place = (table, str(row[_key_of(ledger, table)]))
            seen.add(place)
            yield from _compare(ledger, place, row)
    for place, (_number, image) in ledger.images.items():
        if image is not None and place not in seen:
            yield f"live: {place[0]} {place[1]}: it is gone, and the ledger knows of no deletion"
    for table, entries in ledger.appended.items():
        yield from _check_appended(ledger, table, entries, lines[table])


def _key_of(ledger: Ledger, table: str) -> str:
    """The key column: a child of a record is known by its parent's, a row of history by its own."""
    names = [
        column.split(" ")[0] for relation, columns in ledger.shapes.values() if relation == table for column in columns
    ]
    return next(name for name in ("history_id", "record_ptr_id", "id", names[0]) if name in names)


def _compare(ledger: Ledger, place: tuple[str, str], row: Row) -> Iterator[str]:
    _number, image = ledger.images.get(place, (0, None))
    if image is None:
        yield f"live: {place[0]} {place[1]}: it is there, and the ledger knows nothing of it"
    elif not all(name in row and same(value, row[name]) for name, value in image.items()):
        yield f"live: {place[0]} {place[1]}: it is not what was written last"


def same(image: Any, text: str | None) -> bool:
    """Whether a value of an image and one of the dump are the same value."""
    if image is None or text is None:
        return image is None and text is None
    if isinstance(image, bool):
        return text == ("t" if image else "f")
    if not isinstance(image, str):
        return _parsed(text) == image
    if image == text or sha256(text.encode()) == image or _parsed(text) == image:
        return True
    if TIMESTAMP.match(image) and TIMESTAMP.match(text):
        return datetime.fromisoformat(image) == datetime.fromisoformat(text)
    return False


def _parsed(text: str) -> Any:
    """JSON, or an array of PostgreSQL with plain elements."""
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        inner = text[1:-1]
        return [element.strip('"') for element in inner.split(",")] if text[:1] == "{" and inner else []


def _check_appended(
    ledger: Ledger, table: str, entries: list[tuple[int, dict[str, Any]]], rows: dict[str, Row]
) -> Iterator[str]:
    known: set[str] = set()
    for number, said in entries:
        keys = sorted(said["keys"], key=int)
        known.update(keys)
        found = [rows[key] for key in keys if key in rows]
        columns = ledger.shapes[said["shape"]][1]
        digest = sha256("\n".join(record_text(row, columns) for row in found).encode())
        if len(found) != len(keys):
            yield f"appended: {table}, ledger row {number}: of {len(keys)} rows {len(found)} are left"
        elif digest != said["digest"]:
            yield f"appended: {table}, ledger row {number}: a row is not what was appended"
    for key in sorted(rows.keys() - known, key=int):
        yield f"appended: {table} {key}: the ledger knows nothing of it"


def record_text(row: Row, columns: list[str]) -> str:
    """A row as PostgreSQL writes a composite value, times in UTC."""
    return (
        f"({','.join(_element(row.get(name), kind) for name, kind in (column.split(' ')[:2] for column in columns))})"
    )


def _element(value: str | None, kind: str) -> str:
    if value is None:
        return ""
    if kind == "DateTimeField":
        value = re.sub(r"\.?0*$", "", _utc(value, "%Y-%m-%d %H:%M:%S.%f")) + "+00"
    if value == "" or NEEDS_QUOTES.search(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '""') + '"'
    return value


def check_anchors(ledger: Ledger, path: Path, key: Path | None) -> Iterator[str]:
    """Each anchored head stands in the chain, and the sealer signed it."""
    verify = _verifier(key)
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        try:
            said = json.loads(line)
            text = f"holdfast-ledger|{said['batch']}|{said['hash']}|{said['at']}"
            verify(bytes.fromhex(said["signature"]), text.encode())
        except Exception:  # whatever is wrong with a line, it is not to be believed
            yield f"anchor: line {number}: it is not what the sealer wrote"
            continue
        yield from check_head(ledger, str(said["batch"]), said["hash"])


def _verifier(key: Path | None) -> Any:
    try:
        from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415  optional
    except ImportError:
        key = None
    if key is None:
        print("note: signatures of anchors were not checked (give --key, and install cryptography)")
        return lambda signature, text: None
    return load_pem_public_key(key.read_bytes()).verify


def check_head(ledger: Ledger, batch: str, digest: str) -> Iterator[str]:
    found = {str(seal["n"]): (seal["hash"] or "").removeprefix("\\x") for seal in ledger.seals}.get(batch)
    if found is None:
        yield f"anchor: batch {batch}: it is gone: the end of the chain was cut off"
    elif found != digest:
        yield f"anchor: batch {batch}: its hash is not what was anchored: the chain was rewritten"


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify Holdfast's ledger from a plain dump of its database.")
    parser.add_argument("dump", type=Path)
    parser.add_argument("--anchors", type=Path)
    parser.add_argument("--key", type=Path, help="the public key of the sealer, anchor.pub")
    parser.add_argument("--head", action="append", default=[], metavar="BATCH:HASH")
    given = parser.parse_args()
    ledger = read_ledger(given.dump)
    faults = [*ledger.faults, *check_chain(ledger), *check_tables(ledger, given.dump)]
    if given.anchors:
        faults += check_anchors(ledger, given.anchors, given.key)
    for head in given.head:
        faults += check_head(ledger, *head.split(":", 1))
    print("\n".join(faults) if faults else f"whole: {len(ledger.raw)} entries, {len(ledger.seals)} batches")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
