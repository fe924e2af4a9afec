"""Reading rule files: the shipped pack, and faults with file, line and column."""

import csv
from datetime import date
from pathlib import Path

import pytest

from config.facts import MODES
from config.rules import STEPS, read_rules
from schemas.errors import ConfigInvalid

PACK = Path(__file__).parents[2] / "config" / "programmes" / "durchstarten"
RULE = """rules:
  - id: a.rule
    version: 1
    step: state
    valid_from: 2020-01-01
    condition: run.seats_free >= 1
    legal_source: Quelle
    approver: Amt
    reason:
      de: Grund
      en: reason
"""


def shipped_codes():
    def column(name, key):
        with (PACK / "codelists" / name).open(encoding="utf-8") as file:
            return frozenset(row[key] for row in csv.DictReader(file))

    return {
        "offer_kinds": column("offer_kinds.csv", "code"),
        "offer_families": column("offer_kinds.csv", "family"),
        "residence_statuses": column("residence_statuses.csv", "code"),
        "residence_groups": column("residence_statuses.csv", "residence_group"),
        "funding_modules": column("funding_modules.csv", "code"),
        "modes": MODES,
    }


def refused(tmp_path, text):
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        read_rules([tmp_path / "r.yaml"])
    return caught.value


def test_the_shipped_rules_name_known_codes_only_and_stand_in_explanation_order():
    pack = read_rules((PACK / "rules").glob("*.yaml"), shipped_codes())
    steps = [STEPS.index(rule.step) for rule in pack.on(date(2021, 7, 31))]
    assert steps == sorted(steps)
    assert set(range(len(STEPS))) == set(steps)


def test_every_shipped_rule_has_source_approver_and_two_languages():
    for rule in read_rules((PACK / "rules").glob("*.yaml")).rules:
        assert all((rule.legal_source, rule.approver, rule.reason_de, rule.reason_en)), rule.key


def test_rules_of_law_never_offer_a_way_in_but_counselling():
    for rule in read_rules((PACK / "rules").glob("*.yaml")).rules:
        if rule.step == "residence_status":
            assert rule.counselling, rule.key
            assert rule.way_in is None, rule.key


@pytest.mark.parametrize(("day", "version"), [(date(2026, 2, 8), 1), (date(2026, 2, 9), 2), (date(2030, 1, 1), 2)])
def test_one_version_of_a_rule_holds_on_a_day(day, version):
    pack = read_rules((PACK / "rules").glob("*.yaml"))
    assert [rule.version for rule in pack.on(day) if rule.rule_id == "residence.integration_course"] == [version]


def test_the_matching_order_begins_with_urgent_needs_and_ends_with_the_lottery():
    order = read_rules((PACK / "rules").glob("*.yaml")).order_on(date(2021, 7, 31))
    assert (order.levels[0], order.levels[-1], len(order.levels)) == ("priority_one_served", "lottery", 7)


def test_no_order_in_force_is_a_config_error():
    with pytest.raises(ConfigInvalid, match="E612"):
        read_rules((PACK / "rules").glob("*.yaml")).order_on(date(2019, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("version: 1", "verson: 1", "E601", "r.yaml:3:5"),
        ("    approver: Amt\n", "", "E602", "r.yaml:2:5"),
        ("version: 1", "version: eins", "E603", "r.yaml:3:14"),
        ("step: state", "step: stat", "E608", "r.yaml:4:11"),
        ("2020-01-01", "01.01.2020", "E603", "r.yaml:5:17"),
        ("run.seats_free >= 1", "run.seats_fre >= 1", "E605", "r.yaml:6:16"),
        ("run.seats_free >= 1", "run.seats_free >= 'B1'", "E606", "r.yaml:6:31"),
        ("run.seats_free >= 1", "|\n      run.childcare\n      and run.kind < 'A'", "E606", "r.yaml:8:20"),
        ("run.seats_free >= 1", ">-\n      run.childcare\n      or run.nothing", "E605", "r.yaml:8:10"),
        ("run.seats_free >= 1", '"run.seats_free >= x"', "E605", "r.yaml:6:35"),
        ("    version: 1\n", "    version: 1\n    version: 2\n", "E610", "r.yaml:4:5"),
        ("rules:", "rules: [", "E609", "r.yaml:"),
        ("      en: reason\n", "", "E602", "r.yaml:10:7"),
    ],
)
def test_a_fault_names_file_line_and_column(tmp_path, old, new, code, place):
    error = refused(tmp_path, RULE.replace(old, new))
    assert error.code == code
    assert str(error.params["place"]).startswith(place)


def test_a_misspelt_key_gets_a_suggestion(tmp_path):
    assert "did you mean 'version'?" in str(refused(tmp_path, RULE.replace("version: 1", "verson: 1")))


def test_two_versions_in_force_at_once_are_refused(tmp_path):
    second = RULE.removeprefix("rules:\n").replace("version: 1", "version: 2").replace("2020", "2021")
    assert refused(tmp_path, RULE + second).code == "E607"


def test_no_rule_file_at_all_is_an_error():
    with pytest.raises(ConfigInvalid, match="E611"):
        read_rules([])
