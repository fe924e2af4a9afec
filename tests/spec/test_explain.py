"""Each explanation adds up to its figure, and each change to the difference; through the real command line."""

from pathlib import Path

import pytest

from tasks.publish.explain import THINGS
from tasks.publish.membership import PARTS
from tests.flows.county import ENROLMENT_RECORDS, OFFER_RECORDS, MadeUpCounty, standard

OFFERS = OFFER_RECORDS.replace("SPRACH_KOMM", "IK_ALLG").replace("TAFF_LIKE", "TAFF")

MORE = """
  consents:
    person_id: id
    purpose: {const: statistics}
    given_on: gegeben
    withdrawn_on: widerrufen
"""
NEEDS = """
  needs:
    need_id: nr
    person_id: id
    category: {column: art, values: {K: IK_ALLG}}
    recorded_on: seit
"""
DESK = """
  staff:
    staff_id: nr
    role: {const: participation_manager}
    fte: stellen
    valid_from: ab
    team: team
    name: name
  meetings:
    meeting_id: nr
    body: {const: Bündniskerngruppe}
    held_on: sitzung
  network_contacts:
    contact_id: nr
    contact_on: netz
    ags: ort
"""


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.source("kurse", OFFERS)
    made.source("teilnahmen", ENROLMENT_RECORDS)
    made.source("ja", MORE)
    made.source("bedarf", NEEDS)
    made.source("amt", DESK)
    made.people(
        "1;Aydin;Anna;01.02.2000;D;09999001;2021-02-05",
        "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10",
        "3;Celik;Cem;04.03.1980;D;09999002;",
        "4;Demir;Derya;05.04.2001;D;09999003;",
        "5;Ergin;Esra;06.05.2002;G;08888001;2021-02-11",
        "6;Faruk;Fatma;07.06.2001;G;09999004;2021-02-12",
    )
    made.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u", "3;2021-02-03;t;u", "6;2021-02-04;t;u")
    made.put(
        "kurse.csv", "nr;traeger;titel;art;modul;beginn;ende", "k1;T;A;K;neu;2021-02-15;", "k2;T;B;K;regel;2021-02-20;"
    )
    made.put(
        "teilnahmen.csv",
        "lfd;kurs;id;stand;beginn",
        "1;k1;1;l;2021-02-15",
        "2;k2;1;l;2021-02-20",
        "3;k2;2;f;2021-02-20",
    )
    made.put("ja.csv", "id;gegeben;widerrufen", "6;2021-01-05;")
    made.put("bedarf.csv", "nr;id;art;seit", "n1;1;K;2021-01-10", "n2;6;K;2021-02-27", "n3;5;K;2021-01-15")
    made.put(
        "amt.csv", "nr;stellen;ab;team;name;sitzung;netz;ort", "a;0,5;2021-01-01;Nord;u;2021-02-09;2021-02-08;09999001"
    )
    outcome = made.sync("2021-03-01")
    assert outcome.code in (0, 8), outcome.stderr
    return made


def test_every_kpi_is_explained_and_its_rows_add_up(county: MadeUpCounty) -> None:
    figures = county.run("kpi", "--exact", "--mode", "cumulative", "--period", "2020/21").document["rows"]
    totals = {row["kpi"]: row for row in figures if row["dimension"] == "all"}
    assert set(totals) == {*PARTS, *THINGS}, "all 20"
    known = county.rows("SELECT count(DISTINCT person_uid) FROM vault.source_id WHERE is_participant")[0][0]
    for kpi, total in totals.items():
        outcome = county.run("explain", kpi, "--period", "2020/21")
        assert outcome.code == 0, outcome.stderr
        document = outcome.document
        rows = document["persons" if kpi in PARTS else "things"]
        assert sum(row["amount"] for row in rows) == document["figure"] == total["numerator"], kpi
        if total["denominator"] is not None:
            assert sum(row["weight"] for row in rows) == document["denominator"] == total["denominator"], kpi
        assert sum(group["persons"] for group in document["reasons"]) == len(rows)
        if kpi in PARTS:
            assert len({row["person"] for row in rows}) == len(rows) == known == document["known_persons"]
            assert all(row["file"] and row["row"] for row in rows), "everybody has a place"
    assert totals["placed"]["numerator"] == 2
    assert totals["placed_both"]["numerator"] == 1
    assert totals["caseload_per_fte"]["value"] == 8.0
    assert (totals["unmet_needs"]["numerator"], totals["unmet_needs"]["denominator"]) == (1, 3)


