"""county.yaml, code lists and KPIs: what is refused, where, and what holds by default."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.folders import SHIPPED_COUNTY
from config.settings import default_config_dir, load_county
from schemas.errors import ConfigInvalid

COUNTY = """\
county: {name: Musterkreis, key: "09999"}
programme: {name: Ankommen, starts_on: 2022-08-01}
"""
SOURCE = """\
source: liste
supplier: {name: Amt}
pull: {url: "{inbox}/liste*.csv"}
format: {type: csv}
records:
  meetings: {meeting_id: Nr, body: Gremium, held_on: Datum}
"""
Folder = Callable[..., Path]


@pytest.fixture
def county_folder(tmp_path: Path) -> Folder:
    """Write a minimal second county; keywords replace or add files (None leaves one out)."""

    def write(**files: str | None) -> Path:
        texts: dict[str, str | None] = {
            "county.yaml": COUNTY,
            "codelists/communes.csv": "ags,name\n09999001,Musterstadt\n",
            "sources/liste.yaml": SOURCE,
        }
        texts.update(
            {
                name.replace("__", "/").replace("_yaml", ".yaml").replace("_csv", ".csv"): text
                for name, text in files.items()
            }
        )
        for name, text in texts.items():
            if text is not None:
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def refusals(folder: Path, environment: dict[str, str] | None = None) -> list[str]:
    """The findings, each as ``file:line:column: message`` with the file relative to the folder."""
    with pytest.raises(ConfigInvalid) as caught:
        load_county(folder, environment or {})
    assert caught.value.exit_code == 3
    return str(caught.value).replace(f"{folder}/", "").splitlines()[1:]


def test_second_county_needs_county_communes_and_sources_only(county_folder: Folder) -> None:
    county = load_county(county_folder(), {})
    assert (county.key, county.communes, county.steering_body) == ("09999", ("09999001",), "Bündniskerngruppe")
    assert (county.timezone, county.warehouse, county.caseload.per_fte) == ("Europe/Berlin", None, 100)
    assert (county.disclosure.method, county.disclosure.base, county.disclosure.release) == ("rounding", 5, "monthly")
    assert county.thresholds.unmet_after_days == 30
    assert county.programme.pack == "durchstarten"
    assert len(county.kpis) == 20
    assert len(county.codelists.residence_statuses) == 23
    assert len(county.codelists.offer_kinds) == 33


def test_communes_may_stand_beside_county_yaml(county_folder: Folder) -> None:
    folder = county_folder(codelists__communes_csv=None, communes_csv="ags,name\n09999002,Neustadt\n")
    assert load_county(folder, {}).communes == ("09999002",)


def test_relative_places_begin_at_the_county_folder(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "inbox: ./eingang\nstate: var/state\n")
    county = load_county(folder, {})
    assert county.inbox == str(folder / "eingang")
    assert county.state == folder / "var" / "state"
    assert county.source("liste").pull.url == str(folder / "eingang" / "liste*.csv")


def test_inbox_beside_the_county_folder_is_a_plain_path(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "inbox: ../eingang\n")
    assert load_county(folder, {}).source("liste").pull.url == str(folder.parent / "eingang" / "liste*.csv")


def test_url_of_another_file_system_stays_as_written(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "inbox: sftp://files.example.org/drop\n")
    assert load_county(folder, {}).source("liste").pull.url == "sftp://files.example.org/drop/liste*.csv"


def test_unknown_key_is_named_with_its_place_and_a_suggestion(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "timezoen: Europe/Berlin\n")
    assert refusals(folder) == ["county.yaml:3:1: unbekannter Schlüssel „timezoen“ (meinten Sie „timezone“?)"]


def test_messages_speak_english_when_asked(county_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEILHABE_LANG", "en")
    folder = county_folder(county_yaml=COUNTY + "  \nwarehous: x\n")
    assert refusals(folder) == ["county.yaml:4:1: unknown key 'warehous' (did you mean 'warehouse'?)"]


def test_all_files_are_checked_before_anyone_is_told(county_folder: Folder) -> None:
    folder = county_folder(
        county_yaml=COUNTY.replace("2022-08-01", "1.8.2022"),
        codelists__communes_csv="ags,name\n09999001,Musterstadt\n9999,Kurz\n",
        sources__liste_yaml=SOURCE.replace("held_on", "held_at"),
    )
    places = [line.split(": ")[0] for line in refusals(folder)]
    assert places == [
        "codelists/communes.csv:3:1",
        "codelists/communes.csv:3:1",
        "county.yaml:2:40",
        "sources/liste.yaml:6:13",
        "sources/liste.yaml:6:45",
    ]


def test_missing_key_is_named_with_its_path(county_folder: Folder) -> None:
    folder = county_folder(county_yaml="county: {name: Musterkreis}\n")
    assert refusals(folder) == [
        "county.yaml:1:1: Schlüssel „programme.name“ fehlt",
        "county.yaml:1:1: Schlüssel „programme.starts_on“ fehlt",
        "county.yaml:1:9: Schlüssel „county.key“ fehlt",
    ]


def test_key_that_stands_twice_is_refused(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "inbox: a\ninbox: b\n")
    assert refusals(folder) == ["county.yaml:4:1: Schlüssel „inbox“ steht zweimal (zuerst Zeile 3)"]


def test_missing_county_file_is_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path) == ["county.yaml:1:1: Datei fehlt oder ist nicht lesbar"]


def test_broken_yaml_is_refused_with_its_place(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "inbox: [a\nstate: b\n")
    assert refusals(folder)[0].startswith("county.yaml:4:6: kein gültiges YAML")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("caseload: {per_fte: viele}", "county.yaml:3:21"),
        ("caseload: {per_fte: 0}", "county.yaml:3:21"),
        ("timezone: Europe/Paderborn", "county.yaml:3:11"),
        ("disclosure: {method: roundin}", "county.yaml:3:22"),
        ("disclosure: rounding", "county.yaml:3:13"),
        ("steering_body: [a, b]", "county.yaml:3:16"),
    ],
)
def test_wrong_type_or_value_is_refused_at_the_value(county_folder: Folder, line: str, place: str) -> None:
    found = refusals(county_folder(county_yaml=f"{COUNTY}{line}\n"))
    assert [entry.split(": ")[0] for entry in found] == [place]


def test_unset_warehouse_variable_means_the_embedded_server(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "warehouse: ${TEILHABE_WAREHOUSE}\n")
    assert load_county(folder, {}).warehouse is None
    url = "postgresql://u:geheim@db/x"
    county = load_county(folder, {"TEILHABE_WAREHOUSE": url})
    assert county.warehouse == url
    assert "geheim" not in repr(county)


def test_unset_variable_elsewhere_is_refused_by_name(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY + "inbox: ${EINGANG}\nstate: ${ABLAGE:-./state}\n")
    assert refusals(folder) == ["county.yaml:3:8: Umgebungsvariable EINGANG ist nicht gesetzt"]


def test_programme_cannot_end_before_it_starts(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY.replace("2022-08-01", "2022-08-01, ends_on: 2022-07-31"))
    assert refusals(folder) == ["county.yaml:2:61: ends_on liegt vor starts_on"]


def test_unknown_pack_is_refused_with_a_suggestion(county_folder: Folder) -> None:
    folder = county_folder(county_yaml=COUNTY.replace("2022-08-01", "2022-08-01, pack: durchstartn"))
    assert refusals(folder)[0].startswith(
        "county.yaml:2:58: unbekanntes Programmpaket „durchstartn“ (meinten Sie „durchstarten“?)"
    )


def test_list_in_the_county_replaces_the_shipped_one(county_folder: Folder) -> None:
    folder = county_folder(codelists__cefr_csv="code,rank,label_de\nA1,1,elementar\n")
    assert [level.code for level in load_county(folder, {}).codelists.cefr] == ["A1"]


def test_unknown_list_and_column_are_refused_with_suggestions(county_folder: Folder) -> None:
    folder = county_folder(codelists__comunes_csv="a\n", codelists__cefr_csv="code,rank,label\nA1,1,x\n")
    assert refusals(folder) == [
        "codelists/cefr.csv:1:1: Spalte „label_de“ fehlt",
        "codelists/cefr.csv:1:1: unbekannte Spalte „label“ (meinten Sie „label_de“?)",
        "codelists/comunes.csv:1:1: unbekannte Liste (meinten Sie „communes.csv“?)",
    ]


def test_commune_of_another_county_is_refused(county_folder: Folder) -> None:
    folder = county_folder(codelists__communes_csv="ags,name\n09999001,A\n09998001,B\n")
    assert refusals(folder) == ["codelists/communes.csv:3:1: der AGS gehört nicht zum Kreis 09999"]


def test_code_twice_in_a_list_is_refused_unless_dated_apart(county_folder: Folder) -> None:
    rows = "ags,name,valid_from\n09999001,A,\n09999001,B,2022-01-01\n"
    assert load_county(county_folder(codelists__communes_csv=rows), {}).communes == ("09999001",)
    twice = refusals(county_folder(codelists__communes_csv=rows + "09999001,C,\n"))
    assert twice == ["codelists/communes.csv:4:1: der Schlüssel steht schon in Zeile 2"]


def test_county_without_sources_is_refused(county_folder: Folder) -> None:
    assert "sources:1:1: der Ordner sources/ enthält keine Quelle" in refusals(county_folder(sources__liste_yaml=None))


def test_targets_of_the_report_are_shipped() -> None:
    county = load_county(SHIPPED_COUNTY, {})
    by_code = {kpi.kpi: kpi for kpi in county.kpis}
    assert by_code["entry_rate"].targets == {"2020/21": 0.30, "2021/22": 0.60}
    assert by_code["placement_rate"].targets == {"2020/21": 0.30, "2021/22": 0.30}
    assert county.target(by_code["caseload_per_fte"], "2020/21") == 100.0
    assert by_code["caseload_per_fte"].direction == "at_most"


def test_redefined_kpi_must_not_overlap_the_old_version(county_folder: Folder) -> None:
    text = (
        "kpi: placed\nversion: 2\nvalid_from: 2023-08-01\nlabel_de: a\nlabel_en: b\n"
        "numerator_text: c\nunit: persons\nsource: d\n"
    )
    folder = county_folder(**{"kpis__placed-2_yaml": text})
    assert refusals(folder) == ["kpis/placed-2.yaml:1:6: Kennzahl placed gilt für diesen Zeitraum schon in placed.yaml"]


def test_target_of_a_year_that_is_no_school_year_is_refused(county_folder: Folder) -> None:
    text = (
        "kpi: seat_use\nlabel_de: a\nlabel_en: b\nnumerator_text: c\nunit: persons\nsource: d\ntargets: {2020/22: 5}\n"
    )
    assert refusals(county_folder(kpis__seat_use_yaml=text)) == [
        "kpis/seat_use.yaml:7:20: „2020/22“ ist kein Schuljahr (2020/21)"
    ]


def test_config_hash_follows_content_and_not_the_place(county_folder: Folder, tmp_path: Path) -> None:
    folder = county_folder()
    before = load_county(folder, {}).config_hash
    moved = tmp_path / "anderswo"
    (moved / "sources").mkdir(parents=True)
    (moved / "codelists").mkdir()
    for name in ("county.yaml", "sources/liste.yaml", "codelists/communes.csv"):
        (moved / name).write_bytes((folder / name).read_bytes())
    assert load_county(moved, {}).config_hash == before
    (moved / "sources" / "liste.yaml").write_text(SOURCE.replace("Datum", "Tag"), encoding="utf-8")
    assert load_county(moved, {}).config_hash != before


def test_default_folder_is_the_shipped_county_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TEILHABE_CONFIG", raising=False)
    assert default_config_dir() == SHIPPED_COUNTY
    monkeypatch.setenv("TEILHABE_CONFIG", str(tmp_path))
    assert default_config_dir() == tmp_path


def test_goals_come_from_the_pack_and_a_county_may_word_its_own(county_folder: Folder) -> None:
    own = """\
