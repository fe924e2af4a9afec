"""A new KPI and a redefinition for next year are YAML and a SQL file in the county's folder; no Python changes."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.flows.county import MadeUpCounty, standard

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "define-a-kpi.md"
CONSTANT = """SELECT w.period, w.mode, {cells} AS numerator, {denominator} AS denominator FROM cfg_window AS w"""
OWN = """kpi: {kpi}
version: {version}
label_de: Eigene
label_en: Own
numerator_text: Probe
unit: persons
source: Probe
sql: {kpi}.sql
"""

TALKS = """kpi: talks_held
version: 1
order: 30
label_de: Gespräche
label_en: Talks
numerator_text: Erreichte Kontakte im Zeitraum
unit: contacts
source: Beschluss vom 1.3.2021
sql: talks_held.sql
targets: {2020/21: 1}
"""
QUERY = """-- contacts of the period; the tables are those of the figures
SELECT w.period, w.mode, 'all' AS dimension, 'all' AS member, count(*) AS numerator, NULL AS denominator
FROM cfg_window AS w
INNER JOIN known_event AS e ON e.happened_on BETWEEN w.events_from AND w.events_to AND NOT e.is_entry
GROUP BY w.period, w.mode;
"""
MEETINGS = """kpi: meetings_held
version: {version}
order: 2
label_de: Sitzungen
label_en: Meetings
numerator_text: {text}
unit: meetings
source: Probe
valid_{end}: {day}
{sql}
"""
SEVEN = """SELECT w.period, w.mode, 'all' AS dimension, 'all' AS member, 7 AS numerator, NULL AS denominator
FROM cfg_window AS w
"""


def test_a_new_kpi_and_a_redefinition_need_no_python(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    kpis = county.folder / "kpis"
    kpis.mkdir()
    (kpis / "talks_held.yaml").write_text(TALKS)
    (kpis / "talks_held.sql").write_text(QUERY)
    one = MEETINGS.format(version=1, text="wie bisher", end="to", day="2021-07-31", sql="")
    (kpis / "meetings_held.yaml").write_text(one)
    two = MEETINGS.format(version=2, text="doppelt", end="from", day="2021-08-01", sql="sql: meetings_held-2.sql")
    (kpis / "meetings_held-2.yaml").write_text(two)
    (kpis / "meetings_held-2.sql").write_text(SEVEN)
    county.people("1;Aydin;Anna;01.02.2000;D;09999001;2021-02-05", "2;Bozkurt;Bekir;03.02.2000;G;09999002;")
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u")
    outcome = county.sync("2021-09-01")
    assert outcome.code == 0, outcome.stderr
    rows = county.rows(
        "SELECT kpi, period, kpi_version, numerator, target_met FROM mart.kpi WHERE dimension = 'all' AND mode = "
        "'cumulative' AND kpi IN ('meetings_held', 'talks_held') AND as_of = %s ORDER BY kpi, period",
        date(2021, 9, 1),
    )
    assert rows == [
        ("meetings_held", "2020/21", "1", 0, None),
        ("meetings_held", "2021/22", "2", 7, None),
        ("talks_held", "2020/21", "1", 2, True),
        ("talks_held", "2021/22", "1", 2, None),
    ]
    assert county.rows("SELECT count(*) FROM mart.kpi_definition WHERE kpi = 'talks_held'") == [(1,)]
    (kpis / "talks_held.sql").write_text(QUERY.replace("count(*)", "0"))
    again = county.sync("2021-09-01")
    assert again.document["published"], (again.stderr, again.status)


def test_a_query_of_a_county_can_only_read(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    kpis = county.folder / "kpis"
    kpis.mkdir()
    (kpis / "talks_held.yaml").write_text(TALKS)
    (kpis / "talks_held.sql").write_text("WITH gone AS (DELETE FROM core.contact_version RETURNING 1) SELECT 1")
    county.people("1;Aydin;Anna;01.02.2000;D;09999001;2021-02-05")
    county.contacts("1;2021-02-01;b;u")
    outcome = county.sync("2021-03-01")
    assert outcome.code == 3
    assert "talks_held" in outcome.stderr
    assert county.rows("SELECT count(*) FROM core.contact_version") == [(1,)]


def test_a_missing_query_is_a_finding_with_its_place(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    (county.folder / "kpis").mkdir()
    (county.folder / "kpis" / "talks_held.yaml").write_text(TALKS)
    outcome = county.sync("2021-03-01")
    assert outcome.code == 3
    assert "talks_held.yaml:9" in outcome.stderr


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.source("gremien", MEETING_RECORDS)
    made.put("gremien.csv", "nr;gremium;am", "1;Bündniskerngruppe;2021-03-01", "2;Beirat;2021-09-02")
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;2021-02-05", "2;Bozkurt;Bekir;03.02.2000;G;09999002;")
    made.contacts("1;2021-02-01;b;u", "1;2021-02-09;b;u", "2;2021-02-02;b;u")
    (made.folder / "kpis").mkdir()
    return made


MEETING_RECORDS = """
  meetings:
    meeting_id: nr
    body: gremium
    held_on: am
