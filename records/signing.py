"""What a door hands to a signed verb, and what the verb answers when the secret is wrong."""

from dataclasses import dataclass
from datetime import datetime

from evidence.refusals import Refused


class WrongSecret(Refused):
    """User name or password is not right: one sentence for all cases, and the one refusal that counts as a try."""


@dataclass(frozen=True)
class Opened:
    """A signing dialog as it is shown: `challenge` is told once and kept only as a digest."""

    challenge: str
    digest: str
    expires_at: datetime


@dataclass(frozen=True)
class Signing:
    """Who signs in which session: both secrets are compared once and never kept.

    At a shared tablet (`at_kiosk`) the two are the badge, or the user name, and the PIN.
    `challenge` names the dialog that was shown, `session` is the digest of the session it was shown in. `attempt`
    and `confirmed_for` are set by `records.attempt` and `records.confirm`, never by a door.
    """

    username: str = ""
    password: str = ""
    challenge: str = ""
    session: str = ""
    address: str = ""
    at_kiosk: bool = False
    is_demonstration: bool = False
    note: str = ""
    attempt: int | None = None
    confirmed_for: int | None = None

    @classmethod
    def demonstration(cls, note: str = "") -> "Signing":
        """A signature of the demo plant; refused outside a demo database."""
        return cls(is_demonstration=True, note=note)

    def __repr__(self) -> str:
        return "Signing(…)"
