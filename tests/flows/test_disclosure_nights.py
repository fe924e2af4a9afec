"""What everybody may read, night by night, through the command line and a real PostgreSQL (CONTRACT sections 4, 5)."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tasks.publish.disclosure import release as disclosure_release
from tests.flows.county import (
    ENROLMENT_RECORDS,
    ENROLMENTS_HEADER,
    OFFER_RECORDS,
    OFFERS_HEADER,
    MadeUpCounty,
    standard,
)

COUNTS = ("contacted", "entered", "placed_new", "placed_regular", "placed_both", "placed")


def people(count: int, *, first: int = 1) -> list[str]:
    """Rows of people spread over communes, statuses and ages; two of three entered."""
    return [
        f"{n};Nach{n};Vor{n};0{1 + n % 9}.0{1 + n % 7}.{1995 + n % 8};{'DDG'[n % 3]};0999900{1 + n * n % 4};"
        + ("10.02.2021" if n % 3 else "")
        for n in range(first, first + count)
    ]


def contacts(count: int) -> list[str]:
    return [f"{n};01.02.2021;b;A" for n in range(1, count + 1)]


def enrolments(count: int) -> list[str]:
    rows = [f"n{n};K1;{n};l;01.03.2021" for n in range(1, count + 1) if n % 2]
    return rows + [f"r{n};K2;{n};l;01.03.2021" for n in range(1, count + 1) if n % 5 < 2]


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.source("kurse", OFFER_RECORDS.replace("SPRACH_KOMM", "SPRACH_SONST").replace("TAFF_LIKE", "TAFF"))
    made.source("belegung", ENROLMENT_RECORDS)
    made.put(
        "kurse.csv", OFFERS_HEADER, "K1;T;Kurs;K;neu;01.03.2021;31.12.2021", "K2;T;Kurs;K;regel;01.03.2021;31.12.2021"
    )
    return made


def deliver(county: MadeUpCounty, count: int) -> None:
    county.people(*people(count))
    county.contacts(*contacts(count))
    county.put("belegung.csv", ENROLMENTS_HEADER, *enrolments(count))


def cells(county: MadeUpCounty, table: str, day: str) -> dict[tuple[str, ...], tuple[object, ...]]:
    rows = county.rows(
        f"SELECT period, mode, kpi, dimension, member, numerator, denominator, value, protection, target_met, "
        f"release_id, as_of::text FROM {table} WHERE as_of = %s",
        day,
    )
    return {row[:5]: row[5:] for row in rows}


def settings(method: str = "rounding", base: int = 5, min_count: int = 5, release: str = "monthly") -> str:
    return f"disclosure: {{method: {method}, base: {base}, min_count: {min_count}, release: {release}}}"


@pytest.mark.parametrize("base", [3, 5, 10])
def test_a_rounded_release_keeps_every_rule(county: MadeUpCounty, base: int) -> None:
    county.county_yaml(settings(base=base))
    deliver(county, 60)
    assert county.sync("2021-04-01").code == 0
    exact, shown = cells(county, "internal.kpi", "2021-04-01"), cells(county, "mart.kpi", "2021-04-01")
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for key, row in shown.items():
        period, mode, kpi, dimension, member = key
        if dimension == "all":
            assert row[:4] == (*exact[key][:3], "exact")
            assert row[5] is None
            continue
        assert row[5:7] == ("2021-04-01", "2021-04-01")
        assert row[3] == "rounded"
        for side in (0, 1):
            if row[side] is not None:
                assert row[side] % base == 0
                if member != "rounded_total":
                    assert abs(row[side] - exact[key][side]) < base
        if kpi in COUNTS and dimension != "module":
            assert row[0] is not None
            name = (period, mode, kpi, dimension)
            sums[name] += float(row[0]) * (-1 if member == "rounded_total" else 1)
        if kpi.endswith("rate") or kpi == "placement_rate_of_contacted":
            assert row[2] is None if not row[1] else abs(row[2] - row[0] / row[1]) < 1e-9
    assert sums
    assert not any(sums.values())
    places = {key[:2] + key[3:] for key in shown if key[3] not in ("all", "module")}
    for period, mode, dimension, member in places:
        at = {kpi: shown[period, mode, kpi, dimension, member][0] for kpi in COUNTS}
        assert at["placed"] == at["placed_new"] + at["placed_regular"] - at["placed_both"]
        assert at["placed"] <= at["entered"] <= at["contacted"]
        rate = shown[period, mode, "entry_rate", dimension, member]
        assert rate[:2] == (at["entered"], at["contacted"])


def test_breakdowns_move_on_release_dates_only_and_a_repeat_of_the_day_replaces_them(county: MadeUpCounty) -> None:
    deliver(county, 40)
    county.sync("2021-04-10")
    deliver(county, 44)
    county.sync("2021-04-20")
    assert county.rows("SELECT DISTINCT as_of::text FROM mart.kpi WHERE dimension <> 'all'") == [("2021-04-10",)]
    deliver(county, 50)
    county.sync("2021-05-03")
    deliver(county, 57)
    county.sync("2021-05-03")
    days = county.rows(
        "SELECT DISTINCT as_of::text, release_id FROM mart.kpi WHERE dimension <> 'all' ORDER BY as_of::text"
    )
    assert days == [("2021-04-10", "2021-04-10"), ("2021-05-03", "2021-05-03")]
    truth, shown = cells(county, "internal.kpi", "2021-05-03"), cells(county, "mart.kpi", "2021-05-03")
    for key, row in shown.items():
        if key[3] != "all" and key[4] != "rounded_total" and row[3] == "rounded":
            assert abs(row[0] - truth[key][0]) < 5
    assert county.rows("SELECT release_id, base, waiting_count >= 0 FROM ops.release ORDER BY as_of") == [
        ("2021-04-10", 5, True),
        ("2021-05-03", 5, True),
    ]
    # Somebody may have read the first words of the day: the memory keeps both.
    assert county.rows(
        "SELECT release_id, count(DISTINCT release_no) FROM internal.release_ledger GROUP BY 1 ORDER BY 1"
    ) == [
        ("2021-04-10", 1),
        ("2021-05-03", 2),
    ]


@pytest.mark.parametrize("min_count", [3, 5, 10])
def test_suppression_hides_small_counts_everywhere_and_they_do_not_follow(county: MadeUpCounty, min_count: int) -> None:
    county.county_yaml(settings("suppression", min_count=min_count))
    deliver(county, 60)
    assert county.sync("2021-04-01").code == 0
    exact, shown = cells(county, "internal.kpi", "2021-04-01"), cells(county, "mart.kpi", "2021-04-01")
    assert exact.keys() == shown.keys()
    persons = {key[2] for key in exact if key[3] != "all"}
    hidden = 0
    for key, row in shown.items():
        small = key[2] in persons and any(count is not None and 0 < count < min_count for count in exact[key][:2])
        if row[3] == "suppressed":
            hidden += 1
            assert (row[0], row[1], row[2], row[4]) == (None, None, None, None)
        else:
            assert not small
            assert row[:4] == (*exact[key][:3], "exact")
    assert hidden
    lines: dict[tuple[str, ...], list[object]] = defaultdict(list)
    for key, row in shown.items():
        if key[2] in COUNTS and key[3] not in ("all", "module"):
            lines[key[:4]].append(row[3])
    assert all(line.count("suppressed") != 1 or shown[*key[:3], "all", "all"][0] is None for key, line in lines.items())
    for (bridge,) in county.rows("SELECT row_to_json(b) FROM mart.placement_bridge AS b"):
        for kpi in COUNTS[2:]:
            assert bridge[kpi] == shown[bridge["period"], bridge["mode"], kpi, "all", "all"][0]


def test_a_changed_method_remembers_what_was_said_before(county: MadeUpCounty) -> None:
    for day, line in (
        ("2021-04-01", settings()),
        ("2021-05-01", settings("suppression")),
        ("2021-06-01", settings(base=10)),
        ("2021-07-01", settings("suppression", min_count=3)),
    ):
        county.county_yaml(line)
        deliver(county, 50 + int(day[6]))
        assert county.sync(day).code == 0
    assert county.run("doctor", "--disclosure").code == 0


def test_a_replayed_release_day_is_released_anew_and_later_days_stay(county: MadeUpCounty) -> None:
    deliver(county, 40)
    county.sync("2021-04-01")
    deliver(county, 48)
    county.sync("2021-05-01")
    before = cells(county, "mart.kpi", "2021-05-01")
    assert county.run("rerun", "--since", "2021-04-01", "--from-raw", "--reason", "Probe").code == 0
    assert cells(county, "mart.kpi", "2021-05-01") == before
    assert county.rows("SELECT count(*) FROM ops.release") == [(2,)]


def test_a_release_that_tells_too_much_is_refused_and_the_last_one_stays(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The protecting side is broken on purpose: it lets one true count through. The audit shares no code with it."""
    deliver(county, 60)
    assert county.sync("2021-04-01").code == 0
    before = cells(county, "mart.kpi", "2021-04-01")
    round_rows = disclosure_release.rounded_rows

    def leaking(exact: pd.DataFrame, *rest: Any) -> pd.DataFrame:
        rows = round_rows(exact, *rest)
        open_rows = (rows["kpi"] == "contacted") & (rows["dimension"] == "commune") & (rows["mode"] == "period")
        places = rows.index[open_rows & (rows["member"] == "09999001")]
        true = exact[(exact["kpi"] == "contacted") & (exact["member"] == "09999001") & (exact["mode"] == "period")]
        rows.loc[places, ["numerator", "value"]] = float(true["numerator"].iloc[0])
        rows.loc[places, "protection"] = "rounded"
        return rows

    deliver(county, 63)
    with monkeypatch.context() as broken:
        broken.setattr(disclosure_release, "rounded_rows", leaking)
        told = county.sync("2021-05-01")
    assert (told.code, told.status, told.document["published"]) == (5, "blocked", False)
    assert "E702" in told.stdout
    assert "2020/21/period/contacted/commune/09999001" in told.stdout
    assert county.rows("SELECT DISTINCT as_of::text FROM mart.kpi") == [("2021-04-01",)]
    assert cells(county, "mart.kpi", "2021-04-01") == before
    assert county.rows("SELECT release_id FROM ops.release") == [("2021-04-01",)]
    assert county.sync("2021-05-01").code == 0
    assert county.run("doctor", "--disclosure").code == 0


