"""The one domain exception. It knows no HTTP: doors turn it into a form error or a 409."""

SHORTEST_REASON = 5


def says_why(text: str) -> bool:
    """Whether a text can be a reason: blanks and a letter or two say nothing to who reads them in a year."""
    return len(text.strip()) >= SHORTEST_REASON


class Refused(Exception):  # noqa: N818 - read as a sentence: the service refused
    """A verb cannot be done now, said in the user's words.

    `message` is a sentence for people, `code` a stable kebab-case word for programs and tests.
    """

    def __init__(self, message: object, code: str) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.code = code


class Stale(Refused):
    """The record was changed by somebody else since it was read (optimistic lock)."""

    def __init__(self, message: object, code: str = "stale") -> None:
        super().__init__(message, code)
