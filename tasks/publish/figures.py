"""Compute every KPI of a day from what is known, inside one transaction (SQL below ``sql/marts``).

First the facts as known on the knowledge day (``sql/marts/knowledge``), then who
counts where (``sql/marts/kpi``), then one table ``figure`` with the columns of
``internal.kpi``. All tables are temporary and end with the transaction.
"""

import dataclasses
import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

import pandas as pd

from config.county import County
from schemas.terms import AGE_BANDS, MODULES, SEX
from tasks.publish.own import count_own
from tasks.publish.periods import Window, windows
from tasks.warehouse.session import CountySession
from tasks.warehouse.statements import bindable, read_sql

OTHER = "other"
KNOWLEDGE = (
    "known_load",
    "known_link",
    "participant",
    "person",
    "status_period",
    "residence_period",
    "refusal",
    "event",
    "target_day",
    "module_period",
    "offer_run",
    "enrolment",
    "episode",
    "staff",
    "need",
    "gathering",
    "delivery",
    "rejected_row",
)
COUNTING = ("anchor", "counted_enrolment", "person_figure", "person_count", "stock", "own_figure", "figure")
INDEXES = {
    "known_load": "load_id",
    "known_link": "ref_id",
    "known_participant": "ref_id",
    "known_person": "person_uid",
    "known_status": "person_uid, from_on",
    "known_residence": "person_uid, from_on",
    "known_event": "person_uid",
    "target_day": "person_uid, happened_on",
    "known_module": "source, offer_id, run_id",
    "known_run": "source, offer_id",
    "known_enrolment": "person_uid",
    "known_need": "person_uid",
    "anchor": "person_uid",
    "counted_enrolment": "person_uid",
}
_MADE = re.compile(r"CREATE TEMPORARY TABLE (\w+)")
_CHECK = re.compile(r"--\s*(fail|warn):\s*(.+?)\n(.*?);", re.DOTALL)


class CheckResult(NamedTuple):
    """One check beside the mart: its sentence, fail or warn, and how many rows break it."""

    name: str
    severity: Literal["fail", "warn"]
    bad_rows: int


def compute_figures(session: CountySession, county: County, as_of: date, known_on: date) -> None:
    """Make the temporary table ``figure`` (and the tables it rests on) for one as-of and one knowledge day."""
    _hand_over_lists(session, county, as_of, known_on)
    for name in KNOWLEDGE:
        _make(session, f"marts/knowledge/{name}", county, as_of, known_on)
    _hand_over_teams(session)
    for name in COUNTING:
        if name == "own_figure":
            count_own(session, county.kpis, lambda sql: binds_in(sql, county, as_of, known_on))
        _make(session, f"marts/kpi/{name}", county, as_of, known_on)


def binds_of(
    name: str, county: County, as_of: date, known_on: date, without: tuple[str, ...] = ()
) -> dict[str, object]:
    """Return the days and thresholds that ``sql/<name>.sql`` names as binds."""
    named = binds_in(read_sql(name), county, as_of, known_on)
    return {bind: value for bind, value in named.items() if bind not in without}


def binds_in(sql: str, county: County, as_of: date, known_on: date) -> dict[str, object]:
    """Return the days and thresholds that a statement names as binds."""
    text = bindable(sql)
    return {
        bind: value
        for bind, value in _settings(county, as_of, known_on).items()
        if re.search(rf"(?<![:\\]):{bind}\b", text)
    }


def _settings(county: County, as_of: date, known_on: date) -> dict[str, object]:
    return {
        "known_on": known_on,
        "as_of": as_of,
        "gap_days": county.thresholds.status_gap_days,
        "county_prefix": county.key,
        "unmet_after_days": county.thresholds.unmet_after_days,
        "seats_fresh_days": county.thresholds.seats_fresh_days,
        "offers_fresh_days": county.thresholds.offers_fresh_days,
        "steering_body": county.steering_body,
    }


def _make(session: CountySession, name: str, county: County, as_of: date, known_on: date) -> None:
    """Run one statement with the binds it names, then index and analyse what it made."""
    session.run(name, **binds_of(name, county, as_of, known_on))
    text = read_sql(name)
    made = _MADE.search(text)
    assert made is not None
    table = made.group(1)
    if table in INDEXES:
        session.do(f"CREATE INDEX ON {table} ({INDEXES[table]})")
    session.do(f"ANALYZE {table}")


