"""Erase a person: look, write the tokens, delete, rewrite the archive, prove. Killed anywhere, it is carried on.

Order: the list outside the database first (from then on the person cannot come
back), then what lies around (outbox), then the database in one transaction, then
the archive file by file, then the proof. Each part finds its work by the tokens, so
that a second run, or a restored backup, needs no name. The caller holds the county's lock.
"""

import os
import shutil
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from flows.archive_search import search_archive
from flows.erasure_list import ledger_for, suppressed_of
from flows.erasure_proof import Extent, open_record, proof_path, prove, remember
from flows.suppression import NAMING, rewrite_archived
from schemas.errors import UsageError
from tasks.conform.reading import shared_reader
from tasks.erase.glance import Wanted, wanted_of
from tasks.erase.ledger import Erasure, document_of
from tasks.erase.orchestrator import take_out
from tasks.erase.outbox import files_naming, needles_of
from tasks.erase.people import (
    Person,
    count_facts,
    delete_facts,
    delete_places,
    everybody,
    find_asked,
    find_suppressed,
    read_person,
    tokens_of,
    whole_person,
)
from tasks.erase.tokens import Suppressed
from tasks.keys import PSEUDONYM, RECIPIENTS, SUPPRESSION, all_keys, load_key, pseudonym
from tasks.pull.task import open_archive
from tasks.run import Run
from tasks.warehouse.orchestrator import count_naming, database_url, delete_naming
from tasks.warehouse.runs import current_actor, reopen_handout, write_audit
from tasks.warehouse.session import CountySession

SEARCHED = ("outbox", "reports")
"""Folders of ``state`` in which the product writes files for people."""


def resolve_person(run: Run, session: CountySession, asked: str) -> str:
    """Return the uid of PERSON: a pseudonym (of any recipient and key), a uid or its beginning, ``source:person_id``.

    Raises:
        UsageError: E812, nobody or several fit.
    """
    keys = all_keys(run.county.state, PSEUDONYM)
    names = {pseudonym(key, each, uid): uid for uid in everybody(session) for key in keys for each in RECIPIENTS}
    found = find_asked(session, asked.strip(), names)
    if len(found) != 1:
        raise UsageError("E812", count=len(found))
    return found[0]


def look_at_erasure(run: Run, asked: str) -> tuple[str, Extent]:
    """Return the person's pseudonym and what an erasure would take; nothing is changed."""
    with run.session() as session:
        uid = resolve_person(run, session, asked)
        person = read_person(session, whole_person(session, uid, NAMING))
        extent = Extent(facts=count_facts(session, person))
        suppressed = _suppressed_by(run, tokens_of(session, person, load_key(run.county.state, SUPPRESSION), NAMING))
    _look_at_files(run, person, extent)
    _clean_archive(run, suppressed, wanted_of(person, NAMING.fold), extent, dry=True)
    return pseudonym(load_key(run.county.state, PSEUDONYM), RECIPIENTS[0], uid), extent


def erase_person(run: Run, asked: str, reason: str, *, keeps: bool = True) -> tuple[str, Extent, Path]:
    """Erase a person and return the number of the erasure, what went, and where the proof lies.

    Raises:
        UsageError: E812 nobody or several fit, E833 the reason names the person.
    """
    with run.session() as session:
        person = read_person(session, whole_person(session, resolve_person(run, session, asked), NAMING))
        folded = set(NAMING.fold(reason, "").split())
        if any(folded & set(NAMING.fold(last, "").split()) for last, _, _ in person.spellings):
            raise UsageError("E833")
        tokens = tokens_of(session, person, load_key(run.county.state, SUPPRESSION), NAMING)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    erasure = Erasure(str(uuid.uuid4()), now, current_actor(), reason, tokens, keeps=keeps)
    ledger_for(run).append(document_of(erasure))
    extent = carry_out(run, erasure)
    return erasure.erasure_id, extent, proof_path(run, erasure.erasure_id)


def lift_erasure(run: Run, asked: str, reason: str) -> str:
    """Let a person come back (lawful return): by the number of the erasure, or ``source:person_id``.

    The person is loaded again with the next new file that holds the person. Raises UsageError E834.
    """
    ledger = ledger_for(run)
    number = asked if asked in ledger.erasures() else None
    if number is None:
        source, _, person_id = asked.partition(":")
        number = suppressed_of(run, ledger).by_id(source, person_id)
    if number is None or ledger.erasures()[number].lifted:
        raise UsageError("E834")
    ledger.append({"erasure": number, "lifted_at": datetime.now(UTC).isoformat(timespec="seconds"), "why": reason})
    with run.session() as session:
        session.do(
            "UPDATE ops.erasure SET state = 'lifted', lifted_at = now(), lifted_by = :actor, lift_reason = :reason "
            "WHERE county = :county AND erasure_id = CAST(:number AS uuid)",
            actor=current_actor(),
            reason=reason,
            number=number,
        )
        session.do(
            "DELETE FROM vault.suppression WHERE county = :county AND erasure_id = CAST(:number AS uuid)",
            number=number,
        )
        write_audit(session, "lift erasure", object_=f"erasure {number}", reason=reason)
    return number


