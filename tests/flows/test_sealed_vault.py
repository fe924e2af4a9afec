"""Names in the vault may stand under a key that no dump holds: every night and every command works as before."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.flows.county import NAMED_RECORDS, OFFER_RECORDS, OFFERS_HEADER, MadeUpCounty, Outcome

KEY, OTHER = "1f" * 32, "2e" * 32
REASON = ("--reason", "Probe")
PEOPLE = """
  participants:
    person_id: id
    last_name: nach
    first_name: vor
    birth_date: geb
    residence_status: {column: status, values: {D: DULD_60A_2_1}}
    ags: ags
    email: mail
    phone: tel
"""
CONSENTS = "\n  consents:\n    person_id: id\n    purpose: zweck\n    given_on: von\n"
HEADER = "id;nach;vor;geb;status;ags;mail;tel"
ROWS = (
    "1;Qabbani-Zett;Yūsuf;14.06.1999;D;09999001;zett@example.org;0160 5556677",
    "2;Oberlinde;Maryam;02.03.2000;D;09999001;;",
    "3;Oberlinde;Zahra;09.11.2001;D;09999001;;",
)
SECRETS = ("Qabbani", "Yūsuf", "Oberlinde", "Maryam", "Zahra", "zett@", "5556677")


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", PEOPLE).source("zusagen", CONSENTS).source("kurse", OFFER_RECORDS)
    made.source("plaetze", NAMED_RECORDS, more="ids: {person: leute, offer: kurse}\n")
    made.put("leute.csv", HEADER, *ROWS)
    made.put("zusagen.csv", "id;zweck;von", "1;contact;2021-01-01")
    made.put("kurse.csv", OFFERS_HEADER, "K1;T;Kurs;K;regel;01.02.2021;01.06.2021")
    made.put(
        "plaetze.csv",
        "lfd;kurs;nach;vor;geb;ags;stand;beginn",
        "1;K1;Maryam;Oberlinde;02.03.2000;09999001;l;02.02.2021",
    )
    return made


def stored(county: MadeUpCounty) -> str:
    """Return every row of vault and core as a dump would hold it."""
    with psycopg.connect(county.url.replace("postgresql+psycopg://", "postgresql://")) as conn:
        tables = conn.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN "
            "('vault', 'core', 'raw', 'quarantine', 'ops', 'internal', 'mart')"
        ).fetchall()
        told = []
        for (table,) in tables:
            with conn.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                told += [bytes(part).decode() for part in copy]
    return "\n".join(told)


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def versions(county: MadeUpCounty) -> int:
    ((count,),) = county.rows("SELECT count(*) FROM vault.identity_version")
    return count


def sealed(county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch, key: str = KEY) -> Outcome:
    monkeypatch.setenv("TEILHABE_VAULT_KEY", key)
    return county.run("vault", "seal", *REASON)


def test_a_dump_of_a_sealed_county_tells_no_name_and_nothing_else_is_different(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert county.sync("2021-03-01").code == 0
    assert set(found(stored(county))) == set(SECRETS)
    before = county.run("kpi", "--exact").document["rows"]
    done = sealed(county, monkeypatch)
    assert (done.code, done.document["sealed"], done.document["rows"]) == (0, True, versions(county))
    assert found(stored(county)) == []
    assert county.run("kpi", "--exact").document["rows"] == before
    assert county.sync("2021-03-02").code == 0
    assert versions(county) == done.document["rows"]  # sealing is no change of content
    ((linked,),) = county.rows(
        "SELECT count(*) FROM vault.source_id WHERE link_state = 'linked' AND source = 'plaetze'"
    )
    assert linked == 1
    assert county.rows("SELECT detail ->> 'rows' FROM ops.audit WHERE action = 'seal names'") == [
        (str(done.document["rows"]),)
    ]


def test_a_sealed_county_goes_on_through_corrections_new_people_and_an_erasure(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sealed(county, monkeypatch).code == 0  # before the first night: nothing ever stands in plain text
    assert county.sync("2021-03-01").code == 0
    assert found(stored(county)) == []
    first = versions(county)
    county.put(
        "leute.csv", HEADER, ROWS[0].replace("Qabbani-Zett", "Qabbani-Neu"), *ROWS[1:], ROWS[1].replace("2;", "4;", 1)
    )
    assert county.sync("2021-03-02").code == 0
    assert versions(county) == first + 2
    assert county.rows("SELECT count(DISTINCT person_uid) FROM vault.source_id WHERE person_id IN ('2', '4')") == [(1,)]
    ((uid,),) = county.rows("SELECT person_uid::text FROM vault.source_id WHERE person_id = '1'")
    report = county.run("privacy", "report", uid, *REASON, "--out", str(county.folder / "auskunft"))
    assert report.code == 0
    told = "".join(path.read_text("utf-8") for path in (county.folder / "auskunft").rglob("*.json"))
    assert {"Qabbani-Zett", "Qabbani-Neu"} <= {name for name in ("Qabbani-Zett", "Qabbani-Neu") if name in told}
    contact = county.run("privacy", "contact", uid, *REASON)
    assert contact.document["contact"] == [{"email": "zett@example.org", "phone": "0160 5556677"}]
    assert county.run("erase", uid, *REASON, "--yes").code == 0
    assert county.sync("2021-03-03").code in (0, 8)
    assert county.rows("SELECT count(*) FROM vault.source_id WHERE person_id = '1'") == [(0,)]
    assert found(stored(county)) == []


def test_without_its_key_a_sealed_county_begins_nothing(county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    assert county.sync("2021-03-01").code == 0
    assert sealed(county, monkeypatch).code == 0
    before = stored(county)
    county.put("leute.csv", HEADER, *ROWS, "5;Neu;Neu;01.02.2000;D;09999001;;")
    for key in ("", OTHER):
        monkeypatch.setenv("TEILHABE_VAULT_KEY", key)
        refused = county.sync("2021-03-02")
        assert (refused.code, refused.document["error"]["code"]) == (3, "E410")
        assert KEY not in refused.stdout + refused.stderr
        assert county.run("vault", "open", *REASON).code == 3
    assert stored(county) == before
    monkeypatch.setenv("TEILHABE_VAULT_KEY", f"{OTHER},{KEY}")
    assert county.sync("2021-03-02").code == 0
    assert found(stored(county)) == []


def test_a_new_key_takes_over_and_names_come_back_into_plain_text(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert county.sync("2021-03-01").code == 0
    plain = county.rows("SELECT last_name, first_name, email, phone FROM vault.identity_version ORDER BY version_id")
    assert sealed(county, monkeypatch).code == 0
    old = county.rows("SELECT last_name FROM vault.identity_version ORDER BY version_id")
    again = sealed(county, monkeypatch, f"{OTHER},{KEY}")
    assert again.document["old_key"] != again.document["key"]
    monkeypatch.setenv("TEILHABE_VAULT_KEY", OTHER)
    assert county.sync("2021-03-02").code == 0
    assert not set(old) & set(county.rows("SELECT last_name FROM vault.identity_version"))
    assert county.run("vault", "open", *REASON).code == 0
    monkeypatch.delenv("TEILHABE_VAULT_KEY")
    assert (
        county.rows("SELECT last_name, first_name, email, phone FROM vault.identity_version ORDER BY version_id")
        == plain
    )
    assert county.run("vault", "status").document["sealed"] is False
    assert county.run("vault", "seal", *REASON).code == 2


def test_a_delivered_text_that_looks_sealed_is_a_name_like_any_other(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = "⟦1:00112233445566ff:QUJDREVGR0hJSktMTU5PUA==⟧"
    county.put("leute.csv", HEADER, ROWS[0].replace("Qabbani-Zett", forged), *ROWS[1:])
    assert county.sync("2021-03-01").code == 0
    assert county.rows("SELECT last_name FROM vault.identity_version WHERE email IS NOT NULL") == [(forged,)]
    assert sealed(county, monkeypatch).code == 0
    assert county.sync("2021-03-02").code == 0
    ((uid,),) = county.rows("SELECT person_uid::text FROM vault.source_id WHERE person_id = '1'")
    county.run("privacy", "report", uid, *REASON, "--out", str(county.folder / "auskunft"))
    told = [json.loads(path.read_text("utf-8")) for path in (county.folder / "auskunft").rglob("*.json")]
    assert forged in json.dumps(told, ensure_ascii=False)
