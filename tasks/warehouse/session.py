"""A transaction of one county: statements, rows and COPY with the county set for row-level security."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text

from tasks.keyring import VAULT_KEY, read_keys
from tasks.sealed_names import COLUMNS, ID_COLUMNS, SEALED_STARTS, NameCipher, sealed_table
from tasks.warehouse.driver_errors import wrapped
from tasks.warehouse.statements import bindable, run, run_script

if TYPE_CHECKING:  # a night with nothing new loads neither
    import pandas as pd
    import pyarrow as pa


class CountySession:
    """One open transaction that sees one county's rows; sealed names of the vault come out of it in plain text."""

    def __init__(self, connection: Connection, county: str) -> None:
        self.connection = connection
        self.county = county

    @cached_property
    def names(self) -> NameCipher | None:
        """What seals and opens the county's names, None where they stand in plain text.

        Raises:
            ConfigInvalid: E410, they are sealed and the key is not at hand; E215, the key cannot be used.
        """
        sealed_by = self.value("SELECT key_id FROM vault.name_seal WHERE county = :county")
        return None if sealed_by is None else NameCipher(self.county, sealed_by, read_keys(os.environ, VAULT_KEY))

    def has_sealed_names(self) -> bool:
        """Tell whether the county's names are sealed; E410 where their key is not at hand."""
        return self.names is not None

    def do(self, sql: str, **binds: object) -> int:
        """Run one statement and return how many rows it touched; ``:county`` is bound to the session's."""
        with wrapped():
            return self.connection.execute(text(bindable(sql)), {"county": self.county, **binds}).rowcount

    def rows(self, sql: str, **binds: object) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        with wrapped():
            found = self.connection.execute(text(bindable(sql)), {"county": self.county, **binds})
            return [self._told(dict(row._mapping)) for row in found]

    def value(self, sql: str, **binds: object) -> Any:
        """Return the only value of a query, None when it has no row."""
        with wrapped():
            return self.connection.execute(text(bindable(sql)), {"county": self.county, **binds}).scalar()

    def frame(self, name_or_sql: str, **binds: object) -> "pd.DataFrame":
        """Return a query (SQL text or the name of a file below ``sql/``) as a frame."""
        from tasks.warehouse.frames import read_frame

        return self._told_frame(read_frame(self.connection, name_or_sql, county=self.county, **binds))

    def large_frame(self, name: str, **binds: object) -> "pd.DataFrame":
        """Return a query (the name of a file below ``sql/``) of many rows and plain types as a frame."""
        from tasks.warehouse.frames import read_large_frame

        return self._told_frame(read_large_frame(self.connection, name, county=self.county, **binds))

    def run(self, name: str, **binds: object) -> int:
        """Run the statement of ``sql/<name>.sql``; return how many rows it touched."""
        return run(self.connection, name, county=self.county, **binds).rowcount

    def rows_of(self, name: str, **binds: object) -> list[dict[str, Any]]:
        """Return the rows of ``sql/<name>.sql`` as dictionaries."""
        found = run(self.connection, name, county=self.county, **binds)
        return [self._told(dict(row._mapping)) for row in found]

    def _told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._opened(value) for name, value in row.items()}

    def _opened(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.names.open(value) if value.startswith(SEALED_STARTS) and self.names is not None else value
        if isinstance(value, dict):
            return {key: self._opened(each) for key, each in value.items()}
        return value

    def _told_frame(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        columns = [name for name in (*COLUMNS, *ID_COLUMNS) if name in frame]
        named = [name for name in columns if frame[name].str.startswith(SEALED_STARTS).any()]
        names = self.names if named else None
        if names is None:
            return frame
        return frame.assign(**{name: frame[name].map(names.open, na_action="ignore") for name in named})

    def as_kept(self, table: "pa.Table") -> "pa.Table":
        """Return delivered records with names and mentions' ids as the county keeps them: sealed or plain."""
        columns = [name for name in (*COLUMNS, *ID_COLUMNS) if name in table.column_names]
        return sealed_table(table, columns, self.names) if columns and self.names is not None else table

    def run_script(self, name: str) -> None:
        """Run every statement of ``sql/<name>.sql`` without binds."""
        run_script(self.connection, name)

    def copy(self, table: str, frame: "pd.DataFrame | pa.Table", columns: Sequence[str] | None = None) -> int:
        """Append a frame to a table by COPY (temporary tables only: row-level security refuses the others)."""
        from tasks.warehouse.copying import copy_frame

        return copy_frame(self.connection, table, frame, columns)

    def refresh_statistics(self, table: str) -> None:
        """Let the planner know what a table that this transaction has filled holds by now."""
        self.do("SELECT ops.refresh_statistics(CAST(:target AS text))", target=table)

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> int:
        """Insert a handful of rows, all with the same keys; bulk goes by ``copy``."""
        if not rows:
            return 0
        names = list(rows[0])
        columns, binds = ", ".join(["county", *names]), ", ".join(f":{name}" for name in ["county", *names])
        with wrapped():
            statement = text(f"INSERT INTO {table} ({columns}) VALUES ({binds})")
            return self.connection.execute(statement, [{"county": self.county, **row} for row in rows]).rowcount


@contextlib.contextmanager
def county_session(engine: Engine, county: str) -> Iterator[CountySession]:
    """Open a transaction for ``county``; commit at the end, roll back when an exception leaves."""
    with engine.begin() as connection:
        with wrapped():
            connection.execute(text("SELECT set_config('teilhabe.county', :county, TRUE)"), {"county": county})
        yield CountySession(connection, county)
