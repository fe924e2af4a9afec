"""A second made-up county agrees to the digit with an independent recomputation, in every cell."""

import random
from datetime import date, timedelta

import pytest

from tests.spec import oracle
from tests.spec.facts import Facts

COMMUNES = ("05774004", "05774032", "05774036", "05711000")
STATUSES = ("DULD_60A_2_1", "DULD_60B", "DULD_UNB", "GEST_55", "AE_25B", "UNBEKANNT")
MODULES = {"F1": "COACH", "F2": "QUALI_BB", "F5": "TAFF", "REGEL": "IK_ALLG", "F6": "THM"}
STATES = ("registered", "waiting", "started", "completed", "dropped", "cancelled")


def made_people(seed: int, count: int) -> list[oracle.Person]:
    draw = random.Random(seed)

    def day(first: date, days: int) -> date:
        return first + timedelta(days=draw.randrange(days))

    people = []
    for number in range(count):
        person = oracle.Person(
            name=f"p{number}",
            born=day(date(1992, 1, 1), 4400),
            sex=draw.choice("fmdx"),
            ags=draw.choice(COMMUNES),
            status=draw.choice(STATUSES),
            status_from=draw.choice([None, day(date(2018, 1, 1), 1000)]),
        )
        if person.status_from is not None and draw.random() < 0.3:
            person.status_until = person.status_from + timedelta(days=draw.randrange(200, 1500))
        person.contacts = sorted(
            {day(date(2020, 3, 1), 1000): draw.random() < 0.8 for _ in range(draw.randrange(4))}.items()
        )
        person.entries = sorted({day(date(2020, 4, 1), 1000) for _ in range(draw.choice([0, 0, 1, 1, 2]))})
        person.enrolments = [
            (draw.choice(list(MODULES)), day(date(2020, 5, 1), 1100), draw.choice(STATES))
            for _ in range(draw.choice([0, 0, 1, 2, 3]))
        ]
        people.append(person)
    return people


def write(facts: Facts, people: list[oracle.Person]) -> None:
    known = date(2020, 5, 1)
    for module, kind in MODULES.items():
        facts.offer(f"offer-{module}", kind=kind, module=module, known=known)
    for person in people:
        facts.person(
            person.name,
            born=person.born,
            sex=person.sex,
            ags=person.ags,
            status=person.status,
            status_from=person.status_from,
            status_until=person.status_until,
            known=known,
        )
        for contact, two_way in person.contacts:
            facts.contact(person.name, contact, two_way=two_way, known=known)
        for entry in person.entries:
            facts.entry(person.name, entry, known=known)
        for number, (module, start, state) in enumerate(person.enrolments):
            facts.enrol(person.name, f"offer-{module}", start, state=state, run_id=str(number), known=known)


@pytest.mark.parametrize(("seed", "known"), [(1, date(2021, 2, 14)), (2, date(2022, 8, 1)), (3, date(2023, 6, 30))])
def test_every_cell_agrees_with_the_independent_recomputation(facts: Facts, seed: int, known: date) -> None:
    people = made_people(seed, 120)
    write(facts, people)
    expected = oracle.figures(people, known)
    found = facts.figures(known).rows
    wrong = []
    for key, cell in found.items():
        kpi, _, _, dimension, _member = key
        if kpi not in oracle.totals([]) or dimension in ("module", "team"):
            continue
        top, bottom, value = expected.get(key, oracle.totals([])[kpi])
        same = int(cell["numerator"]) == top and (bottom is None or int(cell["denominator"]) == bottom)
        same_value = (cell["value"] is None) == (value is None) and (
            value is None or float(cell["value"]) == pytest.approx(float(value), abs=1e-12)
        )
        if not (same and same_value):
            wrong.append((key, (top, bottom, value), (cell["numerator"], cell["denominator"], cell["value"])))
    assert wrong == []
    assert set(expected) <= set(found), "no figure of the recomputation is missing"
