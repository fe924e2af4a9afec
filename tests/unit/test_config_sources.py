"""sources/*.yaml: what a mapping may say, and where a wrong one is refused."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.county import County
from config.folders import SHIPPED_COUNTY
from config.settings import load_county
from schemas.errors import ConfigInvalid

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Replace a piece of text in a copy of the shipped county."""
    folder = tmp_path / "kreis"
    shutil.copytree(SHIPPED_COUNTY, folder, ignore=shutil.ignore_patterns("inbox", "state", "*.py", "__pycache__"))

    def edit(source: str, old: str, new: str) -> Path:
        path = folder / "sources" / f"{source}.yaml"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")
        return folder

    return edit


def refusals(folder: Path, environment: dict[str, str] | None = None) -> list[str]:
    """The findings, with files relative to ``sources/``."""
    with pytest.raises(ConfigInvalid) as caught:
        load_county(folder, environment or {})
    return str(caught.value).replace(f"{folder}/sources/", "").splitlines()[1:]


def place_of(folder: Path, source: str, text: str) -> str:
    """``file:line:column`` of the only occurrence of ``text``."""
    lines = (folder / "sources" / f"{source}.yaml").read_text(encoding="utf-8").splitlines()
    (found,) = [(number, line.index(text)) for number, line in enumerate(lines, 1) if text in line]
    return f"{source}.yaml:{found[0]}:{found[1] + 1}"


@pytest.fixture(scope="module")
def shipped() -> County:
    return load_county(SHIPPED_COUNTY, {})


def test_contract_example_is_read_as_written(shipped: County) -> None:
    source = shipped.source("landesdatenbank")
    assert (source.format.type, source.format.encoding, source.format.delimiter) == ("csv", "cp1252", ";")
    assert (source.delivery, source.expect.max_change, source.expect.max_rejected) == ("full", 0.30, 0.10)
    assert source.pull.url == str(SHIPPED_COUNTY.resolve() / "inbox" / "landesdatenbank*.csv")
    (participants,) = source.records["participants"]
    assert participants.columns["last_name"].column == "Nachname"
    status = participants.columns["residence_status"]
    assert status.values is not None
    assert status.values["Duldung § 60a"] == "DULD_UNB"


def test_a_record_kind_may_have_several_mappings(shipped: County) -> None:
    blocks = shipped.source("landesdatenbank").records["episodes"]
    assert [block.columns["entered_on"].column for block in blocks] == ["Eintritt am", "Wiedereintritt am"]


def test_yaml_never_turns_words_into_truth_values_or_numbers(edited: Edit) -> None:
    folder = edited("sitzungen", "{Präsenz: onsite, digital: digital}", "{no: onsite, on: no, 007: 1e3, 2020-01-01: ~}")
    (meetings,) = load_county(folder, {}).source("sitzungen").records["meetings"]
    assert meetings.columns["format"].values == {"no": "onsite", "on": "no", "007": "1e3", "2020-01-01": ""}


