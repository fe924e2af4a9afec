"""The report: the county's own sentences from data, one model in three forms, sealed and verified."""

import json
import re
from pathlib import Path

import pytest
import python_calamine

from tests.flows.county import MadeUpCounty, standard
from tests.flows.matching_county import MatchingCounty


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;", "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10")
    made.contacts("1;2021-02-01;b;", "2;2021-02-02;b;")
    assert made.sync("2021-03-01").code == 0
    return made


def test_the_report_is_written_in_three_forms_with_the_countys_sentences(county: MadeUpCounty, tmp_path: Path) -> None:
    answer = county.run("report", "--period", "2020/21", "--out", str(tmp_path / "a"))
    assert (answer.code, answer.document["state"]) == (0, "draft")
    page = (tmp_path / "a" / "bericht-2020-21.html").read_text("utf-8")
    assert "Es konnten 2 Personen der primären und sekundären Zielgruppe kontaktiert werden." in page
    assert "Dies entspricht 50 %." in page
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", page), "no foreign address"
    assert "<script" not in page
    assert (tmp_path / "a" / "bericht-2020-21.pdf").read_bytes().startswith(b"%PDF")
    county.run("report", "--period", "2020/21", "--out", str(tmp_path / "b"))
    for name in ("bericht-2020-21.html", "bericht-2020-21.pdf", "bericht-2020-21.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_goals_stand_with_target_and_actual_and_every_chart_is_said_in_words(
    county: MadeUpCounty, tmp_path: Path
) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    page = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert "Mindestens 30 % der kontaktierten Personen treten ein" in page
    assert len(re.findall(r'role="img" aria-label="[^"]{20,}"', page)) == page.count("<svg") >= 2
    assert page.count("<th scope=") > 50
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "bericht-2020-21.xlsx")
    assert {"Deckblatt", "Ziele", "Kennzahlen", "Zählweisen", "Kommunen", "Definitionen"} <= set(book.sheet_names)
    figures = {row[0]: row[1:] for row in book.get_sheet_by_name("Kennzahlen").to_python()}
    assert figures["Eintrittsquote"] == ["1", "2", "30 %", "50 %", "", "ja"]


def test_communes_are_the_released_counts_and_name_their_release(county: MadeUpCounty, tmp_path: Path) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "bericht-2020-21.xlsx")
    rows = book.get_sheet_by_name("Kommunen").to_python()
    assert "01.03.2021" in rows[0][0]
    assert {value % 5 for row in rows[3:] for value in row[1:] if value != ""} == {0}


def test_a_change_is_counted_from_a_state_four_weeks_ago(county: MadeUpCounty, tmp_path: Path) -> None:
    county.contacts("1;2021-02-01;b;", "2;2021-02-02;b;")
    county.people(
        "1;Aydin;Anna;01.02.2000;D;09999001;2021-04-01",
        "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10",
    )
    assert county.sync("2021-04-02").code == 0
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "bericht-2020-21.xlsx")
    figures = {row[0]: row[1:] for row in book.get_sheet_by_name("Kennzahlen").to_python()}
    assert figures["Eingetretene Personen"][4] == "+1"
    assert figures["Eintrittsquote"][4] == "+50 Pp."
    assert "Verlauf" in book.sheet_names


def test_the_report_speaks_english_where_that_is_asked_for(
    county: MadeUpCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEILHABE_LANG", "en")
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    page = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert "2 persons of the primary and secondary target group were contacted." in page


def test_a_sealed_report_is_verified_after_later_facts_and_a_changed_one_is_not(
    county: MadeUpCounty, tmp_path: Path
) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")
    seal = tmp_path / "bericht-2020-21.seal.json"
    assert county.run("verify", str(seal)).code == 0
    county.contacts("1;2021-02-01;b;", "2;2021-02-02;b;", "1;2021-02-20;b;")
    county.people("1;Aydin;Anna;01.02.2000;D;09999001;2021-03-02", "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10")
    assert county.sync("2021-03-05").code == 0
    answer = county.run("verify", str(seal))
    assert (answer.code, answer.document["equal"], answer.document["whole"]) == (0, True, True)
    county.run("report", "--period", "2020/21", "--out", str(tmp_path / "next"), "--seal")
    reissued = json.loads((tmp_path / "next" / "bericht-2020-21.seal.json").read_text("utf-8"))
    late = {found["kpi"]: (found["sealed"]["numerator"], found["now"]["numerator"]) for found in reissued["late_facts"]}
    assert late["entered"] == ("1", "2"), "the Nachmeldung"
    assert "contacted" not in late
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "next" / "bericht-2020-21.xlsx")
    told = [row for row in book.get_sheet_by_name("Nachmeldungen").to_python() if row[0] == "2020/21"]
    assert ["2020/21", "01.03.2021", "Eingetretene Personen", "1", "2", "1", "2"] in told
    page = (tmp_path / "next" / "bericht-2020-21.html").read_text("utf-8")
    assert "Zahlen unterschriebener Berichte, die heute anders lauten" in page
    assert "Nachmeldungen" not in (tmp_path / "bericht-2020-21.html").read_text("utf-8"), "nothing was sealed before"
    document = json.loads(seal.read_text("utf-8"))
    assert document["late_facts"] == []
    document["figures"]["entered"]["numerator"] = "2"
    seal.write_text(json.dumps(document), "utf-8")
    answer = county.run("verify", str(seal))
    assert (answer.code, answer.document["whole"]) == (5, False)
    assert [found["kpi"] for found in answer.document["differences"]] == ["entered"]


