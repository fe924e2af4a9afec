"""Damaged config ends in a refusal with a place or in a harmless reading, never in another exception."""

import random
import re
import shutil
from pathlib import Path

import pytest

from config.folders import PROGRAMMES, SHIPPED_COUNTY
from config.settings import load_county
from schemas.errors import ConfigInvalid

BLOWS = (
    "", "~", "[a, b]", "{x: y}", "{}", "&a", "*a", "!!int x", '"', "${X}", "-1", "2020-99-99", "\x00", "- x",
    "{a: 1, a: 2}", "nan", "inf", "? [x]", "no", "1e9", '"%d"', "9" * 40, "\n  - x", "{a: {b: c}}",
    "!!binary x", "<<: {a: b}", "{{inbox}", "٣",
)  # fmt: skip
FILES = (
    "county.yaml", "sources/landesdatenbank.yaml", "sources/kontakte.yaml", "sources/traeger_ausbildung.yaml",
    "kpis/entry_rate.yaml", "codelists/communes.csv", "codelists/cefr.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small county: three sources, their ids, one list and one KPI of its own."""
    copy = tmp_path_factory.mktemp("schaden") / "kreis"
    keep = {Path(name).name for name in FILES} | {"angebote.yaml"}
    shutil.copytree(
        SHIPPED_COUNTY, copy, ignore=lambda _, names: {n for n in names if Path(n).suffix and n not in keep}
    )
    (copy / "kpis").mkdir()
    for name in ("kpis/entry_rate.yaml", "codelists/cefr.csv"):
        shutil.copy(PROGRAMMES / "durchstarten" / name, copy / name)
    load_county(copy, {})
    return copy


@pytest.mark.parametrize("name", FILES)
def test_damaged_file_is_refused_with_a_place_or_read(folder: Path, name: str) -> None:
    path, rng = folder / name, random.Random(name)
    whole = path.read_text(encoding="utf-8")
    words = list(re.finditer(r"[\w.%/-]+", whole))
    refused = 0
    try:
        for _ in range(12):
            word = rng.choice(words)
            path.write_text(whole[: word.start()] + rng.choice(BLOWS) + whole[word.end() :], encoding="utf-8")
            try:
                load_county(folder, {})
            except ConfigInvalid as refusal:
                refused += 1
                first, *places = str(refusal).splitlines()
                assert first.startswith("[E100]")
                assert all(re.match(r".+:[0-9]+:[0-9]+: .", line) for line in places)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert refused
