"""COPY carries every value there and back."""

import datetime as dt
import io
import uuid
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from schemas.errors import PipelineError
from tasks.warehouse import copying, statements
from tasks.warehouse.copying import copy_frame, copy_table_out
from tasks.warehouse.engine import open_engine
from tasks.warehouse.frames import read_frame, read_large_frame

NASTY = [
    "", " ", "NULL", "\\N", "\\.", "a\n\\.\nb", "\n\\.", '"', '""', "'", "a,b", "a\r\nb", "\r", "\\", "\t", "NA", "nan",
    "é", "e\u0301", "\u200b", "😀", "\x01\x7f", "x" * 70000, None,
]  # fmt: skip


def written(conn: Connection, frame: pd.DataFrame | pa.Table, columns: str) -> list[tuple[object, ...]]:
    conn.execute(text("DROP TABLE IF EXISTS t"))
    conn.execute(text(f"CREATE TEMP TABLE t ({columns})"))
    copy_frame(conn, "t", frame)
    return [tuple(row) for row in conn.execute(text("SELECT * FROM t"))]


def test_nasty_text_comes_back_as_it_was(any_warehouse_url: str):
    frame = pd.DataFrame({"place": range(len(NASTY)), "value": pd.Series(NASTY, dtype="str")})
    with open_engine(any_warehouse_url).begin() as conn:
        conn.execute(text("CREATE TEMP TABLE t (place int, value text)"))
        assert copy_frame(conn, "t", frame) == len(NASTY)
        back = read_frame(conn, "SELECT value FROM t ORDER BY place")["value"]
    assert [None if pd.isna(value) else value for value in back] == NASTY


TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(NASTY)
DATES = st.none() | st.dates()
ROW = st.tuples(
    TEXTS, DATES, st.none() | st.booleans(), st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.floats()
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_any_row_comes_back_as_it_was(bare_url: str, rows: list[tuple[object, ...]]):
    kinds = [pa.string(), pa.date32(), pa.bool_(), pa.int64(), pa.float64()]
    table = pa.table(
        [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)], names=[*"abcde"]
    )
    expected = [tuple(None if value != value else value for value in row) for row in rows]
    with open_engine(bare_url, None).begin() as conn:
        assert written(conn, table, "a text, b date, c bool, d bigint, e float8") == expected


