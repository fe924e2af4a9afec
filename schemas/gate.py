"""The pandera schemas of the record kinds, and the only place that catches pandera's errors.

pandera's errors carry values; ``broken_rows`` turns them into (row index, rule,
column) and nothing else. Schemas are made from ``schemas.kinds.KINDS`` plus the
checks across columns that each kind's module names.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import pandas as pd

from schemas.kinds import KINDS, Kind

RowTest = Callable[[pd.DataFrame], "pd.Series[bool]"]


class RowCheck(NamedTuple):
    """One check across the columns of a row: the rule id it enforces, the column it points at."""

    rule: str
    column: str
    test: RowTest


class BrokenRow(NamedTuple):
    """One row (position in the frame) that breaks a rule."""

    position: int
    rule: str
    column: str


@cache
def checks_of(kind: str) -> tuple[RowCheck, ...]:
    """Return the row checks of ``schemas/<kind>.py``."""
    checks: tuple[RowCheck, ...] = import_module(f"schemas.{kind}").CHECKS
    return checks


@cache
def schema_of(kind: str) -> Any:
    """Return the pandera schema of a record kind (strict columns, named row checks)."""
    import pandera.pandas as pa

    dtypes = {"date": "datetime64[us]", "bool": "boolean", "int": "Int64", "number": "float64"}
    spec: Kind = KINDS[kind]
    columns = {
        column.name: pa.Column(
            # Texts have no dtype to check: held against "object" pandera would walk every cell of pandas' own strings.
            dtypes.get(column.type),
            # A required yes/no cell that is empty means no, so it is never null here.
            nullable=not column.required,
            checks=[pa.Check.isin(column.values, name="unmapped_value")] if column.values else [],
            required=True,
        )
        for column in spec.columns
    }
    checks = [pa.Check(check.test, name=check.rule, ignore_na=False) for check in checks_of(kind)]
    return pa.DataFrameSchema(columns, checks=checks, strict=True, name=kind)


def broken_rows(frame: pd.DataFrame, kind: str) -> list[BrokenRow]:
    """Return every row of ``frame`` (RangeIndex, canonical columns) that breaks a rule of its kind."""
    from pandera.errors import SchemaErrors

    pointed: Mapping[str, str] = {check.rule: check.column for check in checks_of(kind)}
    try:
        schema_of(kind).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases[["check", "column", "index"]]
    else:
        return []
    found = {
        BrokenRow(int(index), "missing_value" if rule == "not_nullable" else str(rule), pointed.get(rule, str(column)))
        for rule, column, index in cases.itertuples(index=False)
        if pd.notna(index)
    }
    return sorted(found)
