"""Read the open labelled set (made up; tests/linkage) as frames that the resolver takes.

A commune arrives as a name, a locality or a postcode; only what leaves no doubt becomes an AGS.
"""

import csv
from pathlib import Path

import pandas as pd

from tasks.identify.folding import fold_name

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "linkage"
COMMUNES = ROOT / "config" / "paderborn" / "codelists" / "communes.csv"
LOCALITIES = {
    "pb": "Paderborn",
    "schloss neuhaus": "Paderborn",
    "sennelager": "Paderborn",
    "paderborn elsen": "Paderborn",
    "elsen": "Paderborn",
    "salzkotten verne": "Salzkotten",
    "delbruck westenholz": "Delbrück",
    "lippspringe": "Bad Lippspringe",
}
FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y")


def commune_keys() -> dict[str, str]:
    """Return AGS by folded commune name, locality and postcode (only postcodes of one commune)."""
    with COMMUNES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {fold_name(row["name"]): row["ags"] for row in rows}
    found |= {locality: found[fold_name(name)] for locality, name in LOCALITIES.items()}
    postcodes: dict[str, set[str]] = {}
    for row in rows:
        for postcode in row["postcodes"].split("|"):
            postcodes.setdefault(postcode, set()).add(row["ags"])
    return found | {postcode: next(iter(ags)) for postcode, ags in postcodes.items() if len(ags) == 1}


def parse_dates(texts: pd.Series) -> pd.Series:
    """Parse the formats of the set; anything else, such as a lone year, is absent."""
    dates = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for form in FORMATS:
        dates = dates.fillna(pd.to_datetime(texts.where(texts != ""), format=form, errors="coerce"))
    return dates


def read_table(name: str) -> pd.DataFrame:
    """Read one file of the set, every cell as text."""
    return pd.read_csv(FOLDER / f"{name}.csv.gz", dtype=str, keep_default_na=False)


def persons() -> pd.DataFrame:
    """Return the 2,000 persons: person_key, last_name, first_name, birth_date, ags."""
    table, ags = read_table("persons"), commune_keys()
    return pd.DataFrame(
        {
            "person_key": table["person_id"],
            "last_name": table["last_name"],
            "first_name": table["first_name"],
            "birth_date": parse_dates(table["birth_date"]),
            "ags": [ags.get(fold_name(name)) for name in table["commune"]],
        }
    )


def mentions() -> pd.DataFrame:
    """Return the 3,000 mentions with their truth: columns of the resolver, true_person, kind, origin, family."""
    table, ags = read_table("mentions").merge(read_table("truth"), on="mention_id", validate="1:1"), commune_keys()
    return pd.DataFrame(
        {
            "mention_key": table["mention_id"],
            "last_name": table["last_name"].where(table["full_name"] == "", table["full_name"]),
            "first_name": table["first_name"],
            "birth_date": parse_dates(table["birth_date"]),
            "birth_text": table["birth_date"],
            "ags": [ags.get(fold_name(name)) for name in table["commune"]],
            "true_person": table["person_id"],
            "kind": table["kind"],
            "origin": table["origin"],
            "tags": table["tags"],
        }
    )
