"""Anchors: the head of the chain, signed and kept outside the database. Against them a rewritten chain is found.

An anchor is a line of JSON in an append-only file: batch, hash, rows sealed so far, time, and an Ed25519 signature
by a key that the database's machine need not hold. Every PDF prints the head too: each reader becomes a witness.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

HEAD = """
SELECT seal.n, encode(seal.hash, 'hex'), to_char(seal.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM ledger.seal AS seal ORDER BY seal.n DESC LIMIT 1
"""


@dataclass(frozen=True)
class Head:
    """The end of the chain: number and hash of its last batch, and when it was sealed."""

    batch: int
    hash: str
    at: str

    def __str__(self) -> str:
        return f"{self.batch}:{self.hash}"

    @property
    def signed_text(self) -> bytes:
        """What an anchor's signature covers."""
        return f"holdfast-ledger|{self.batch}|{self.hash}|{self.at}".encode()


class BadAnchor(Exception):  # noqa: N818 - read as a sentence
    """A line of the anchor file that cannot be trusted."""


def head(connection: Any) -> Head | None:
    """The head of the chain, or None before the first batch."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD)
        row = cursor.fetchone()
    return Head(*row) if row else None


def anchor(connection: Any) -> Head | None:
    """Append the signed head to the anchor file. Nothing is written when the last line has it already."""
    found = head(connection)
    if found is None or _last(settings.LEDGER_ANCHORS) == asdict(found):
        return None
    key = private_key(settings.LEDGER_ANCHOR_KEY)
    line = json.dumps({**asdict(found), "signature": key.sign(found.signed_text).hex()})
    with open(settings.LEDGER_ANCHORS, "a", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return found


def _last(path: Path) -> dict[str, Any] | None:
    """What the last line says; None for no line, or for one that was cut off while it was written."""
    if not path.exists() or not path.stat().st_size:
        return None
    *_, line = path.read_text(encoding="ascii", errors="replace").splitlines()
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    found.pop("signature", None)
    return found


def set_aside(path: Path) -> None:
    """Keep an anchor file whose chain was thrown away, under another name."""
    if path.exists():
        path.rename(path.with_name(f"{path.stem}-until-{timezone.now():%Y%m%d-%H%M%S}{path.suffix}"))


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs anchors; made at the first use on a machine of one's own, its public half beside it."""
    if not path.exists():
        _make_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadAnchor(f"{path.name} is no Ed25519 key.")
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    public_path(path).write_bytes(public)


def public_path(path: Path) -> Path:
    """Where the public half of a key lies."""
    return path.with_suffix(".pub")


def public_key(path: Path) -> Ed25519PublicKey:
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise BadAnchor(f"{path.name} is no Ed25519 key.")
    return key


def read(path: Path, key: Ed25519PublicKey) -> Iterator[Head]:
    """The heads in an anchor file. Raises BadAnchor for a line that is not what the sealer wrote."""
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        yield _checked(line, number, key)


def _checked(line: str, number: int, key: Ed25519PublicKey) -> Head:
    try:
        said = json.loads(line)
        found = Head(int(said["batch"]), str(said["hash"]), str(said["at"]))
        key.verify(bytes.fromhex(said["signature"]), found.signed_text)
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise BadAnchor(f"Line {number} of the anchor file is not what the sealer wrote.") from error
    return found
