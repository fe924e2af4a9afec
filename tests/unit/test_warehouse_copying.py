"""COPY carries every value there and back."""

import pandas as pd
from sqlalchemy import text

from tasks.warehouse.copying import copy_frame
from tasks.warehouse.engine import open_engine
from tasks.warehouse.frames import read_frame

NASTY = [
    "",
    " ",
    "NULL",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    '"',
    '""',
    "'",
    "a,b",
    "a\r\nb",
    "\\",
    "\t",
    "NA",
    "nan",
    "é",
    "e\u0301",
    "\u200b",
    "😀",
    "x" * 70000,
    None,
]


def test_nasty_text_comes_back_as_it_was(any_warehouse_url: str):
    engine = open_engine(any_warehouse_url)
    frame = pd.DataFrame({"place": range(len(NASTY)), "value": pd.Series(NASTY, dtype="str")})
    with engine.begin() as conn:
        conn.execute(text("CREATE TEMP TABLE t (place int, value text)"))
        assert copy_frame(conn, "t", frame) == len(NASTY)
        back = read_frame(conn, "SELECT value FROM t ORDER BY place")["value"]
    assert [None if pd.isna(v) else v for v in back] == NASTY