LEAKS = {
    "a cell is rounded anew": (
        "two_values",
        "UPDATE mart.kpi AS m SET numerator = m.numerator + 5 WHERE m.kpi = 'contacted' "
        "AND m.dimension = 'commune' AND m.member = '09999001'",
    ),
    "a rate comes from other counts": (
        "rate_not_from_shown_counts",
        "UPDATE mart.kpi AS m SET value = m.value + 0.0101 WHERE m.kpi = 'entry_rate' "
        "AND m.dimension = 'commune' AND m.value > 0",
    ),
    "a true count is shown": (
        "not_a_multiple",
        "UPDATE mart.kpi AS m SET numerator = m.numerator + 1 WHERE m.kpi = 'contacted' "
        "AND m.dimension = 'commune' AND m.member = '09999001'",
    ),
}


def reasons(county: MadeUpCounty) -> set[str]:
    """Return why the doctor refuses what can be read, beside that the rows are not those that were registered."""
    told = county.run("doctor", "--disclosure")
    assert told.code == 5
    found = {finding["reason"] for finding in told.document["findings"]}
    assert "changed_since_release" in found
    return found - {"changed_since_release"}


def test_the_doctor_finds_what_was_planted(county: MadeUpCounty) -> None:
    deliver(county, 60)
    county.sync("2021-04-01")
    assert county.run("doctor", "--disclosure").code == 0
    for reason, leak in LEAKS.values():
        county.do("CREATE TABLE ops.kept AS SELECT * FROM mart.kpi")
        assert county.rows(leak + " RETURNING m.kpi")
        assert reason in reasons(county)
        county.do("DELETE FROM mart.kpi", "INSERT INTO mart.kpi SELECT * FROM ops.kept", "DROP TABLE ops.kept")
        assert county.run("doctor", "--disclosure").code == 0


