"""A first night of many rows is planned for many rows, and no delivery is loaded twice for nothing."""

from pathlib import Path

import psycopg
import pytest

from schemas.kinds import KINDS
from tasks.load.targets import key_expression
from tests.flows.county import CONTACT_RECORDS, ENROLMENT_RECORDS, OFFER_RECORDS, PEOPLE_RECORDS, MadeUpCounty
from tests.flows.county import ENROLMENTS_HEADER as SEATS
from tests.flows.county import OFFERS_HEADER as OFFERS

PERSONS = 4_000
LOOPS = 60_000_000
"""Rows that a nested loop over all enrolments would read more than this of; hashing reads each a few times."""


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    return made.source("leute", PEOPLE_RECORDS).source("kontakte", CONTACT_RECORDS)


def person(number: int) -> str:
    letters = "".join(chr(97 + number // 26**place % 26) for place in range(4))
    born = f"{number % 28 + 1:02d}.{number % 11 + 2:02d}.{1996 + number % 6}"
    return f"P{number};Nach{letters};Vor{letters[::-1]};{born};D;09999001;"


def test_statistics_follow_a_load_so_that_the_next_statement_knows_the_tables_size(county: MadeUpCounty) -> None:
    county.people(*map(person, range(40)))
    county.contacts("P1;2021-02-01;b;x")
    assert county.sync("2021-03-01").code == 0
    tables = ("participant_version", "source_id", "person_link")
    rows = county.rows("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", list(tables))
    assert {name: int(count) for name, count in rows} == dict.fromkeys(tables, 40)


def test_a_row_of_an_unknown_person_is_tried_again_only_if_somebody_came_after_it(county: MadeUpCounty) -> None:
    county.people(person(1))
    county.contacts("P1;2021-02-01;b;x", "P2;2021-02-01;b;x")
    assert county.sync("2021-03-01").records("kontakte", "contacts") == (2, 1, 1)
    assert county.rows("SELECT max(load_id), count(*) FROM ops.load") == [(2, 2)]


def test_a_first_night_of_many_enrolments_reads_each_table_a_few_times(county: MadeUpCounty) -> None:
    county.source("kurse", OFFER_RECORDS).source("plaetze", ENROLMENT_RECORDS)
    county.people(*map(person, range(PERSONS)))
    county.contacts("P1;2021-02-01;b;x")
    county.put("kurse.csv", OFFERS, "K1;T;Kurs;K;regel;01.02.2021;01.06.2021")
    county.put("plaetze.csv", SEATS, *(f"E{n};K1;P{n};l;02.02.2021" for n in range(PERSONS)))
    outcome = county.sync("2021-03-01")
    assert outcome.records("plaetze", "enrolments") == (PERSONS, PERSONS, 0)
    ((read,),) = county.rows(
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_all_tables "
        "WHERE schemaname IN ('core', 'vault', 'ops', 'quarantine')"
    )
    assert read < LOOPS


def test_a_record_keeps_its_key_so_that_an_upgrade_takes_nothing_for_new(county: MadeUpCounty) -> None:
    county.people(*map(person, range(3)))
    county.contacts("P1;2021-02-01;b;x")
    assert county.sync("2021-03-01").code == 0
    same = county.rows(
        "SELECT bool_and(record_key = md5('[' || ref_id || ']')::uuid), count(*) FROM core.participant_version"
    )
    assert same == [(True, 3)]


@pytest.mark.parametrize("part", ['"a"\\', "Ł\u0007\t", "", " \u2028'", "{1,2}", "null"])
def test_a_key_of_any_text_is_what_it_was_under_the_first_release(warehouse_url: str, part: str) -> None:
    first = "md5(jsonb_build_array(ref_id, contact_on, channel, caseworker)::text)::uuid"
    record = (
        "SELECT 7::bigint AS ref_id, DATE '2021-02-01' AS contact_on, NULL::text AS channel, %s::text AS caseworker"
    )
    with psycopg.connect(warehouse_url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        row = conn.execute(
            f"SELECT {key_expression(KINDS['contacts'])}, {first} FROM ({record}) AS s", [part]
        ).fetchone()
    assert row is not None
    assert row[0] == row[1]
