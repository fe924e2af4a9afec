"""Names in the vault may stand under a key that no dump holds: every night and every command works as before."""

import hashlib
import json
from base64 import urlsafe_b64encode
from itertools import permutations
from pathlib import Path

import psycopg
import pytest

from tasks.identify.delivered import mention_id
from tasks.identify.folding import name_key
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
COMMUNE, BORN = "09999001", "2000-03-02"
LEXICON = ("Aydin", "Oberlinde", "Qabbani-Zett", "Maryam", "Yūsuf", "Zahra")
"""Words that somebody who holds a dump would try."""
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


def guessed(dump: str) -> list[str]:
    """Return the words with which some digest of a name, alone or with birth date and commune, stands in the dump."""
    hits = []
    for last, first in permutations(LEXICON, 2):
        folded = name_key(last, first)
        tried = [f"{name}{more}" for name in (folded, last, first, f"{last}|{first}", f"{last}, {first}")
                 for more in ("", f"|{BORN}", f"|{BORN}|{COMMUNE}")]  # fmt: skip
        digests = {hashlib.new(kind, text.encode()).digest() for kind in ("md5", "sha1", "sha256") for text in tried}
        told = [digest.hex()[:20] for digest in digests] + [urlsafe_b64encode(each)[:16].decode() for each in digests]
        if mention_id(last, first, BORN, COMMUNE) in dump or any(each in dump for each in told):
            hits.append(f"{last} {first}")
    return hits


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
    everything = versions(county) + 1  # and the id of whoever is named by name
    assert (done.code, done.document["sealed"], done.document["rows"]) == (0, True, everything)
    assert found(stored(county)) == []
    assert county.run("kpi", "--exact").document["rows"] == before
    assert county.sync("2021-03-02").code == 0
    assert versions(county) + 1 == everything  # sealing is no change of content
    ((linked,),) = county.rows(
        "SELECT count(*) FROM vault.source_id WHERE link_state = 'linked' AND source = 'plaetze'"
    )
    assert linked == 1
    assert county.rows("SELECT detail ->> 'rows' FROM ops.audit WHERE action = 'seal names'") == [
        (str(done.document["rows"]),)
    ]


def test_who_is_named_by_name_is_not_found_in_a_dump_by_trying_names(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert county.sync("2021-03-01").code == 0
    ids = county.rows("SELECT person_id, ref_id, person_uid FROM vault.source_id ORDER BY ref_id")
    assert guessed(stored(county)) == ["Oberlinde Maryam", "Maryam Oberlinde"]
    assert sealed(county, monkeypatch).code == 0
    assert guessed(stored(county)) == []
    kept = county.rows("SELECT person_id, ref_id, person_uid FROM vault.source_id ORDER BY ref_id")
    assert [row[1:] for row in kept] == [row[1:] for row in ids]
    assert [new for (new, *_), (old, *_) in zip(kept, ids, strict=True) if new != old] == [
        row[0] for row in kept if row[0].startswith("~")
    ]
    lengths = county.rows(
        "SELECT DISTINCT length(last_name) FROM vault.identity_version UNION SELECT length(first_name) "
        "FROM vault.identity_version"
    )
    assert len(lengths) == 1, "a name does not show how long it is"
    county.put(
        "plaetze.csv",
        "lfd;kurs;nach;vor;geb;ags;stand;beginn",
        "1;K1;Maryam;Oberlinde;02.03.2000;09999001;f;02.02.2021",
        "2;K1;Zahra;Oberlinde;09.11.2001;09999001;l;02.02.2021",
    )
    assert county.sync("2021-03-02").code == 0, "the mention is known again, and a new one is sealed"
    assert county.rows("SELECT count(*) FROM vault.source_id WHERE source = 'plaetze'") == [(2,)]
    assert guessed(stored(county)) == []
    assert county.run("vault", "open", *REASON).code == 0
    assert county.rows("SELECT person_id, ref_id, person_uid FROM vault.source_id ORDER BY ref_id")[: len(ids)] == ids


def test_a_new_county_with_a_key_begins_sealed(county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEILHABE_VAULT_KEY", KEY)
    assert county.sync("2021-03-01").code == 0
    assert found(stored(county)) == []
    assert guessed(stored(county)) == []
    assert county.run("vault", "status").document["sealed"] is True
    assert county.rows("SELECT object, detail ->> 'rows' FROM ops.audit WHERE action = 'seal names'") == [
        ("vault", "0")
    ]


def test_a_county_in_plain_text_with_a_key_says_so_every_night(
    county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert county.sync("2021-03-01").document["messages"] == []
    monkeypatch.setenv("TEILHABE_VAULT_KEY", KEY)
    night = county.sync("2021-03-02")
    assert night.code == 0
    assert any("teilhabe vault seal" in message for message in night.document["messages"])
    monkeypatch.setenv("TEILHABE_VAULT_KEY", "no key")
    broken = county.sync("2021-03-03")
    assert (broken.code, broken.document["error"]["code"]) == (3, "E215")


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
    assert "Qabbani-Zett" in told
    assert "Qabbani-Neu" in told
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