def test_pandas_types_reach_their_columns(bare_url: str):
    moment = dt.datetime(2021, 7, 31, 12, 30, tzinfo=dt.UTC)
    key = uuid.uuid4()
    frame = pd.DataFrame(
        {
            "whole": [1.0, None],
            "share": [0.7097, None],
            "int_": pd.array([3, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "day": pd.to_datetime(["2021-07-31", None]),
            "moment": pd.Series([moment, None], dtype="datetime64[us, UTC]"),
            "group_": pd.Categorical(["a", None]),
            "tags": [["x", 'y"\\,'], None],
            "facts": [{"ä": 1}, None],
            "bytes_": [b"\x00\xff", None],
            "exact": [Decimal("1.10"), None],
            "key": [key, None],
            "clock": [dt.time(9, 30), None],
            "nothing": [None, None],
        }
    )
    columns = (
        "a int, b float8, c int, d bool, e date, f timestamptz, g text, h text[], i jsonb, j bytea, k numeric(9,2),"
        " l uuid, m time, n date"
    )
    with open_engine(bare_url, None).begin() as conn:
        conn.execute(text(f"CREATE TEMP TABLE t ({columns})"))
        names = dict(zip(frame.columns, "abcdefghijklmn", strict=True))
        copy_frame(conn, "t", frame.rename(columns=names))
        first, second = [tuple(row) for row in conn.execute(text("SELECT * FROM t"))]
    assert first == (
        1, 0.7097, 3, True, dt.date(2021, 7, 31), moment, "a", ["x", 'y"\\,'], {"ä": 1}, b"\x00\xff", Decimal("1.10"),
        key, dt.time(9, 30), None,
    )  # fmt: skip
    assert set(second) == {None}


def test_columns_are_matched_by_name_and_picked(bare_url: str):
    with open_engine(bare_url, None).begin() as conn:
        conn.execute(text("CREATE TEMP TABLE t (b text, a text, c text DEFAULT 'own')"))
        copy_frame(conn, "t", pd.DataFrame({"a": ["1"], "b": ["2"], "c": ["3"]}), columns=["a", "b"])
        assert tuple(conn.execute(text("SELECT a, b, c FROM t")).one()) == ("1", "2", "own")


def test_blocks_join_without_a_seam(bare_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(copying, "BLOCK_ROWS", 7)
    frame = pd.DataFrame({"value": [f'{n}\n"' for n in range(50)]})
    with open_engine(bare_url, None).begin() as conn:
        assert [row[0] for row in written(conn, frame, "value text")] == list(frame["value"])
        assert [row[0] for row in written(conn, pa.Table.from_pandas(frame), "value text")] == list(frame["value"])


def test_copy_belongs_to_the_open_transaction(bare_url: str):
    engine = open_engine(bare_url, None)
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE t (value text)"))
    frame = pd.DataFrame({"value": ["x"]})
    with engine.connect() as conn:
        copy_frame(conn, "t", frame)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
        conn.rollback()
        copy_frame(conn, "t", frame)
        conn.commit()
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM t")).scalar_one() == 1


def test_refused_row_is_reported_without_its_values(bare_url: str):
    with open_engine(bare_url, None).begin() as conn:
        conn.execute(text("CREATE TEMP TABLE t (born date)"))
        with pytest.raises(PipelineError) as caught:
            copy_frame(conn, "t", pd.DataFrame({"born": ["Markerfrau"]}))
    assert "22007" in str(caught.value)
    assert "Markerfrau" not in str(caught.value)
    assert "Markerfrau" not in repr(caught.value.__context__)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("table", ["t; DROP TABLE x", 'a"b', "a.b.c", "Ä", ""])
def test_a_table_is_named_by_a_plain_identifier(bare_url: str, table: str):
    with open_engine(bare_url, None).begin() as conn, pytest.raises(PipelineError) as caught:
        copy_frame(conn, table, pd.DataFrame({"a": ["1"]}))
    assert caught.value.code == "E509"


def test_table_goes_out_as_csv_that_tells_null_from_empty(bare_url: str):
    sink = io.BytesIO()
    with open_engine(bare_url, None).begin() as conn:
        conn.execute(text("CREATE TEMP TABLE t AS SELECT '' AS a, NULL::text AS b, E'x\\ny' AS c"))
        size = copy_table_out(conn, "t", sink, ["c", "b", "a"])
    assert sink.getvalue() == b'c,b,a\n"x\ny",,""\n'
    assert size == len(sink.getvalue())


def test_frame_is_typed_even_without_rows(bare_url: str):
    sql = (
        "SELECT 'a' AS t, 1 AS i, TRUE AS b, 1.5 AS n, DATE '2021-07-31' AS d, now() AS z, '{}'::jsonb AS j WHERE :yes"
    )
    with open_engine(bare_url, None).connect() as conn:
        full, empty = read_frame(conn, sql, yes=True), read_frame(conn, sql, yes=False)
    assert [str(kind) for kind in full.dtypes] == [
        "str", "int64", "bool", "float64", "datetime64[us]", "datetime64[us, UTC]", "object",
    ]  # fmt: skip
    assert list(full.dtypes) == list(empty.dtypes)
    assert list(empty.columns) == [*"tibnd", "z", "j"]


def test_missing_values_stay_missing_in_a_frame(bare_url: str):
    values = "(1, TRUE, DATE '2021-07-31', 'a', 1.5), (NULL, NULL, NULL, NULL, NULL)"
    sql = f"SELECT * FROM (VALUES {values}) AS v (i, b, d, t, n)"
    with open_engine(bare_url, None).connect() as conn:
        frame = read_frame(conn, sql)
    assert frame.iloc[1].isna().all()
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "boolean", "datetime64[us]", "str", "float64"]


@pytest.mark.parametrize("rows", [True, False])
def test_a_large_frame_is_the_frame_that_rows_give(
    bare_url: str, rows: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """By COPY: empty text is not missing, quotes, line ends, percent signs and backslashes survive."""
    values = (
        "(1, 2, TRUE, NULL::boolean, DATE '1999-12-31', 'a;\"b\"' || chr(10) || '%s :x', ''), "
        "(2, NULL, FALSE, TRUE, NULL, NULL, '\\N')"
    )
    sql = f"SELECT v.* FROM (VALUES {values}) AS v (i, m, b, n, d, t, e) WHERE v.i < :below ORDER BY v.i"
    (tmp_path / "asked.sql").write_text(sql)
    monkeypatch.setattr(statements, "SQL_ROOT", tmp_path)
    statements._statement.cache_clear()
    with open_engine(bare_url, None).connect() as conn:
        large = read_large_frame(conn, "asked", below=9 if rows else 0)
        pd.testing.assert_frame_equal(large, read_frame(conn, "asked", below=9 if rows else 0))
    statements._statement.cache_clear()
    assert len(large) == (2 if rows else 0)