period: 2021/22
goals:
  "1": {text_de: Alle treten ein., text_en: Everybody enters., kpis: [entry_rate]}
"""
    goals = load_county(county_folder(**{"goals/2021-22.yaml": own}), {}).goals
    assert [(goal.period, goal.number) for goal in goals][:4] == [("2020/21", n) for n in "1234"]
    assert [(goal.text_de, goal.kpis) for goal in goals if goal.period == "2021/22"] == [
        ("Alle treten ein.", ("entry_rate",))
    ]


def test_a_goal_with_an_unknown_figure_is_refused_with_its_place(county_folder: Folder) -> None:
    own = 'period: 2021/22\ngoals:\n  "1": {text_de: a, text_en: b, kpis: [entry_rat]}\n'
    (found,) = refusals(county_folder(**{"goals/2021-22.yaml": own}))
    assert found.startswith("goals/2021-22.yaml:3:")
    assert "entry_rate" in found


@pytest.mark.parametrize(
    "url", ["sqlite:///x", "postgresql//host/x", "postgresql://host:port/x", "mysql://u:geheim@h/x"]
)
def test_a_warehouse_that_is_no_postgresql_url_is_named_by_its_place(county_folder: Folder, url: str) -> None:
    folder = county_folder(county_yaml=f"{COUNTY}warehouse: {url}\n")
    line = COUNTY.count("\n") + 1
    assert refusals(folder) == [
        f"county.yaml:{line}:12: „warehouse“ erwartet eine Adresse wie postgresql://login@host/datenbank"
    ]
