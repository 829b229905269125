"""What is written to the log is one line for each message, whatever a visitor put into it."""

import logging
import re

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LONGEST = 4000


def escaped(text: str) -> str:
    """Control characters as they are written in Python: no line ends early, no terminal obeys."""
    return CONTROLS.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


class OneLine(logging.Formatter):
    """A message on one line; the lines of a trace stand indented below it, so that none looks like a message."""

    def format(self, record: logging.LogRecord) -> str:
        first = escaped(super().formatMessage(self._told(record)))[:LONGEST]
        trace = record.exc_info and self.formatException(record.exc_info)
        return "\n    | ".join([first, *map(escaped, trace.splitlines())]) if trace else first

    def _told(self, record: logging.LogRecord) -> logging.LogRecord:
        record.message = record.getMessage()
        return record
