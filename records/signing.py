"""What a door hands to a signed verb: the secret that was typed and the digest of what was shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signing:
    """`password` is compared once, never kept; `digest` is the content digest of the page that was shown."""

    password: str = ""
    digest: str = ""
    is_demonstration: bool = False
    note: str = ""

    @classmethod
    def demonstration(cls, note: str = "") -> "Signing":
        """A signature of the demo plant; refused outside a demo database."""
        return cls(is_demonstration=True, note=note)

    def __repr__(self) -> str:
        return "Signing(…)"
