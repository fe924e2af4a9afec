"""A new KPI and a redefinition for next year are YAML and a SQL file in the county's folder; no Python changes."""

from datetime import date
from pathlib import Path

from tests.flows.county import standard

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
    assert county.sync("2021-03-01").code == 1
    assert county.rows("SELECT count(*) FROM core.contact_version") == [(1,)]


def test_a_missing_query_is_a_finding_with_its_place(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    (county.folder / "kpis").mkdir()
    (county.folder / "kpis" / "talks_held.yaml").write_text(TALKS)
    outcome = county.sync("2021-03-01")
    assert outcome.code == 3
    assert "talks_held.yaml:9" in outcome.stderr
