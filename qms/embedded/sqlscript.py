"""Runs the little of psql's language that our set-up scripts use: `:'variable'` and `\\gexec`.

The same files are fed to psql itself by the production container, so there is one truth about roles.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import sql

VARIABLE = re.compile(r":'(\w+)'")
COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
END = re.compile(r";[ \t]*$|^\\(gexec)[ \t]*$", re.MULTILINE)


def run(connection: psycopg.Connection, script: Path, variables: Mapping[str, str]) -> None:
    """Execute `script`, statement by statement. Raises KeyError for an unknown variable."""
    text = COMMENT.sub("", script.read_text())
    start = 0
    for end in END.finditer(text):
        _execute(connection, text[start : end.start()].strip(), variables, generated=bool(end.group(1)))
        start = end.end()


def _execute(connection: psycopg.Connection, statement: str, variables: Mapping[str, str], *, generated: bool) -> None:
    quoted = VARIABLE.sub(lambda found: sql.Literal(variables[found[1]]).as_string(connection), statement)
    answer = connection.execute(_trusted(quoted))
    if generated:
        for (made,) in answer.fetchall():
            connection.execute(_trusted(made))


def _trusted(text: str) -> sql.SQL:
    return sql.SQL(cast(LiteralString, text.replace("{", "{{").replace("}", "}}")))
