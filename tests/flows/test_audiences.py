"""Who may read what: exact breakdowns reach the county's own staff alone, whatever the way out."""

import hashlib
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from flows.admin_page import admin_facts, render
from tests.flows.county import (
    ENROLMENT_RECORDS,
    ENROLMENTS_HEADER,
    OFFER_RECORDS,
    OFFERS_HEADER,
    MadeUpCounty,
    standard,
)

SIZES = (137, 151, 123)
"""Persons of three communes: with base 100 no released figure, day, row number or tick of a chart looks like one."""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, module_warehouse_url: str) -> MadeUpCounty:
    """A release, and a night after it that changed every breakdown."""
    made = standard(tmp_path_factory.mktemp("audiences") / "county", module_warehouse_url)
    made.county_yaml("disclosure: {method: rounding, base: 100, min_count: 5, release: monthly}")
    made.source("kurse", OFFER_RECORDS.replace("IK_ALLG", "SPRACH_SONST").replace("TAFF_LIKE", "TAFF"))
    made.source("belegung", ENROLMENT_RECORDS)
    made.source(
        "bedarfe",
        "\n  needs:\n    need_id: nr\n    person_id: id\n    category: art\n    recorded_on: am\n",
    )
    made.put(
        "kurse.csv", OFFERS_HEADER, "K1;T;Kurs;K;neu;01.03.2021;31.12.2021", "K2;T;Kurs;K;regel;01.03.2021;31.12.2021"
    )
    for day, more in (("2021-04-01", 0), ("2021-04-10", 36)):
        _deliver(made, more)
        assert made.sync(day).code == 0
    return made


def _name(number: int) -> str:
    """Return a name unlike all others, so that nobody waits for a decision who is who."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:10].translate(str.maketrans("0123456789", "ghijklmnop"))


def _deliver(county: MadeUpCounty, more: int) -> None:
    homes = [place for place, size in enumerate((*SIZES[:2], SIZES[2] + more), 1) for _ in range(size)]
    numbers = range(1, len(homes) + 1)
    county.people(
        *(
            f"{n};{_name(n)};{_name(-n)};{1 + n % 28:02d}.{1 + n // 28 % 12:02d}.{1997 + n // 336};"
            f"{'DDG'[n % 3]};0999900{home};" + ("10.02.2021" if n % 9 else "")
            for n, home in zip(numbers, homes, strict=True)
        )
    )
    county.contacts(*(f"{n};01.02.2021;b;A" for n in numbers))
    county.put(
        "belegung.csv", ENROLMENTS_HEADER, *(f"n{n};K{1 + n % 2};{n};l;01.03.2021" for n in numbers if n % 7 < 5)
    )
    county.put(
        "bedarfe.csv",
        "nr;id;art;am",
        *(f"b{n};{n};{'SPRACH_SONST' if n % 8 < 3 else 'TAFF'};15.02.2021" for n in numbers),
    )


def secrets(county: MadeUpCounty) -> set[float]:
    """Return the exact counts and rates of breakdowns that no total shows."""
    rows = county.rows("SELECT dimension = 'all', numerator::float, denominator::float, value::float FROM internal.kpi")
    figures: dict[bool, set[float]] = {True: set(), False: set()}
    for is_total, *values in rows:
        figures[is_total] |= {round(value, 6) for value in values if value is not None}
    counts = county.rows("SELECT category, count(*)::float FROM core.need GROUP BY category")
    apart = {value for value in figures[False] | {count for _, count in counts} if value >= 100 and value % 10}
    # A supplier's rows are counted for whoever mends them; they are rows of a file, not persons of a group.
    delivered = {value for (value,) in county.rows("SELECT rows_received::float FROM mart.supplier_quality")}
    return (
        (apart | {value for value in figures[False] if 0.1 < value < 1 and value * 12 % 1}) - figures[True] - delivered
    )


def figures_of(text: str) -> set[float]:
    """Return every number in a text, German decimals too; not those inside words, hashes or times of day."""
    found = re.findall(r"(?<![\w.,:-])\d+(?:[.,]\d+)?(?![\w:-])", text)
    return {round(float(number.replace(",", ".")), 6) for number in found}


def values_of(document: Any) -> set[float]:
    """Return every number in a document of the command line."""
    return figures_of(re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: " " + m.group()[1:-1] + " ", json.dumps(document)))


def page_of(html: str) -> set[float]:
    """Return the numbers a reader of the page meets: its texts and what a chart says, not where it draws."""
    spoken = " ".join(re.findall(r'aria-label="([^"]*)"', html))
    return figures_of(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)) | figures_of(spoken)


def book_of(path: Path) -> set[float]:
    """Return the numbers of all sheets."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return figures_of(" ".join(str(value) for row in rows for value in row))


