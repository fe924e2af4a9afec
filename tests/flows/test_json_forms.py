"""Every command's JSON document keeps the schema that docs/json publishes; a key that nobody documented fails."""

import json
import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from unittest import mock

import jsonschema
import pytest

from flows.cli import build_parser
from flows.reference import _leaves
from tests.flows.county import CONTACT_RECORDS, CONTACTS_HEADER, NAMED_RECORDS
from tests.flows.matching_county import MatchingCounty

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "json"
KEPT_BY_HAND = {"serve", "deploy", "db-start", "db-stop", "match-workbooks"}
"""Not run here: an embedded server or an orchestrator would have to start, or a source of workbooks is wanted."""


def schema_of(form: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{form}.schema.json").read_text("utf-8"))
    return found


def loose_places(schema: Any, path: str = "$") -> Iterator[str]:
    """Yield every object that would let an undocumented key pass."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("additionalProperties") is not False:
            yield path
        if schema.get("type") == "object" and "properties" not in schema and "additionalProperties" not in schema:
            yield path
        for name, below in schema.items():
            yield from loose_places(below, f"{path}.{name}")


def county_of(folder: Path, url: str) -> MatchingCounty:
    """One of everything: proposals, gaps, a pair in review, rejected rows, an addressed contact, a late fact."""
    made = MatchingCounty(folder / "probe", url)
    made.source("kontakte", CONTACT_RECORDS, more="ids: {person: leute}\nexpect: {max_rejected: 90%}\n")
    made.source("namen", NAMED_RECORDS, more="ids: {person: leute, offer: kurse}\n")
    for number in "1234567":
        made.person(number, sex="")
    made.change("leute", 0, last_name="Müller", first_name="Jörg", birth_date="1999-06-14")
    made.change("leute", 1, last_name="Şahin", first_name="Ali", birth_date="1999-06-14")
    for number in "1234567":
        made.need(f"b{number}", number)
    for number in "34567":
        made.need(f"x{number}", number, category="COACH")
    made.course("k1").course("k2", seats_free="0", starts_on="2021-03-01").course("k3", kind="IK_ALLG")
    made.seat("e1", "k2", "3", starts_on="2021-03-01")
    for number in "1234":
        made.add("einwilligungen", person_id=number, purpose="contact", given_on="2021-01-01")
        made.add("einwilligungen", person_id=number, purpose="transfer", given_on="2021-01-01")
    made.put(
        "kontakte.csv",
        CONTACTS_HEADER,
        *(f"{n};2021-02-0{n};b;u" for n in "12345"),
        "1;2021-41-01;b;u",
        "99;2021-02-01;b;u",
    )
    made.put(
        "namen.csv",
        "lfd;kurs;nach;vor;geb;ags;stand;beginn",
        "n1;k2;Müler;Jörg;1999-06-14;09999001;l;2021-03-01",
        "n2;k2;Sahin;Aly;1999-06-15;09999001;l;2021-03-01",
    )
    return made


def tour(made: MatchingCounty, out: Path) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Run every command once and yield (form, document, exit code)."""

    def ran(form: str, *words: str) -> tuple[str, dict[str, Any], int]:
        done = made.run(*words)
        return form, done.document, done.code

    made.deliver()
    yield ran("error", "kpi")
    yield ran("sync", "sync", "--direct", "--as-of", "2021-07-01", "--dry-run")
    yield ran("sync", "sync", "--direct", "--as-of", "2021-07-01")
    yield ran("sync", "sync", "--direct", "--as-of", "2021-07-02")
    made.change("leute", 4, residence_status="AE_25B", status_from="2021-01-01")
    made.person("8").deliver()
    made.put(
        "kontakte.csv",
        CONTACTS_HEADER,
        *(f"{n};2021-02-0{n};b;u" for n in "123467"),
        "1;2021-41-01;b;u",
        "99;2021-02-01;b;u",
    )
    yield ran("sync", "sync", "--direct", "--as-of", "2021-07-20")
    yield ran("rerun", "rerun", "--since", "2021-07-20", "--from-raw", "--reason", "Probe")
    yield ran("status", "status")
    yield ran("doctor", "doctor")
    yield ran("doctor-disclosure", "doctor", "--disclosure")
    yield ran("watch", "watch")
    yield ran("source-list", "source", "list")
    yield ran("source-check", "source", "check", "kontakte")
    yield ran("quarantine-list", "quarantine", "list", "--all")
    yield ran("quarantine-warnings", "quarantine", "list", "--warnings")
    yield ran("quarantine-show", "quarantine", "show", "kontakte")
    number = made.rows("SELECT min(quarantine_id) FROM quarantine.row WHERE state = 'open'")[0][0]
    yield ran("quarantine-waive", "quarantine", "waive", str(number), "--reason", "Probe")
    yield ran("quarantine-feedback", "quarantine", "feedback", "--out", str(out / "feedback"))
    yield from _people(made, out, ran)
    yield from _plan(made, ran)
    yield from _figures(made, out, ran)
    yield from _keeping(made, out, ran)


def _people(made: MatchingCounty, out: Path, ran: Any) -> Iterator[tuple[str, dict[str, Any], int]]:
    listed = ran("review-list", "review", "list", "--all")
    yield listed
    yield ran("review-export", "review", "export", str(out / "paare.xlsx"))
    yield ran("review-import", "review", "import", str(out / "paare.xlsx"))
    first = listed[1]["pairs"][0]["review_id"]
    yield ran("review-accept", "review", "accept", str(first), "--reason", "Probe")
    yield ran("review-split", "review", "split", str(first), "--reason", "Probe")
    weights = Path(__file__).resolve().parents[2] / "config" / "identity" / "weights-3.yaml"
    yield ran("identity-weights-show", "identity", "weights", "show")
    changed = out / "weights-3.yaml"
    changed.write_text(weights.read_text("utf-8") + "# other bytes, same weights\n", "utf-8")
    yield ran("identity-weights-diff", "identity", "weights", "diff", str(changed))
    yield ran("identity-weights-accept", "identity", "weights", "accept", str(changed), "--reason", "Probe")
    uid = made.uid("2")
    yield ran("privacy-report", "privacy", "report", uid, "--reason", "Probe", "--out", str(out / "auskunft"))
    yield ran("privacy-consents", "privacy", "consents", uid)
    yield ran("privacy-contact", "privacy", "contact", uid, "--reason", "Probe")
    yield ran("privacy-transfer", "privacy", "transfer", uid, "--reason", "Probe", "--to", "Amt", "--out", str(out))
    yield ran("privacy-record", "privacy", "record")


def _plan(made: MatchingCounty, ran: Any) -> Iterator[tuple[str, dict[str, Any], int]]:
    yield ran("match-proposals", "match", "proposals", "--all")
    yield ran("match-why", "match", "why", made.uid("1"))
    gaps = ran("match-gaps", "match", "gaps")
    cluster = gaps[1]["clusters"][0]["cluster_id"]
    yield ran("match-decide", "match", "decide", cluster, "approve", "--reason", "Probe", "--on", "2021-07-20")
    yield ran("match-gaps", "match", "gaps")
    yield ran("match-fairness", "match", "fairness")
    yield ran("rules-list", "rules", "list", "--as-of", "2021-07-20")
    yield ran("rules-diff", "rules", "diff", "2021-07-20", "2026-07-20")


def _figures(made: MatchingCounty, out: Path, ran: Any) -> Iterator[tuple[str, dict[str, Any], int]]:
    yield ran("kpi", "kpi", "--as-of", "2021-07-25")
    yield ran("kpi", "kpi", "--exact")
    for kpi in ("placed", "days_to_entry", "unmet_needs", "rows_rejected", "caseload_per_fte"):
        yield ran("explain", "explain", kpi)
    yield ran("explain-changes", "explain", "contacted", "--since", "2021-07-01")
    yield ran("explain-changes", "explain", "entered", "--between", "2021-07-01", "2021-07-20")
    yield ran("report", "report", "--period", "2020/21", "--out", str(out / "bericht"), "--seal")
    seal = next((out / "bericht").glob("*.seal.json"))
    yield "seal", json.loads(seal.read_text("utf-8")), 0
    yield ran("verify", "verify", str(seal))
    tampered = json.loads(seal.read_text("utf-8"))
    tampered["figures"]["contacted"]["numerator"] = "99"
    (out / "falsch.seal.json").write_text(json.dumps(tampered))
    yield ran("verify", "verify", str(out / "falsch.seal.json"))
    yield ran("export", "export", "--format", "package", "--out", str(out / "export"))


def _keeping(made: MatchingCounty, out: Path, ran: Any) -> Iterator[tuple[str, dict[str, Any], int]]:
    yield ran("db-status", "db", "status")
    yield ran("db-url", "db", "url")
    yield ran("db-upgrade", "db", "upgrade")
    yield ran("archive-verify", "archive", "verify")
    yield ran("archive-rotate", "archive", "rotate")
    yield ran("keys-list", "keys", "list")
    yield ran("keys-rotate", "keys", "rotate", "pseudonym", "--reason", "Probe")
    with mock.patch.dict(os.environ, {"TEILHABE_VAULT_KEY": "11" * 32}):
        yield ran("vault-seal", "vault", "seal", "--reason", "Probe")
        yield ran("vault-status", "vault", "status")
        yield ran("vault-open", "vault", "open", "--reason", "Probe")
    yield ran("retention", "retention")
    yield ran("erase", "erase", made.uid("3"), "--reason", "Probe")
    yield ran("erase", "erase", made.uid("3"), "--reason", "Probe", "--yes")
    new = made.put("neu.csv", "Fallnummer;Nachname;Vorname;Geburtsdatum;Status;AGS", "1;A;B;01.02.2000;D;09999001")
    yield ran("source-new", "source", "new", str(new), "--name", "neu")
    (made.folder / "sources" / "neu.yaml").unlink(missing_ok=True)
    folder = ("--counties", str(made.folder.parent), "--workers", "1")
    yield ran("fleet-sync", "fleet", "sync", *folder, "--as-of", "2021-07-21")
    yield ran("fleet-status", "fleet", "status", *folder)
    yield ran("fleet-watch", "fleet", "watch", *folder)
    yield ran("fleet-doctor", "fleet", "doctor", *folder)
    yield ran("fleet-kpi", "fleet", "kpi", *folder[:2], "--period", "2020/21")
    yield ran("backup", "backup", str(out / "sicherung.tar.gz"))


def restored(folder: Path, url: str, out: Path) -> tuple[str, dict[str, Any], int]:
    """The backup of the tour comes back into an empty warehouse."""
    done = MatchingCounty(folder / "andere", url).run("restore", str(out / "sicherung.tar.gz"))
    return "restore", done.document, done.code


def test_every_documented_form_is_what_the_command_says(tmp_path: Path, warehouse_url: str, bare_url: str) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    seen, problems = set(), []
    steps = tour(county_of(tmp_path / "counties", warehouse_url), out)
    for form, document, code in chain(steps, (restored(tmp_path, bare_url, out) for _ in range(1))):
        assert form == "error" or "error" not in document, (form, code, document)
        validator = jsonschema.Draft202012Validator(schema_of(form))
        problems += [f"{form} {error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
        seen.add(form)
    assert problems == []
    assert {path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json")} == (seen | KEPT_BY_HAND)


def test_every_command_has_a_schema_that_is_closed_and_listed() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    for words, _ in _leaves(build_parser(), ()):
        assert (FOLDER / f"{'-'.join(words)}.schema.json").exists(), words
    for path in FOLDER.glob("*.schema.json"):
        assert f"({path.name})" in page, path.name
        assert list(loose_places(json.loads(path.read_text("utf-8")))) == [], path.name


@pytest.mark.parametrize("form", ["sync", "kpi", "explain"])
def test_a_key_that_nobody_documented_fails(form: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(form))
    assert any("surprise" in error.message for error in validator.iter_errors({"surprise": 1}))
