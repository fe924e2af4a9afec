"""Named SQL: ``load/open_needs`` is the file ``sql/load/open_needs.sql``.

Comments are cut before SQLAlchemy reads the text, because a colon-name in a
comment would become a bind parameter, and colons inside string constants are
escaped for the same reason.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, text

from schemas.errors import PipelineError
from tasks.warehouse.driver_errors import wrapped

SQL_ROOT = Path(__file__).resolve().parents[2] / "sql"
NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\Z")
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})?\Z")
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<constant>\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|(?<![\w$])\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"
    r'|(?P<quoted>"(?:[^"]|"")*")'
    r"|(?P<cast>::)"
    r"|(?P<end>;)",
    re.DOTALL,
)


def statement(name: str) -> TextClause:
    """Return the statement in ``sql/<name>.sql`` with its ``:binds``; E509 when there is none."""
    return _statement(name)


@cache
def _statement(name: str) -> TextClause:
    return text(bindable(read_sql(name)).strip().rstrip(";"))


def run(conn: Connection, name: str, **binds: Any) -> CursorResult[Any]:
    """Run one named statement; E505 and E506 without values."""
    with wrapped():
        return conn.execute(statement(name), binds)


def script(name: str) -> list[str]:
    """Return the statements of a file that holds several, comments cut, for the driver as they stand (no binds)."""
    return split(read_sql(name))


def run_script(conn: Connection, name: str) -> None:
    """Run all statements of a file in the order they stand."""
    run_statements(conn, script(name))


def run_statements(conn: Connection, statements: list[str]) -> None:
    """Run statements as they stand: no binds, a percent sign is a percent sign."""
    with wrapped():
        for sql in statements:
            conn.exec_driver_sql(sql, execution_options={"no_parameters": True})


def read_sql(name: str) -> str:
    """Return the text of ``sql/<name>.sql`` as it stands."""
    path = SQL_ROOT / f"{name}.sql"
    if not NAME.match(name) or not path.is_file():
        raise PipelineError("E509", what="SQL", name=name)
    return path.read_text("utf-8")


def bindable(sql: str) -> str:
    """Cut comments and escape the colons of constants and casts (``:day::date`` would hide its bind)."""

    def keep(token: re.Match[str]) -> str:
        if token["comment"]:
            return " "
        return token[0] if token["end"] else token[0].replace(":", r"\:")

    return _TOKEN.sub(keep, sql)


def split(sql: str) -> list[str]:
    """Split at semicolons that end a statement, not at those inside constants, names and comments."""
    statements, start, kept = [], 0, []
    for token in _TOKEN.finditer(sql):
        if token["comment"]:
            kept.append(sql[start : token.start()] + " ")
        elif token["end"]:
            statements.append("".join([*kept, sql[start : token.start()]]).strip())
            kept = []
        else:
            continue
        start = token.end()
    statements.append("".join([*kept, sql[start:]]).strip())
    return [found for found in statements if found]


def checked_identifier(name: str) -> str:
    """Return a table's or column's name when it is a plain one; E509 else."""
    if not IDENTIFIER.match(name):
        raise PipelineError("E509", what="Identifier", name=name[:63])
    return name
