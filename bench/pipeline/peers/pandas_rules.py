"""The same reading and checks in pandas and pandera, the way many counties' scripts do it."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

STATUSES = {"duldung § 60a": "DULD_60A_2_1", "gestattung": "GEST_55", "duldung ausbildung": "DULD_60C"}
STATES = {"angemeldet": "registered", "begonnen": "started", "beendet": "completed", "abgebrochen": "dropped"}
SEXES = {"weiblich": "f", "männlich": "m", "divers": "d"}
PEOPLE = ["person_id", "last_name", "first_name", "birth_date", "sex", "residence_status", "ags", "caseworker"]
SEATS = ["enrolment_id", "offer_id", "person_id", "state", "starts_on", "ends_on", "reason"]
Halves = tuple[pd.DataFrame, pd.DataFrame]


def _read(path: Path, names: list[str], encoding: str) -> pd.DataFrame:
    about = {"sep": ";", "encoding": encoding, "dtype": str, "keep_default_na": False}
    frame = pd.read_csv(path, names=names, header=0, skip_blank_lines=False, **about)
    frame = frame.apply(lambda column: column.str.strip()).replace("", None)
    frame["row"] = frame.index + 2
    return frame[frame[names].notna().any(axis=1)]


def _day(text: pd.Series) -> pd.Series:
    german = pd.to_datetime(text, format="%d.%m.%Y", errors="coerce")
    found = german.fillna(pd.to_datetime(text, format="%Y-%m-%d", errors="coerce"))
    return found.where(found.between("1900-01-01", "2100-12-31"))


def _split(frame: pd.DataFrame, kind: str, names: list[str], schema: pa.DataFrameSchema) -> Halves:
    key = names[0]
    frame = frame.reset_index(drop=True)
    bad = pd.Series("", index=frame.index, dtype=object)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as found:
        cases = found.failure_cases.dropna(subset=["index"])
        bad.loc[cases["index"].astype(int)] = cases["check"].astype(str).to_numpy()
    good = frame[bad == ""]
    once = good.drop_duplicates(names)
    twice = set(once.loc[once[key].duplicated(keep=False), key])
    bad.loc[good.index[good[key].isin(twice)]] = "conflict"
    rejected = pd.DataFrame({"kind": kind, "row": frame["row"], "rule": bad})[bad != ""]
    return once[~once[key].isin(twice)][[*names, "row"]], rejected


def participants(night: Path) -> Halves:
    frame = _read(night / "participants.csv", PEOPLE, "cp1252")
    frame["birth_date"] = _day(frame["birth_date"])
    frame["sex"] = frame["sex"].str.lower().map(SEXES)
    frame["residence_status"] = frame["residence_status"].str.lower().map(STATUSES)
    required = {name: pa.Column(nullable=False) for name in (*PEOPLE[:4], "residence_status")}
    ags = pa.Column(nullable=False, checks=pa.Check.str_matches(r"^099990(0[1-9]|10)$"))
    return _split(frame, "participants", PEOPLE, pa.DataFrameSchema({**required, "ags": ags}))


def enrolments(night: Path) -> Halves:
    offers = set(pd.read_csv(night / "offers.csv", sep=";", dtype=str)["Nr"])
    frame = _read(night / "enrolments.csv", SEATS, "utf-8-sig")
    frame["starts_on"], frame["ends_on"] = _day(frame["starts_on"]), _day(frame["ends_on"])
    frame["state"] = frame["state"].str.lower().map(STATES)
    required = {name: pa.Column(nullable=False) for name in ("enrolment_id", "person_id", "state")}
    schema = pa.DataFrameSchema({**required, "offer_id": pa.Column(checks=pa.Check.isin(offers))})
    return _split(frame, "enrolments", SEATS, schema)


CONFORM = {"participants": participants, "enrolments": enrolments}
