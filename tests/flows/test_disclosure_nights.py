"""What everybody may read, night by night, through the command line and a real PostgreSQL (CONTRACT sections 4, 5)."""

from collections import defaultdict
from pathlib import Path

import pytest

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
        if row[3] == "suppressed":  # it waits: the audit would refuse it
            assert row[:3] == (None, None, None)
            continue
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
        if None in at.values():
            continue
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


LEAKS = {
    "a cell is rounded anew": "UPDATE mart.kpi SET numerator = numerator + 5 WHERE kpi = 'contacted' "
    "AND dimension = 'commune' AND member = '09999001'",
    "a rate comes from other counts": "UPDATE mart.kpi AS m SET value = m.value + 0.0101 WHERE m.kpi = 'entry_rate' "
    "AND m.dimension = 'commune' AND m.value > 0",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_doctor_finds_what_was_planted(county: MadeUpCounty, leak: str) -> None:
    deliver(county, 60)
    county.sync("2021-04-01")
    assert county.run("doctor", "--disclosure").code == 0
    planted = county.rows(LEAKS[leak] + (" RETURNING m.kpi" if " AS m " in LEAKS[leak] else " RETURNING kpi"))
    assert planted
    told = county.run("doctor", "--disclosure")
    assert told.code == 5
    assert told.document["findings"]
