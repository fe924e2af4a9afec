"""Made-up counties of any size, seeded: the same number gives the same county everywhere."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tasks.match.inputs import CodeTables, MatchInput

ROOT = Path(__file__).parents[2]
CODELISTS = ROOT / "config" / "programmes" / "durchstarten" / "codelists"
COMMUNES = ROOT / "config" / "paderborn" / "codelists" / "communes.csv"
AS_OF = date(2021, 7, 31)
LEVELS = ["A0", "A1", "A2", "B1", "B2"]
KINDS = ["IK_ALLG", "IK_ALPHA", "IK_INTENSIV", "IK_JUGEND", "BASIS_NRW", "SPRACH_SONST", "BSK_A2", "BSK_B1", "BSK_B2"]
KINDS += ["ABH", "EQ", "BVB", "AUSB", "ESA", "EESA", "COACH", "TAFF", "VORB", "QUALI_BB", "ASA_FLEX"]
STATUSES = ["GEST_55", "DULD_60A_2_1", "DULD_60A_2_3", "DULD_60C", "DULD_60B", "DULD_UNB", "UNBEKANNT"]


@dataclass(frozen=True)
class Shape:
    """How many persons and runs, needs a person on average, and seats a need on average.

    ``communes`` 0: the ten of Paderborn, and two in five needs name no radius. Else so many made-up
    ones, nine kilometres apart in a square (a state), and every need names a radius.
    """

    persons: int
    runs: int
    needs_per_person: float = 1.2
    seats_per_need: float = 0.7
    seed: int = 1
    communes: int = 0


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])


def codes() -> CodeTables:
    return CodeTables(
        _read(CODELISTS / "offer_kinds.csv"), _read(CODELISTS / "residence_statuses.csv"), _read(COMMUNES)
    )


def grid(count: int) -> pd.DataFrame:
    """Return made-up communes nine kilometres apart in a square."""
    side = int(np.ceil(np.sqrt(count)))
    places = [(51 + row * 0.081, 7 + column * 0.129) for row in range(side) for column in range(side)][:count]
    return pd.DataFrame(
        [(f"05{number:06d}", lat, lon) for number, (lat, lon) in enumerate(places)], columns=["ags", "lat", "lon"]
    )


def county(shape: Shape, as_of: date = AS_OF) -> MatchInput:
    """Return a county of the given shape; as in real lists, some facts are missing."""
    rng = np.random.default_rng(shape.seed)
    tables = codes()
    if shape.communes:
        tables = replace(tables, communes=grid(shape.communes))
    communes = tables.communes["ags"].to_numpy(dtype=object)
    weight = np.where(tables.communes["ags"] == "05774032", 10.0, 1.0)
    weight /= weight.sum()
    persons = pd.DataFrame(
        {
            "person_uid": [f"p{number:06d}" for number in range(shape.persons)],
            "birth_date": [date(1994, 1, 1) + timedelta(days=int(day)) for day in rng.integers(0, 3300, shape.persons)],
            "residence_status": rng.choice(STATUSES, shape.persons, p=[0.35, 0.3, 0.1, 0.1, 0.05, 0.07, 0.03]),
            "ags": rng.choice(communes, shape.persons, p=weight),
            "entered_on": [
                as_of - timedelta(days=30) if entered else None for entered in rng.random(shape.persons) < 0.8
            ],
            "consent_casework": True,
            "sex": rng.choice(["f", "m"], shape.persons),
        }
    )
    empty = pd.DataFrame()
    runs = _runs(rng, shape, communes, weight, as_of)
    return MatchInput(as_of, _needs(rng, shape, persons, as_of), persons, runs, empty, empty, empty, tables)


def _needs(rng: np.random.Generator, shape: Shape, persons: pd.DataFrame, as_of: date) -> pd.DataFrame:
    count = int(shape.persons * shape.needs_per_person)
    owner = np.concatenate([np.arange(shape.persons), rng.integers(0, shape.persons, count - shape.persons)])
    return pd.DataFrame(
        {
            "need_id": [f"N{number:06d}" for number in range(count)],
            "person_uid": persons["person_uid"].to_numpy(dtype=object)[owner],
            "category": rng.choice([*KINDS, "INTEGRATION_COURSE", "JOB_LANGUAGE"], count),
            "current_level": rng.choice(LEVELS, count, p=[0.1, 0.2, 0.3, 0.25, 0.15]),
            "target_level": rng.choice([None, "A2", "B1"], count, p=[0.5, 0.25, 0.25]),
            "priority": rng.choice([1, 2, 3], count, p=[0.2, 0.6, 0.2]),
            "hours_max": rng.choice([None, 10, 20, 30], count, p=[0.6, 0.1, 0.1, 0.2]),
            "childcare": rng.random(count) < 0.1,
            "part_time": rng.random(count) < 0.15,
            "radius_km": rng.choice([15 if shape.communes else None, 10, 20], count, p=[0.4, 0.2, 0.4]),
            "recorded_on": [as_of - timedelta(days=int(day)) for day in rng.integers(0, 400, count)],
        }
    )


def _runs(
    rng: np.random.Generator, shape: Shape, communes: np.ndarray, weight: np.ndarray, as_of: date
) -> pd.DataFrame:
    count = shape.runs
    seats = np.maximum(1, rng.poisson(shape.seats_per_need * shape.persons * shape.needs_per_person / count, count))
    begin = rng.choice([8, 9, 13, 17], count)
    starts = [as_of + timedelta(days=int(day)) for day in rng.integers(-30, 120, count)]
    kinds = rng.choice(KINDS, count)
    funded = {"COACH": "F1", "TAFF": "F5", "VORB": "F4", "QUALI_BB": "F2"}
    return pd.DataFrame(
        {
            "offer_id": [f"O{number:05d}" for number in range(count)],
            "run_id": "1",
            "kind": kinds,
            "module": [funded.get(kind, "REGEL") for kind in kinds],
            "ags": rng.choice(communes, count, p=weight),
            "mode": rng.choice(["onsite", "online", "hybrid"], count, p=[0.85, 0.1, 0.05]),
            "starts_on": starts,
            "ends_on": [
                start + timedelta(days=int(day))
                for start, day in zip(starts, rng.integers(60, 240, count), strict=True)
            ],
            "weekdays": rng.choice(["Mo-Fr", "Mo|Mi|Fr", "Di|Do", "Sa"], count, p=[0.4, 0.25, 0.25, 0.1]),
            "from_time": [f"{hour:02d}:00" for hour in begin],
            "to_time": [f"{hour + 4:02d}:00" for hour in begin],
            "hours_week": rng.choice([4, 8, 12, 20, 25], count),
            "seats_max": seats,
            "seats_free": seats.astype(float),
            "entry_level": rng.choice([None, "A0", "A1", "A2"], count, p=[0.4, 0.2, 0.2, 0.2]),
            "target_level": rng.choice(["A2", "B1", "B2"], count),
            "part_time": rng.random(count) < 0.4,
            "childcare": rng.random(count) < 0.3,
        }
    )
