"""The golden set gives the report's figures exactly; every wrong rule gives another number."""

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.spec.facts import Facts, Figures

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
PLACED_STATES = {"begonnen": "started", "abgebrochen": "dropped", "angemeldet": "registered"}


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.fixture
def figures(facts: Facts) -> Figures:
    for row in rows("teilnehmende"):
        facts.person(
            row["person_id"],
            born=date.fromisoformat(row["geburtsdatum"]),
            status=row["status"],
            ags=row["ags"],
            status_from=day(row["status_von"]),
            status_until=day(row["status_bis"]),
        )
    for row in rows("kontakte"):
        facts.contact(row["person_id"], date.fromisoformat(row["datum"]), two_way=row["art"] == "persoenlich")
    for row in rows("eintritte"):
        facts.entry(row["person_id"], date.fromisoformat(row["eintritt"]), left=day(row["austritt"]))
    for row in rows("vermittlungen"):
        facts.offer(row["vermittlung_id"], kind=row["angebotsart"], module=row["baustein"])
        state = PLACED_STATES[row["status"]]
        facts.enrol(row["person_id"], row["vermittlung_id"], day(row["beginn"]), state=state)
    return facts.figures()


def test_the_reports_six_figures(figures: Figures) -> None:
    assert figures.six() == (124, 88, 47, 20, 8, 59)


def test_the_reports_rates_and_targets(figures: Figures) -> None:
    assert float(figures.cell("entry_rate")["value"]) == pytest.approx(88 / 124)
    assert float(figures.cell("placement_rate")["value"]) == pytest.approx(59 / 88)
    assert float(figures.cell("placement_rate_of_contacted")["value"]) == pytest.approx(59 / 124)
    assert figures.cell("entry_rate")["target_met"] is True
    assert figures.cell("placement_rate")["target_met"] is True


WRONG_RULES = {
    "contact rows": ("contacted", 142, lambda: len(rows("kontakte"))),
    "any contact, no cut-off": (
        "contacted",
        126,
        lambda: len({r["person_id"] for r in rows("kontakte")} & _target_persons()),
    ),
    "no target test": (
        "contacted",
        128,
        lambda: len(
            {r["person_id"] for r in rows("kontakte") if r["art"] == "persoenlich" and r["datum"] <= "2021-07-31"}
        ),
    ),
    "entry rows": ("entered", 90, lambda: len(rows("eintritte"))),
    "no cut-off": ("entered", 89, lambda: len({r["person_id"] for r in rows("eintritte")})),
    "no overlap": ("placed", 67, lambda: 47 + 20),
    "no filter on placements": ("placed", 62, lambda: len(_loosely_placed())),
}


def _target_persons() -> set[str]:
    return {
        r["person_id"]
        for r in rows("teilnehmende")
        if r["ags"].startswith("05774")
        and r["status"].startswith(("DULD", "GEST"))
        and "1993" <= r["geburtsdatum"][:4] <= "2002"
    }


def _loosely_placed() -> set[str]:
    """Entered by the cut-off and any enrolment of a measure, whatever its state or start."""
    entered = {r["person_id"] for r in rows("eintritte") if r["eintritt"] <= "2021-07-31"}
    return {r["person_id"] for r in rows("vermittlungen")} & entered


@pytest.mark.parametrize("rule", list(WRONG_RULES))
def test_a_wrong_rule_gives_another_number(figures: Figures, rule: str) -> None:
    kpi, wrong, count = WRONG_RULES[rule]
    assert count() == wrong, "the golden set holds the trap"
    assert figures.count(kpi) != wrong


def test_no_overlap_is_the_sum_of_the_published_parts(figures: Figures) -> None:
    assert figures.count("placed_new") + figures.count("placed_regular") == 67
    assert figures.count("placed") == 67 - figures.count("placed_both")