def test_after_an_erasure_verify_says_how_many_facts_are_gone(county: MadeUpCounty, tmp_path: Path) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")
    seal = tmp_path / "bericht-2020-21.seal.json"
    assert county.run("verify", str(seal)).document["facts_erased_since"] == 0
    assert county.run("erase", "leute:2", "--reason", "Antrag", "--yes").code == 0
    answer = county.run("verify", str(seal))
    assert (answer.code, answer.document["whole"], answer.document["equal"]) == (5, True, False)
    assert answer.document["erased_since"] == 1
    assert answer.document["facts_erased_since"] > 0
    assert {found["kpi"] for found in answer.document["differences"]} >= {"contacted", "entered"}


def test_verify_after_a_redefinition_for_next_year_is_equal(county: MadeUpCounty, tmp_path: Path) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")
    kpis = county.folder / "kpis"
    kpis.mkdir()
    shipped = Path(__file__).resolve().parents[2] / "config/programmes/durchstarten/kpis/contacted.yaml"
    first = shipped.read_text("utf-8")
    (kpis / "contacted.yaml").write_text(first + "valid_to: 2021-07-31\n", "utf-8")
    second = first.replace("version: 1", "version: 2") + "valid_from: 2021-08-01\nsql: contacted-2.sql\n"
    (kpis / "contacted-2.yaml").write_text(second, "utf-8")
    (kpis / "contacted-2.sql").write_text(
        "SELECT w.period, w.mode, 'all' AS dimension, 'all' AS member, 5 AS numerator, NULL AS denominator "
        "FROM cfg_window AS w\n"
    )
    assert county.sync("2021-09-01").code == 0
    answer = county.run("verify", str(tmp_path / "bericht-2020-21.seal.json"))
    assert (answer.code, answer.document["equal"]) == (0, True)
    assert (answer.document["config_changed"], answer.document["definitions_changed"]) == (True, [])
    versions = county.rows(
        "SELECT period, kpi_version, numerator FROM internal.kpi WHERE as_of = '2021-09-01' AND kpi = 'contacted' "
        "AND dimension = 'all' AND mode = 'cumulative' ORDER BY period"
    )
    assert [(period, version, int(count)) for period, version, count in versions] == [
        ("2020/21", "1", 2),
        ("2021/22", "2", 5),
    ]


def test_verify_names_a_changed_configuration_beside_what_differs(county: MadeUpCounty, tmp_path: Path) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")
    seal = tmp_path / "bericht-2020-21.seal.json"
    kept = len(json.loads(seal.read_text("utf-8"))["figures"])
    statuses = Path(__file__).resolve().parents[2] / "config/programmes/durchstarten/codelists/residence_statuses.csv"
    changed = re.sub(r"(?m)^(GEST_55,.*)secondary", r"\1none", statuses.read_text("utf-8"))
    (county.folder / "codelists" / "residence_statuses.csv").write_text(changed, "utf-8")
    answer = county.run("verify", str(seal))
    assert (answer.code, answer.document["whole"], answer.document["equal"]) == (5, True, False)
    assert {found["kpi"] for found in answer.document["differences"]} >= {"contacted", "entered"}
    assert (answer.document["config_changed"], answer.document["published_equal"]) == (True, kept)


def test_a_figure_that_was_signed_hidden_is_not_told_by_verify(county: MadeUpCounty, tmp_path: Path) -> None:
    county.county_yaml("disclosure: {method: suppression, base: 5, min_count: 5, release: monthly}")
    assert county.sync("2021-03-02").code == 0
    county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal")
    seal = tmp_path / "bericht-2020-21.seal.json"
    assert json.loads(seal.read_text("utf-8"))["figures"]["contacted"]["numerator"] is None
    answer = county.run("verify", str(seal))
    assert (answer.code, answer.document["differences"]) == (0, [])


def test_verify_does_not_mind_proposals_that_came_later(tmp_path: Path, warehouse_url: str) -> None:
    made = MatchingCounty(tmp_path / "county", warehouse_url)
    made.person("1").need("b1", "1", category="COACH").deliver()
    assert made.sync("2021-09-01").code == 0
    assert made.run("report", "--period", "2021/22", "--out", str(tmp_path), "--seal").code == 0
    seal = tmp_path / "bericht-2021-22.seal.json"
    made.do(
        "INSERT INTO core.match_proposal (county, proposal_id, match_run, need_id, person_uid, offer_id, rank, "
        "reasons, state, first_proposed_on, state_on, need_source, offer_source) SELECT county, 'back', "
        "gen_random_uuid(), 'b1', person_uid, 'k', 1, '{}', 'proposed', '2021-07-01', '2021-09-02', 'bedarfe', "
        "'kurse' FROM vault.source_id",
    )
    answer = made.run("verify", str(seal))
    assert (answer.code, answer.document["differences"]) == (0, [])