@pytest.mark.parametrize(
    ("source", "old", "new", "at", "says", "guess"),
    [
        ("kontakte", "delivery: full", "delivry: full", "delivry", "Schlüssel „delivry“", "delivery"),
        ("kontakte", "skip_footer", "skip_foter", "skip_foter", "Schlüssel „skip_foter“", "skip_footer"),
        ("kontakte", "  contacts:", "  kontacts:", "kontacts", "Satzart „kontacts“", "contacts"),
        ("kontakte", "outcome: Erg", "outcom: Erg", "outcom:", "hat keine Spalte „outcom“", "outcome"),
        ("kontakte", "      column: Art", "      colum: Art", "colum:", "Schlüssel „colum“", "column"),
        ("kontakte", "Video: video", "Video: vidio", "vidio", "Wert „vidio“ für channel", "video"),
        ("landesdatenbank", ": DULD_60B", ": DULD_60X", "DULD_60X", "Wert „DULD_60X“ für residence_status", "DULD_60B"),
        ("angebote", ": F5 ", ": F9 ", "F9 ", "Wert „F9“ für module", ""),
        ("angebote", ": IK_ALLG", ": IK_ALL", "IK_ALL", "Wert „IK_ALL“ für kind", "IK_ALLG"),
        ("bedarfe", ": LANGUAGE", ": LANGUAG", "LANGUAG", "Wert „LANGUAG“ für category", "LANGUAGE"),
        ("kontakte", '"%d.%m.%Y"', '"%d.%m."', '["%d.%m."]', "„%d.%m.“ ist kein brauchbares Datumsformat", ""),
        ("kontakte", "type: excel", "type: exel", "exel", "„type“ erwartet eines von: csv, excel", ""),
        ("kontakte", "max_change: 30%", "max_change: viel", "viel", "„max_change“ erwartet einen Anteil", ""),
        ("kontakte", "max_change: 30%", "every: weekly", "weekly", "„every“ erwartet eine Dauer", ""),
        ("kontakte", "{inbox}/", "{eingang}/", '"{eingang}', "unbekannter Platzhalter „eingang“", ""),
        ("personal", "cp1252", "cp9999", "cp9999", "„encoding“ erwartet eine Zeichenkodierung", ""),
        ("personal", '";"', '";;"', '";;"', "„delimiter“ erwartet genau ein Zeichen", ""),
        ("personal", "source: personal", "source: stellen", "stellen", "source heißt „stellen“", ""),
    ],
)  # fmt: skip
def test_wrong_word_is_refused_where_it_stands(
    edited: Edit, source: str, old: str, new: str, at: str, says: str, guess: str
) -> None:
    folder = edited(source, old, new)
    found = [line for line in refusals(folder) if says in line]
    assert len(found) == 1
    assert found[0].startswith(f"{place_of(folder, source, at)}: ")
    assert (f"meinten Sie „{guess}" if guess else "") in found[0]


def test_required_column_without_mapping_is_refused(edited: Edit) -> None:
    folder = edited("kontakte", "    contact_on: Kontakt am\n", "")
    place = place_of(folder, "kontakte", "person_id: Fallnummer")
    assert refusals(folder) == [f"{place}: Pflichtspalte contact_on der Satzart contacts ist nicht zugeordnet"]


@pytest.mark.parametrize(
    "missing", ["    last_name: Name\n", "    first_name: Vorname\n", "    birth_date: geboren am\n"]
)
def test_enrolments_need_an_id_or_a_whole_name(edited: Edit, missing: str) -> None:
    found = refusals(edited("traeger_ausbildung", missing, ""))
    assert len(found) == 1
    assert "person_id oder last_name, first_name und birth_date" in found[0]


def test_const_and_default_are_canonical_and_dates_become_iso(edited: Edit) -> None:
    folder = edited("kontakte", "caseworker: Teilhabemanagerin", "caseworker: {const: TM01}")
    folder = edited("kontakte", "Brief: letter}", "Brief: letter}\n      default: Büro")
    folder = edited("kontakte", "contact_on: Kontakt am", "contact_on: {column: Kontakt am, default: 01.09.2020}")
    (contacts,) = load_county(folder, {}).source("kontakte").records["contacts"]
    assert contacts.columns["caseworker"].const == "TM01"
    assert contacts.columns["channel"].default == "office"
    assert contacts.columns["contact_on"].default == "2020-09-01"


@pytest.mark.parametrize("parts", ["{column: A, const: b}", "{split: ';'}"])
def test_a_mapping_has_a_header_or_a_fixed_value(edited: Edit, parts: str) -> None:
    folder = edited("kontakte", "outcome: Ergebnis", f"outcome: {parts}")
    assert [line.split(": ", 1)[1] for line in refusals(folder)] == [
        "„outcome“ braucht column oder const (nicht beides)"
    ]


def test_ids_come_from_the_only_source_that_has_them(shipped: County) -> None:
    assert shipped.source("landesdatenbank").ids.person == "landesdatenbank"
    assert shipped.source("kontakte").ids.person == "landesdatenbank"
    assert shipped.source("traeger_ausbildung").ids.person is None
    assert shipped.source("traeger_ausbildung").ids.offer == "angebote"
    assert shipped.source("personal").ids.person is None


