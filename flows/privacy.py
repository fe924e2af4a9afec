"""The rights of the persons concerned: report (Art. 15), consents, contact and transfer, and the record (Art. 30)."""

import json
from pathlib import Path
from typing import Any

from config.county import County
from flows.erasure import resolve_person
from flows.suppression import NAMING
from schemas.kinds import KINDS
from schemas.messages import say
from tasks.erase.people import read_person, whole_person
from tasks.erase.subject import consents_on, facts_of, page_of, require_consent
from tasks.keys import PSEUDONYM, load_key, pseudonym
from tasks.private_file import write_private
from tasks.run import Run
from tasks.warehouse.runs import write_audit
from tasks.warehouse.session import CountySession

ROLES = {
    "teilhabe_casework": "vault, core, internal, quarantine, ops, mart",
    "teilhabe_steering": "internal, mart",
    "teilhabe_bi": "mart",
}
"""Who reads what (sql/rights.csv says it by table)."""


def subject_report(run: Run, asked: str, reason: str, folder: Path) -> tuple[str, list[Path]]:
    """Write everything that is held about a person as JSON and as a page; return the pseudonym and the files (0600)."""
    with run.session() as session:
        uid = resolve_person(run, session, asked)
        name = pseudonym(load_key(run.county.state, PSEUDONYM), "subject", uid)
        person = read_person(session, whole_person(session, uid, NAMING))
        facts = facts_of(session, person)
        consents = consents_on(session, uid, run.as_of)
        write_audit(session, "subject report", object_=f"person {name}", reason=reason)
    record = record_of_processing(run.county)
    document = {
        "person": name,
        "as_of": run.as_of.isoformat(),
        "facts": facts,
        "consents": consents,
        "purposes": record["purposes"],
        "recipients": record["recipients"],
        "origin": [source for source in record["sources"] if source["personal_columns"]],
        "retention": record["retention"],
        "rights": say("subject_rights"),
    }
    sections: dict[str, Any] = {
        **facts,
        say("subject_consents"): consents,
        say("record_purposes"): record["purposes"],
        say("record_recipients"): record["recipients"],
        say("record_sources"): document["origin"],
        say("record_retention"): record["retention"],
        say("subject_rights_head"): document["rights"],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
    page = page_of(say("subject_title", person=name, county=run.county.name), sections)
    return name, _written(folder, f"auskunft-{name}", text, page)


def consents_of(run: Run, asked: str) -> list[dict[str, Any]]:
    """Return the person's consents as they stand on the run's day."""
    with run.session() as session:
        return consents_on(session, resolve_person(run, session, asked), run.as_of)


def contact_data(run: Run, asked: str, reason: str) -> dict[str, Any]:
    """Return e-mail and telephone of a person who agreed to be contacted; who asked stands in the audit.

    Raises:
        UsageError: E836, the consent does not stand.
    """
    with run.session() as session:
        uid = _agreed(run, session, asked, "contact")
        rows = session.rows(
            "SELECT DISTINCT i.email, i.phone FROM vault.identity_version AS i INNER JOIN vault.source_id AS s "
            "ON i.county = s.county AND i.ref_id = s.ref_id WHERE i.county = :county AND i.closed_load IS NULL "
            "AND s.person_uid = CAST(:uid AS uuid) AND (i.email IS NOT NULL OR i.phone IS NOT NULL) ORDER BY 1, 2",
            uid=uid,
        )
        write_audit(session, "contact data", object_=f"person {_name(run, uid)}", reason=reason)
    return {"person": _name(run, uid), "contact": rows}


def transfer(run: Run, asked: str, recipient: str, reason: str, folder: Path) -> tuple[str, list[Path]]:
    """Write a person's needs and places for another body, under a pseudonym of that body's own.

    Raises:
        UsageError: E836, the consent to transfer does not stand.
    """
    with run.session() as session:
        uid = _agreed(run, session, asked, "transfer")
        person = read_person(session, [uid])
        facts = facts_of(session, person)
        name = pseudonym(load_key(run.county.state, PSEUDONYM), f"transfer {recipient}", uid)
        write_audit(session, "transfer", object_=f"person {_name(run, uid)} to {recipient}", reason=reason)
    given = {table: rows for table, rows in facts.items() if table in ("core.need_version", "core.enrolment_version")}
    for rows in given.values():
        for row in rows:
            row.pop("source", None)
            row.pop("file_id", None)
    document = {"person": name, "recipient": recipient, "as_of": run.as_of.isoformat(), "facts": given}
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
    return name, _written(folder, f"uebermittlung-{name}", text, page_of(name, given))


def record_of_processing(county: County) -> dict[str, Any]:
    """Return the record of processing activities (Art. 30 GDPR) as the configuration says it."""
    sources = []
    for source in county.sources:
        personal = sorted(
            {
                f"{kind}.{column}"
                for kind, blocks in source.records.items()
                for block in blocks
                for column in block.columns
                if KINDS[kind].column(column).personal or column == "person_id"
            }
        )
        supplier = {"supplier": source.supplier.name, "contact": source.supplier.email}
        sources.append(
            {"source": source.name, **supplier, "kinds": sorted(source.records), "personal_columns": personal}
        )
    return {
        "controller": county.name,
        "county": county.key,
        "programme": county.programme.name,
        "purposes": [{"purpose": say(f"purpose_{name}")} for name in ("casework", "statistics", "steering")],
        "persons": say("record_persons"),
        "sources": sources,
        "recipients": [{"role": role, "reads": reads} for role, reads in ROLES.items()],
        "retention": [vars(rule) | {"start": rule.start} for rule in county.retention],
        "third_countries": say("record_third_countries"),
        "measures": [{"measure": say(f"measure_{number}")} for number in range(1, 6)],
    }


def record_page(county: County) -> str:
    """Return the record as a page."""
    record = record_of_processing(county)
    sections = {
        say("record_purposes"): record["purposes"],
        say("record_persons_head"): record["persons"],
        say("record_sources"): record["sources"],
        say("record_recipients"): record["recipients"],
        say("record_retention"): record["retention"],
        say("record_third_head"): record["third_countries"],
        say("record_measures"): record["measures"],
    }
    return page_of(say("record_title", county=county.name, programme=county.programme.name), sections)


def _agreed(run: Run, session: CountySession, asked: str, purpose: str) -> str:
    uid = resolve_person(run, session, asked)
    require_consent(session, uid, purpose, run.as_of)
    return uid


def _name(run: Run, uid: str) -> str:
    return pseudonym(load_key(run.county.state, PSEUDONYM), "casework", uid)


def _written(folder: Path, stem: str, text: str, page: str) -> list[Path]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = []
    for suffix, content in ((".json", text), (".html", page)):
        path = folder / f"{stem}{suffix}"
        write_private(path, content.encode())
        paths.append(path)
    return paths