def test_a_second_seal_is_a_reissue(county: MadeUpCounty, tmp_path: Path) -> None:
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal").document["state"] == "sealed"
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path), "--seal").document["state"] == "reissued"
    page = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert "Seit den unterschriebenen Berichten hat sich keine Zahl geändert: 2020/21 (01.03.2021)." in page


def test_a_period_without_figures_is_a_usage_error(county: MadeUpCounty, tmp_path: Path) -> None:
    assert county.run("report", "--period", "1999/00", "--out", str(tmp_path)).code == 2


def test_unmet_needs_name_the_size_of_a_measure_and_decisions_of_the_steering_body(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = MatchingCounty(tmp_path / "county", warehouse_url)
    for number in range(1, 8):
        county.person(str(number)).need(f"N{number}", str(number), category="COACHING", target_level=None)
    county.night("2021-08-02")
    gaps = county.run("match", "gaps")
    assert gaps.code == 0, gaps.stderr
    (cluster,) = (row["cluster_id"] for row in gaps.document["clusters"] if row["is_proposed"])
    report = ("report", "--period", "2020/21", "--out", str(tmp_path))
    assert county.run(*report).code == 0
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "bericht-2020-21.xlsx")
    assert book.get_sheet_by_name("Bedarf").to_python()[3] == ["Coaching (alle Arten)", "", 5, 3, "vorgeschlagen"]
    assert "Über vorgeschlagene Maßnahmen ist noch kein Beschluss" in (tmp_path / "bericht-2020-21.html").read_text()
    county.run("match", "decide", cluster, "approve", "--reason", "=1+1 Bedarf belegt", "--on", "2021-08-03")
    assert county.run(*report).code == 0
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "bericht-2020-21.xlsx")
    row = book.get_sheet_by_name("Maßnahmen").to_python()[3]
    assert row == [cluster, "Coaching (alle Arten)", "Ort1", "beschlossen", "03.08.2021", "=1+1 Bedarf belegt", 0]


def test_english_readers_get_english_figures_and_days(
    county: MadeUpCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEILHABE_LANG", "en")
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    page = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert "as of 1 Mar 2021" in page
    assert "50%" in page
    assert not re.search(r"\d %|\d\d\.\d\d\.2021|2021-03-01", page), "no German sign and no day as machines write it"


def test_meetings_are_those_that_the_figure_counts_and_none_is_said_in_words(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.source("sitzungen", "\n  meetings:\n    meeting_id: nr\n    body: gremium\n    held_on: tag\n")
    county.people("1;A;Anna;01.02.2000;D;09999001;")
    county.contacts("1;2021-02-01;b;A")
    county.put("sitzungen.csv", "nr;gremium;tag", "1;Bündniskerngruppe;10.03.2021")
    assert county.sync("2021-09-01").code == 0
    for period in ("2020/21", "2021/22"):
        county.run("report", "--period", period, "--out", str(tmp_path))
    page = (tmp_path / "bericht-2021-22.html").read_text("utf-8")
    assert "10.03.2021" in page, "cumulative figures, cumulative list"
    county.put("sitzungen.csv", "nr;gremium;tag")
    county.sync("2021-09-02")
    county.run("report", "--period", "2021/22", "--out", str(tmp_path))
    page = (tmp_path / "bericht-2021-22.html").read_text("utf-8")
    assert "Sitzungen des Steuerungsgremiums</strong>: keine im Zeitraum." in page


def test_sixty_communes_with_long_names_are_drawn_page_by_page(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    lines = [f"099990{n:02d},Bad Großkleinniedersachswerfen-Oberammergau {n},Stadt,,,,," for n in range(1, 61)]
    header = "ags,name,kind,postcodes,lat,lon,valid_from,valid_to"
    (county.folder / "codelists" / "communes.csv").write_text("\n".join([header, *lines]) + "\n")
    county.people("1;A;Anna;01.02.2000;D;09999001;")
    county.contacts("1;2021-02-01;b;A")
    assert county.sync("2021-03-01").code == 0
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path)).code == 0
    page = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert page.count('role="img"') >= 4
    heights = [int(found) for found in re.findall(r'<svg [^>]*height="(\d+)"', page)]
    assert max(heights) < 800, "taller than a page is wide it would not fit one"
    assert "Oberammergau 60" in page


def test_a_county_without_anybody_has_a_report(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people()
    county.contacts()
    assert county.sync("2021-03-01").code in (0, 8)
    assert county.run("report", "--period", "2020/21", "--out", str(tmp_path)).code == 0
    page = (tmp_path / "bericht-2020-21.html").read_text("utf-8")
    assert "Es konnten 0 Personen" in page
    assert "None" not in page