def test_the_doctor_finds_an_unhidden_secondary_cell(county: MadeUpCounty) -> None:
    county.county_yaml(settings("suppression"))
    deliver(county, 60)
    county.sync("2021-04-01")
    shown, exact = cells(county, "mart.kpi", "2021-04-01"), cells(county, "internal.kpi", "2021-04-01")
    lines: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, row in shown.items():
        is_line = key[:2] == ("2020/21", "period") and key[2] in COUNTS and key[3] not in ("all", "module")
        if is_line and row[3] == "suppressed":
            lines[key[2:4]].append(key[4])
    covered = [
        (kpi, dimension, sorted(members, key=lambda member: exact["2020/21", "period", kpi, dimension, member][0]))
        for (kpi, dimension), members in sorted(lines.items())
        if len(members) == 2
    ]
    # One is small, and the other one is hidden to cover it.
    kpi, dimension, (_, large) = next(
        line for line in covered if exact["2020/21", "period", line[0], line[1], line[2][1]][0] >= 5
    )
    county.rows(
        "UPDATE mart.kpi AS m SET numerator = i.numerator, value = i.value, protection = 'exact' "
        "FROM internal.kpi AS i WHERE (i.county, i.kpi, i.period, i.mode, i.as_of, i.dimension, i.member) "
        "= (m.county, m.kpi, m.period, m.mode, m.as_of, m.dimension, m.member) "
        "AND m.kpi = %s AND m.dimension = %s AND m.member = %s RETURNING 1",
        kpi,
        dimension,
        large,
    )
    assert "too_narrow" in reasons(county)