def test_a_difference_splits_into_its_causes_and_adds_up(county: MadeUpCounty) -> None:
    county.people(
        "1;Aydin;Anna;01.02.2000;D;09999001;2021-02-05",
        "2;Bozkurt;Bekir;03.02.1980;G;09999002;2021-02-10",
        "3;Celik;Cem;04.03.1980;D;09999002;",
        "4;Demir;Derya;05.04.2001;D;09999003;2021-03-02",
        "5;Ergin;Esra;06.05.2002;G;08888001;2021-02-11",
        "6;Faruk;Fatma;07.06.2001;G;09999004;2021-02-12",
        "7;Güler;Gül;07.06.2002;G;09999004;",
    )
    county.contacts("1;2021-02-01;b;u", "2;2021-02-02;b;u", "3;2021-02-03;t;u", "6;2021-02-04;t;u", "7;2021-02-26;b;u")
    county.put("ja.csv", "id;gegeben;widerrufen", "6;2021-01-05;2021-03-03")
    outcome = county.sync("2021-03-05")
    assert outcome.code == 0, outcome.stderr
    document = county.run("explain", "contacted", "--since", "2021-03-01", "--period", "2020/21").document
    causes = {cause["cause"]: (cause["rows"], cause["numerator"]) for cause in document["causes"]}
    assert causes == {"new": (2, 2), "corrected": (1, -1), "left": (1, -1)}
    assert document["difference"]["numerator"] == sum(cause["numerator"] for cause in document["causes"]) == 0
    facts = {
        fact["kind"] for change in document["changes"] if change["cause"] == "corrected" for fact in change["facts"]
    }
    assert "identities" in facts
    late = [c for c in document["changes"] if c["cause"] == "new"]
    assert all(fact["file"] and fact["row"] for change in late for fact in change["facts"])
    between = county.run(
        "explain", "contacted", "--between", "2021-03-01", "2021-03-05", "--period", "2020/21"
    ).document
    assert between == document


def test_a_day_without_a_run_is_explained_by_the_state_before_it(county: MadeUpCounty) -> None:
    newest = county.run("explain", "placed").document
    assert (newest["as_of"], newest["known_on"], newest["period"]) == ("2021-03-01", "2021-03-01", "2020/21")
    for words in (
        ("--as-of", "2021-09-01"),
        ("--known-on", "2035-01-01"),
        ("--as-of", "2030-01-01", "--known-on", "2021-03-01"),
    ):
        assert county.run("explain", "placed", *words).document == newest, words
    early = county.run("explain", "placed", "--as-of", "2021-02-18", "--known-on", "2021-03-01").document
    assert (early["as_of"], early["figure"]) == ("2021-02-18", 1), "an earlier day with today's knowledge"


def test_a_question_that_nothing_can_answer_is_a_usage_error(county: MadeUpCounty) -> None:
    for code, *words in (
        ("E727", "--as-of", "2019-01-01", "--known-on", "2021-03-01"),
        ("E806", "--known-on", "2021-02-28"),
        ("E806", "--as-of", "2019-01-01"),
        ("E723", "--period", "2021/22"),
        ("E806", "--since", "2021-02-28"),
        ("E724", "--since", "2021-03-01", "--between", "2021-03-01", "2021-03-01"),
    ):
        outcome = county.run("explain", "placed", *words)
        assert (outcome.code, outcome.document["error"]["code"]) == (2, code), words


def test_a_change_over_the_turn_of_a_school_year_begins_with_nothing(county: MadeUpCounty) -> None:
    assert county.sync("2021-08-02").code in (0, 8)
    for mode, everybody in (("cumulative", 3), ("period", 0)):
        words = ("--since", "2021-03-01", "--mode", mode)
        document = county.run("explain", "contacted", *words).document
        assert (document["period"], document["from"]["numerator"]) == ("2021/22", 0)
        assert document["to"]["numerator"] == document["difference"]["numerator"] == everybody
        assert sum(cause["numerator"] for cause in document["causes"]) == everybody
    rate = county.run("explain", "entry_rate", "--since", "2021-03-01", "--mode", "cumulative").document
    assert rate["difference"] == {"numerator": 3, "denominator": 3}
    ended = county.run("explain", "contacted", "--since", "2021-03-01", "--period", "2020/21").document
    assert ended["difference"]["numerator"] == 0


def test_another_definition_is_named_as_the_cause(county: MadeUpCounty) -> None:
    county.county_yaml("steering_body: Runder Tisch")
    assert county.sync("2021-03-02").code in (0, 8)
    document = county.run("explain", "meetings_held", "--since", "2021-03-01", "--period", "2020/21").document
    assert document["difference"]["numerator"] == -1
    assert [(c["cause"], c["numerator"]) for c in document["causes"]] == [("redefined", -1)]