def test_several_sources_of_ids_want_a_word(edited: Edit) -> None:
    second = (SHIPPED_COUNTY / "sources" / "landesdatenbank.yaml").read_text(encoding="utf-8")
    folder = edited("zweitregister", "", second.replace("source: landesdatenbank", "source: zweitregister"))
    (found,) = refusals(folder)
    assert found.startswith("kontakte.yaml:")
    assert "mehrere Quellen liefern participants (landesdatenbank, zweitregister)" in found
    edited("kontakte", "delivery: full", "delivery: full\nids: {person: zweitregister}")
    county = load_county(folder, {})
    assert county.source("kontakte").ids.person == "zweitregister"
    assert county.source("zweitregister").ids.person == "zweitregister"


def test_ids_of_a_source_without_such_records_are_refused(edited: Edit) -> None:
    folder = edited("bedarfe", "{person: landesdatenbank}", "{person: kontakte}")
    (found,) = refusals(folder)
    assert found.startswith(
        f"{place_of(folder, 'bedarfe', 'kontakte}')}: „kontakte“ ist keine Quelle, die participants liefert"
    )


def test_missing_source_of_ids_matters_only_where_ids_are_used(edited: Edit) -> None:
    folder = edited("personal", "delivery", "delivery")
    for path in (folder / "sources").glob("*.yaml"):
        if path.stem not in {"personal", "kontakte"}:
            path.unlink()
    (found,) = refusals(folder)
    assert found.startswith("kontakte.yaml:")
    assert "keine Quelle liefert participants" in found


def test_secrets_come_from_the_environment_or_a_file_and_are_never_shown(edited: Edit) -> None:
    edited("kontakte", "type: excel", "type: excel\n  password: ${LISTE_PW}")
    folder = edited(
        "bedarfe",
        '"{inbox}/bedarfe*.csv", newest_only: true',
        '"sftp://u:p4ss@host.example.org/b*.csv", host_key_file: key.txt, auth: {user: kreis, password_file: pw.txt}',
    )
    (folder / "pw.txt").write_text("sesam\n", encoding="utf-8")
    (folder / "key.txt").write_text("ssh-ed25519 AAAA\n", encoding="utf-8")
    county = load_county(folder, {"LISTE_PW": "hush"})
    pull = county.source("bedarfe").pull
    assert county.source("kontakte").format.password == "hush"
    assert pull.auth is not None
    assert (pull.auth.user, pull.auth.password, pull.host_key) == ("kreis", "sesam", "ssh-ed25519 AAAA")
    assert pull.shown_url == "sftp://host.example.org/b*.csv"
    assert not [secret for secret in ("hush", "sesam", "p4ss", "AAAA") if secret in repr(county)]


def test_caps_and_hosts_of_a_pull_reach_the_model(edited: Edit) -> None:
    folder = edited(
        "bedarfe", "newest_only: true", "allow_hosts: [a.example.org], max_bytes: 1000, timeout_s: 2.5, query: SELECT 1"
    )
    pull = load_county(folder, {}).source("bedarfe").pull
    assert (pull.newest_only, pull.optional) == (False, False)
    assert (pull.allow_hosts, pull.max_bytes, pull.timeout_s, pull.query) == (("a.example.org",), 1000, 2.5, "SELECT 1")
    edited("bedarfe", "query:", "table: t, query:")
    assert [line.split(": ", 1)[1] for line in refusals(folder)] == ["„table“ und „query“ schließen sich aus"]


def test_unset_secret_and_missing_secret_file_are_refused_by_name(edited: Edit) -> None:
    edited("kontakte", "type: excel", "type: excel\n  password: ${LISTE_PW}")
    folder = edited("bedarfe", "newest_only: true", "auth_file: fehlt.txt")
    assert [line.split(": ", 1)[1] for line in refusals(folder)] == [
        "die in „auth_file“ genannte Datei fehlt oder ist nicht lesbar",
        "Umgebungsvariable LISTE_PW ist nicht gesetzt",
    ]


def test_yml_files_are_refused_instead_of_overlooked(edited: Edit) -> None:
    folder = edited("personal", "delivery", "delivery")
    (folder / "sources" / "neu.yml").write_text("source: neu\n", encoding="utf-8")
    assert refusals(folder) == ["neu.yml:1:1: Dateiendung .yaml verwenden (.yml wird nicht gelesen)"]


def test_county_travels_to_a_child_process(shipped: County) -> None:
    assert pickle.loads(pickle.dumps(shipped)) == shipped