"""


def test_the_how_to_page_works_as_written(county: MadeUpCounty) -> None:
    page = PAGE.read_text("utf-8")
    blocks = re.findall(r"`(kpis/[^`]+)`[^`]*?(?:`[^`]+`[^`]*?)*?\n```(?:yaml|sql)\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in blocks] == [
        "kpis/reached_twice.yaml",
        "kpis/reached_twice.sql",
        "kpis/reached_twice-list.sql",
        "kpis/meetings_held.yaml",
        "kpis/meetings_held-2.yaml",
        "kpis/meetings_held-2.sql",
    ]
    for name, text in blocks:
        (county.folder / name).write_text(text, "utf-8")
    outcome = county.sync("2021-10-01")
    assert outcome.code == 0, (outcome.stderr, outcome.document)
    cells = county.rows(
        "SELECT dimension, member, numerator, denominator FROM internal.kpi WHERE kpi = 'reached_twice' AND period = "
        "'2020/21' AND mode = 'cumulative' AND (dimension = 'all' OR denominator > 0) ORDER BY dimension, member"
    )
    assert cells == [("all", "all", 1, 2), ("commune", "09999001", 1, 1), ("commune", "09999002", 0, 1)]
    assert county.rows(
        "SELECT period, kpi_version, numerator FROM mart.kpi WHERE kpi = 'meetings_held' AND mode = 'period' "
        "AND dimension = 'all' ORDER BY period"
    ) == [("2020/21", "1", 1), ("2021/22", "2", 1)]
    explained = county.run("explain", "reached_twice", "--period", "2020/21").document
    assert (explained["figure"], explained["denominator"]) == (1, 2)
    assert {row["reason"]: row["amount"] for row in explained["things"]} == {
        "zweimal erreicht": 1,
        "einmal erreicht": 0,
    }
    assert county.run("explain", "meetings_held", "--period", "2021/22").code == 2, "its query brings no list"
    assert county.run("explain", "meetings_held", "--period", "2020/21").document["figure"] == 1


@pytest.mark.parametrize("method", ["rounding", "suppression"])
@pytest.mark.parametrize(
    ("kpi", "cells", "denominator"),
    [
        ("contacted", "'all' AS dimension, 'all' AS member, 5", "NULL"),
        ("placement_rate", "'all' AS dimension, 'all' AS member, 4", "9"),
        ("contacted", "d.dimension, d.member, 1", "NULL"),
        ("entry_rate", "d.dimension, d.member, 1", "3"),
    ],
)
def test_a_redefined_figure_needs_no_breakdowns(
    county: MadeUpCounty, method: str, kpi: str, cells: str, denominator: str
) -> None:
    county.county_yaml(f"disclosure: {{method: {method}, release: nightly}}")
    (county.folder / "kpis" / f"{kpi}.yaml").write_text(OWN.format(kpi=kpi, version=2))
    sql = CONSTANT.format(cells=cells, denominator=denominator)
    if "d." in cells:
        sql += " CROSS JOIN (VALUES ('all', 'all'), ('commune', '09999001')) AS d (dimension, member)"
    (county.folder / "kpis" / f"{kpi}.sql").write_text(sql)
    for day in ("2021-03-01", "2021-04-01"):
        outcome = county.sync(day)
        assert outcome.code == 0, (outcome.stderr, outcome.document["messages"])
    found = county.run("doctor", "--disclosure").document
    assert [one for one in found["findings"] if one["reason"] != "too_narrow"] == []
    assert county.run("report", "--period", "2020/21", "--out", str(county.folder / "out")).code == 0
    assert county.run("explain", kpi).code == 2


@pytest.mark.parametrize(
    ("kpi", "cells"),
    [
        ("placed", "'all' AS dimension, 'all' AS member, 1"),
        ("talks", "'commune' AS dimension, '09999001' AS member, 1"),
        ("talks", "'commune' AS dimension, '12345678' AS member, 0"),
        ("talks", "'all' AS dimension, 'everybody' AS member, 0"),
    ],
)
def test_a_query_that_contradicts_itself_or_the_rest_closes_the_gate(
    county: MadeUpCounty, kpi: str, cells: str
) -> None:
    assert county.sync("2021-03-01").code == 0
    (county.folder / "kpis" / f"{kpi}.yaml").write_text(OWN.format(kpi=kpi, version=2))
    (county.folder / "kpis" / f"{kpi}.sql").write_text(CONSTANT.format(cells=cells, denominator="NULL"))
    outcome = county.sync("2021-03-02")
    assert (outcome.code, outcome.status) == (5, "blocked"), outcome.stderr
    assert county.run("kpi").document["as_of"] == "2021-03-01"


def test_a_kpi_that_nobody_counts_is_a_finding_with_its_place(county: MadeUpCounty) -> None:
    (county.folder / "kpis" / "plazed.yaml").write_text(OWN.format(kpi="plazed", version=1).split("sql:")[0])
    outcome = county.sync("2021-03-01")
    assert outcome.code == 3
    assert "kpis/plazed.yaml:1:6" in outcome.stderr
    assert "placed" in outcome.stderr