def _suppressed_by(run: Run, tokens: frozenset[str], number: str = "-") -> Suppressed:
    return Suppressed(dict.fromkeys(tokens, number), all_keys(run.county.state, SUPPRESSION))


def carry_out(run: Run, erasure: Erasure) -> Extent:
    """Delete whoever the tokens name from every place, and write the proof; may be called again at any point."""
    suppressed = _suppressed_by(run, erasure.tokens, erasure.erasure_id)
    if suppressed.missing_keys:
        suppressed_of(run, ledger_for(run))  # says which key is lost
    extent = Extent()
    with run.session() as session:
        open_record(session, erasure)
        person = find_suppressed(session, suppressed, NAMING)
        wanted = _wanted(run, session, person, erasure)
    for path in _look_at_files(run, person, extent):
        path.unlink(missing_ok=True)
    extent.left = take_out(run.county.state / "orchestrator", person) + _take_out_of_server(person, extent)
    shutil.rmtree(run.county.state / "work", ignore_errors=True)
    with run.session() as session:
        extent.facts = delete_facts(session, person)
        remember(session, erasure, extent)
        reopen_handout(session)
    _clean_archive(run, suppressed, wanted, extent, dry=False)
    prove(run, erasure, extent)
    return extent


def _wanted(run: Run, session: CountySession, person: Person, erasure: Erasure) -> Wanted:
    """Return the words that the person's rows must hold; none where the tokens know more than the vault still does."""
    known = tokens_of(session, person, load_key(run.county.state, SUPPRESSION), NAMING)
    return wanted_of(person, NAMING.fold) if known >= erasure.tokens else frozenset()


def _look_at_files(run: Run, person: Person, extent: Extent) -> list[Path]:
    """Count files that name the person; return those that are to go."""
    found = []
    for name in SEARCHED:
        files = files_naming(run.county.state / name, person)
        extent.files[name] += len(files)
        found += files
    extent.files += Counter()  # keep what was found
    extent.orchestrator = len(files_naming(run.county.state / "orchestrator", person))
    _look_at_server(run, person, extent)
    return found


def _look_at_server(run: Run, person: Person, extent: Extent) -> None:
    """Count the rows of the orchestrator that name the person; say where there is one that cannot be searched."""
    url = database_url(os.environ)
    rows = count_naming(url, needles_of(person)).rows if url else 0
    is_elsewhere = url is None and "PREFECT_API_URL" in os.environ
    if rows is None or (is_elsewhere and not (run.county.state / "orchestrator").exists()):
        extent.unsearched["orchestrator"] += 1
    extent.orchestrator += rows or 0


def _take_out_of_server(person: Person, extent: Extent) -> int:
    """Delete the rows of the orchestrator's PostgreSQL that name the person; return how many are left.

    One that went away since it was looked at counts as not searched: the proof must not call it clean.
    """
    url = database_url(os.environ)
    left = delete_naming(url, needles_of(person)).rows if url else 0
    if left is None:
        extent.unsearched["orchestrator"] = 1
    return left or 0


def _clean_archive(run: Run, suppressed: Suppressed, wanted: Wanted, extent: Extent, *, dry: bool) -> None:
    """Look through every archived file of sources that name persons; unless dry, write it anew without the rows."""
    try:
        with shared_reader():
            for each in search_archive(run, suppressed, wanted):
                if each.source is None or each.found is None:
                    extent.unsearched[each.source_name] += 1
                    continue
                rows = each.found.of_file(0)
                extent.archive[each.source_name] += len(each.found.places)
                extent.archived_files += 1
                if not dry:
                    rewrite_archived(run, open_archive(run), each.source, each.sha256, each.name, rows)
                    with run.session() as session:
                        places = delete_places(session, each.file_ids, rows)
                    extent.facts = {**extent.facts, "quarantine": extent.facts.get("quarantine", 0) + places}
    finally:
        shutil.rmtree(run.work_folder, ignore_errors=True)