def test_the_exact_answer_holds_what_the_others_are_searched_for(county: MadeUpCounty) -> None:
    told = values_of(county.run("kpi", "--exact").document)
    assert len(secrets(county) & told) > 20
    assert {137.0, 151.0, 159.0} <= told


def test_no_table_of_mart_holds_an_exact_breakdown(county: MadeUpCounty) -> None:
    columns = county.rows(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'mart' AND data_type IN "
        "('integer', 'bigint', 'smallint', 'numeric', 'double precision', 'real') ORDER BY 1, 2"
    )
    tables = {table for table, _ in columns}
    assert {"kpi", "state_kpi", "unmet_need", "caseload", "supplier_quality", "network", "offer"} <= tables
    found = {
        (table, column, value)
        for table, column in columns
        for (value,) in county.rows(f"SELECT DISTINCT {column}::float FROM mart.{table} WHERE {column} IS NOT NULL")
        if round(value, 6) in secrets(county)
    }
    assert found == set()


def test_no_answer_of_the_command_line_holds_one(county: MadeUpCounty) -> None:
    hidden = secrets(county)
    for words in (
        ["kpi"],
        ["kpi", "--mode", "period"],
        ["status"],
        ["source", "list"],
        ["quarantine", "list"],
        ["doctor"],
    ):
        assert values_of(county.run(*words).document) & hidden == set(), words


@pytest.mark.parametrize("form", ["package", "csv"])
def test_no_export_holds_one(county: MadeUpCounty, tmp_path: Path, form: str) -> None:
    assert county.run("export", "--format", form, "--out", str(tmp_path)).code == 0
    files = [path for path in tmp_path.rglob("*") if path.suffix in (".csv", ".json")]
    assert len(files) > 5
    for path in files:
        text = re.sub(r'[;,"]', " ", path.read_text("utf-8"))
        assert figures_of(text) & secrets(county) == set(), path.name


def test_neither_the_report_nor_the_admin_page_holds_one(county: MadeUpCounty, tmp_path: Path) -> None:
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path)).document["audience"] == "released"
    html = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert "Freigegebene Fassung" in html
    assert page_of(html) & secrets(county) == set()
    assert book_of(tmp_path / "bericht-2020-21.xlsx") & secrets(county) == set()
    assert page_of(render(admin_facts(str(county.folder.resolve())))) & secrets(county) == set()


def test_the_steering_bodys_report_is_exact_says_so_and_is_noted(county: MadeUpCounty, tmp_path: Path) -> None:
    told = county.run("report", "--period", "2020/21", "--audience", "steering", "--out", str(tmp_path))
    assert (told.code, told.document["audience"]) == (0, "steering")
    html = (tmp_path / "bericht-2020-21-steuerung.html").read_text("utf-8")
    assert "Fassung für das Steuerungsgremium" in html
    assert "Freigegebene Fassung" not in html
    assert {137.0, 151.0, 159.0} <= page_of(html)
    assert {137.0, 151.0, 159.0} <= book_of(tmp_path / "bericht-2020-21-steuerung.xlsx")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    noted = county.rows("SELECT object, detail->>'audience' FROM ops.audit WHERE action = 'export'")
    assert noted == [("report 2020/21", "steering")]


def test_exact_figures_are_never_sealed(county: MadeUpCounty, tmp_path: Path) -> None:
    told = county.run("report", "--period", "2020/21", "--audience", "steering", "--seal", "--out", str(tmp_path))
    assert (told.code, list(tmp_path.iterdir())) == (2, [])
    assert county.rows("SELECT count(*) FROM ops.seal") == [(0,)]
