"""The same reading and checks in Polars: strings in, typed rows and rejected rows out."""

import io
from pathlib import Path

import polars as pl

STATUSES = {"duldung § 60a": "DULD_60A_2_1", "gestattung": "GEST_55", "duldung ausbildung": "DULD_60C"}
STATES = {"angemeldet": "registered", "begonnen": "started", "beendet": "completed", "abgebrochen": "dropped"}
SEXES = {"weiblich": "f", "männlich": "m", "divers": "d"}
PEOPLE = ["person_id", "last_name", "first_name", "birth_date", "sex", "residence_status", "ags", "caseworker"]
SEATS = ["enrolment_id", "offer_id", "person_id", "state", "starts_on", "ends_on", "reason"]
Halves = tuple[pl.DataFrame, pl.DataFrame]


def _read(path: Path, names: list[str], encoding: str) -> pl.DataFrame:
    text = path.read_bytes().decode(encoding)
    frame = pl.read_csv(io.BytesIO(text.encode()), separator=";", new_columns=names, infer_schema=False)
    frame = frame.with_row_index("row", offset=2).with_columns(pl.col("row").cast(pl.Int32))
    trimmed = frame.with_columns(pl.col(name).str.strip_chars() for name in names)
    cells = trimmed.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
    return cells.filter(~pl.all_horizontal(pl.col(name).is_null() for name in names))


def _day(name: str) -> pl.Expr:
    german, iso = (pl.col(name).str.to_date(form, strict=False) for form in ("%d.%m.%Y", "%Y-%m-%d"))
    found = pl.coalesce(german, iso)
    return pl.when(found.is_between(pl.date(1900, 1, 1), pl.date(2100, 12, 31))).then(found).alias(name)


def _code(name: str, codes: dict[str, str]) -> pl.Expr:
    return pl.col(name).str.to_lowercase().replace_strict(codes, default=None, return_dtype=pl.String)


def _judged(frame: pl.DataFrame, kind: str, names: list[str], rules: dict[str, pl.Expr]) -> Halves:
    """Split into good and rejected rows; equal rows of one key are one, different ones are all rejected."""
    key = names[0]
    rule = pl.coalesce([pl.when(broken).then(pl.lit(name)) for name, broken in rules.items()])
    frame = frame.with_columns(rule.alias("rule"))
    whole = frame.filter(pl.col("rule").is_null())
    good = whole.unique(names, keep="first", maintain_order=True)
    twice = good.filter(pl.col(key).is_duplicated()).select(key).unique()
    conflict = whole.join(twice, on=key, how="semi").with_columns(pl.lit("conflict").alias("rule"))
    rejected = pl.concat([frame.filter(pl.col("rule").is_not_null()), conflict])
    return (
        good.join(twice, on=key, how="anti").select(*names, "row"),
        rejected.select(pl.lit(kind).alias("kind"), "row", "rule"),
    )


def participants(night: Path) -> Halves:
    frame = _read(night / "participants.csv", PEOPLE, "cp1252").with_columns(
        _day("birth_date"), _code("sex", SEXES), _code("residence_status", STATUSES)
    )
    required = ("person_id", "last_name", "first_name", "birth_date", "residence_status", "ags")
    rules = {f"{name}_missing": pl.col(name).is_null() for name in required}
    rules["bad_ags"] = ~pl.col("ags").str.contains(r"^099990(0[1-9]|10)$")
    return _judged(frame, "participants", PEOPLE, rules)


def enrolments(night: Path) -> Halves:
    offers = pl.read_csv(night / "offers.csv", separator=";", infer_schema=False)["Nr"]
    frame = _read(night / "enrolments.csv", SEATS, "utf-8-sig").with_columns(
        _day("starts_on"), _day("ends_on"), _code("state", STATES)
    )
    rules = {f"{name}_missing": pl.col(name).is_null() for name in ("enrolment_id", "person_id", "state")}
    rules["unknown_offer"] = ~pl.col("offer_id").is_in(offers.to_list())
    return _judged(frame, "enrolments", SEATS, rules)


CONFORM = {"participants": participants, "enrolments": enrolments}
