"""A second labelled set of our own: other names, other spellings, drawn from lists instead of rules.

The open set makes spellings by rule; here every spelling stands in a list as offices write it
(English, French, German, Turkish romanisation), so nothing was tuned on them. Made up; no person
stands behind a row. The same seed gives the same set.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

FOLDER = Path(__file__).parent
SECOND, UNSEEN = "spellings-second.yaml", "spellings-unseen.yaml"
COMMUNES = [f"057740{number:02d}" for number in (4, 8, 12, 16, 20, 24, 28, 32, 36, 40)]
LETTERS = "abcdefghijklmnoprstuwz"


def read_names(file: str) -> dict[str, list[list[list[str]]]]:
    """Return by origin: men, women, families; each name a list of its spellings."""
    document = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    return {
        origin: [
            [name.replace("_", " ").split("/") for name in group[kind].split()] for kind in ("men", "women", "families")
        ]
        for origin, group in document.items()
    }


class Office:
    """Draws persons and writes them down the way offices do."""

    def __init__(self, seed: int, names: dict[str, list[list[list[str]]]]) -> None:
        self.names = names
        self.random = np.random.default_rng(seed)

    def chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def pick(self, options: list) -> object:
        """Earlier options more often: names are not equally common."""
        share = 1.0 / (np.arange(len(options)) + 1.5)
        return options[self.random.choice(len(options), p=share / share.sum())]

    def birthday(self) -> dt.date:
        day = dt.date(1993, 1, 1) + dt.timedelta(days=int(self.random.integers(0, 365 * 11)))
        return day.replace(month=1, day=1) if self.chance(0.15) else day

    def person(self) -> dict:
        origin = str(self.random.choice(list(self.names)))
        sex = int(self.random.integers(0, 2))
        first = [self.pick(self.names[origin][sex])]
        if self.chance(0.2):
            first.append(self.pick(self.names[origin][sex]))
        last = [self.pick(self.names[origin][2])]
        if self.chance(0.12):
            last.append(self.pick(self.names[origin][0]))
        commune = str(self.random.choice(COMMUNES))
        return {"origin": origin, "sex": sex, "first": first, "last": last, "born": self.birthday(), "ags": commune}

    def sibling(self, person: dict, *, twin: bool) -> dict:
        known = {name[0] for name in person["first"]}
        names = self.names[person["origin"]][person["sex"]]
        order = self.random.permutation(len(names))
        first = next(names[at] for at in order if names[at][0] not in known)
        return person | {"first": [first], "born": person["born"] if twin else self.birthday()}

    def written(self, person: dict, spelling: float) -> tuple[str, str]:
        """Return last and first name; each part in another spelling with chance ``spelling``."""

        def write(spellings: list[str]) -> str:
            if self.chance(spelling):
                return str(self.random.choice(spellings))
            return spellings[int(person.get("habit", 0)) % len(spellings)]

        return " ".join(map(write, person["last"])), " ".join(map(write, person["first"]))

    def slip(self, name: str) -> str:
        at = int(self.random.integers(1, max(2, len(name) - 1)))
        kind = int(self.random.integers(0, 3))
        letter = LETTERS[int(self.random.integers(0, len(LETTERS)))]
        return [name[:at] + name[at + 1 :], name[:at] + letter + name[at + 1 :], name[:at] + letter + name[at:]][kind]

    def date(self, born: dt.date) -> tuple[dt.date | None, str]:
        roll = self.random.random()
        if roll < 0.06:
            return None, ""
        if roll < 0.09:
            return None, str(born.year)
        if roll < 0.12:
            return born.replace(month=1, day=1), ""
        if roll < 0.135 and born.day <= 12:
            return born.replace(month=born.day, day=born.month), ""
        if roll < 0.175:
            other = born.replace(day=1 + (born.day + int(self.random.integers(0, 27))) % 28)
            return (other if self.chance(0.6) else born.replace(year=born.year + 1, day=min(born.day, 28))), ""
        return born, ""

    def mention(self, person: dict) -> dict:
        last, first = self.written(person, 0.5)
        if self.chance(0.1) and " " in first:
            first = first.split(" ")[0]
        if self.chance(0.08):
            last, first = (self.slip(last), first) if self.chance(0.5) else (last, self.slip(first))
        if self.chance(0.08):
            last, first = first, last
        if self.chance(0.3):
            last, first = f"{last}, {first}" if self.chance(0.5) else f"{first} {last}", ""
        born, text = self.date(person["born"])
        ags = None if self.chance(0.2) else person["ags"] if self.chance(0.7) else COMMUNES[7]
        return {"last_name": last, "first_name": first, "birth_date": born, "birth_text": text, "ags": ags}


def drawn_set(
    names: str = SECOND, seed: int = 2, person_count: int = 2000, mention_count: int = 3000
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return persons and mentions in the columns of ``linkage_set``, drawn from a list of spellings."""
    office = Office(seed, read_names(names))
    people = [office.person() | {"habit": int(office.random.integers(0, 4))} for _ in range(person_count)]
    for at in office.random.choice(person_count, size=person_count // 25, replace=False):
        people[at] = office.sibling(people[at - 1], twin=office.chance(0.3))
    persons = pd.DataFrame(
        [
            dict(zip(("last_name", "first_name"), office.written(person, 0.0), strict=True))
            | {"person_key": f"S{at:06d}", "birth_date": person["born"], "ags": person["ags"]}
            for at, person in enumerate(people)
        ]
    )
    known = {_identity(person) for person in people}
    rows = []
    for at in range(mention_count):
        roll, chosen = office.random.random(), int(office.random.integers(0, person_count))
        person, truth, kind = people[chosen], f"S{chosen:06d}", "member"
        if roll > 0.68:
            truth = ""
            kind = "twin" if roll > 0.985 else "sibling" if roll > 0.92 else "namesake" if roll > 0.88 else "stranger"
            if kind in ("twin", "sibling"):
                person = office.sibling(person, twin=kind == "twin")
            else:
                person = person | {"born": office.birthday()} if kind == "namesake" else office.person()
            if _identity(person) in known:  # by chance a person of the table: a stranger instead
                person, kind = office.person(), "stranger"
        rows.append(
            office.mention(person)
            | {"mention_key": f"N{at:06d}", "true_person": truth, "kind": kind, "origin": person["origin"], "tags": ""}
        )
    mentions = pd.DataFrame(rows)
    return _dated(persons), _dated(mentions)


def _identity(person: dict) -> tuple[frozenset[str], dt.date]:
    return frozenset(name[0] for name in person["first"] + person["last"]), person["born"]


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(birth_date=pd.to_datetime(frame["birth_date"]))