def _hand_over_lists(session: CountySession, county: County, as_of: date, known_on: date) -> None:
    """Put code lists, windows and definitions beside the facts as small temporary tables."""
    lists = county.codelists
    found = windows(county.programme.starts_on, county.programme.ends_on, as_of, known_on)
    days = [field.name for field in dataclasses.fields(Window)][2:]
    _hand(session, "cfg_window", "period text, mode text, " + ", ".join(f"{day} date" for day in days), found)
    _hand(
        session,
        "cfg_status",
        "code text, residence_group text",
        [(status.code, status.residence_group) for status in lists.residence_statuses],
    )
    _hand(session, "cfg_commune", "ags text, name text", [(commune.ags, commune.name) for commune in lists.communes])
    _hand(session, "cfg_module", "code text, module_group text", [(m.code, m.group) for m in lists.funding_modules])
    kinds = [(kind.code, kind.family, kind.label_de) for kind in lists.offer_kinds]
    _hand(session, "cfg_offer_kind", "code text, family text, label_de text", kinds)
    years = {window.period: min(window.period_to, as_of) for window in found}
    definitions = [
        (one.kpi, str(one.version), year, county.target(one, year), one.direction, bool(one.sql))
        for year, day in years.items()
        for kpi in dict.fromkeys(definition.kpi for definition in county.kpis)
        if (one := county.kpi_on(kpi, day)) is not None
    ]
    _hand(
        session,
        "cfg_kpi",
        "kpi text, version text, period text, target numeric, direction text, has_sql boolean",
        definitions,
    )
    members = [("all", "all")]
    members += [("commune", commune.ags) for commune in lists.communes] + [("commune", OTHER)]
    members += [("residence_group", group) for group in ("primary", "secondary", OTHER)]
    members += [("sex", sex) for sex in SEX] + [("age_band", band) for band in (*AGE_BANDS, OTHER)]
    members += [("module", module) for module in MODULES] + [("team", OTHER)]
    _hand(session, "cfg_member", "dimension text, member text", members)


def _hand_over_teams(session: CountySession) -> None:
    session.do(
        "INSERT INTO cfg_member (dimension, member) SELECT DISTINCT 'team', s.team FROM known_staff AS s "
        "WHERE s.team IS NOT NULL AND s.team <> 'other'"
    )


def _hand(session: CountySession, table: str, columns: str, rows: Sequence[object]) -> None:
    session.do(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    names = [column.split()[0] for column in columns.split(", ")]
    plain = [dataclasses.astuple(row) if isinstance(row, Window) else row for row in rows]
    session.copy(table, pd.DataFrame(plain, columns=names))
    session.do(f"ANALYZE {table}")


def run_checks(session: CountySession, name: str = "marts/kpi/checks") -> list[CheckResult]:
    """Run the checks beside a mart; each is a comment ``fail: …`` or ``warn: …`` and one SELECT of bad_rows."""
    results = []
    for severity, sentence, sql in _CHECK.findall(read_sql(name)):
        results.append(CheckResult(sentence.strip(), severity, int(session.value(sql.strip()))))
    return results


def store_figures(session: CountySession, as_of: date) -> None:
    """Replace the day's rows of ``internal.kpi`` and ``internal.placement_bridge``; other days stay as they are."""
    session.do("DELETE FROM internal.kpi WHERE county = :county AND as_of = :as_of", as_of=as_of)
    session.do("INSERT INTO internal.kpi SELECT * FROM figure")
    session.do("DELETE FROM internal.placement_bridge WHERE county = :county AND as_of = :as_of", as_of=as_of)
    session.do(
        "INSERT INTO internal.placement_bridge (county, period, mode, as_of, known_on, placed_new, placed_regular, "
        "placed_both, placed, protection) SELECT :county, period, mode, CAST(:as_of AS date), CAST(:as_of AS date), "
        "placed_new, placed_regular, placed_both, placed, 'exact' FROM person_count WHERE dimension = 'all'",
        as_of=as_of,
    )
