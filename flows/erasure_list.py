"""What the list of erasures asks of this warehouse before a run: a look that costs no frames."""

import hashlib

from schemas.errors import PipelineError
from tasks.erase.ledger import Erasure, Ledger, document_of, ledger_of
from tasks.erase.tokens import Suppressed
from tasks.keys import SUPPRESSION, all_keys, make_keys
from tasks.run import Run


def ledger_for(run: Run) -> Ledger:
    """Return the county's list of erasures."""
    return ledger_of(run.county.key, run.county.state, run.county.folder)


def suppressed_of(run: Run, ledger: Ledger) -> Suppressed:
    """Return who must not come back.

    Raises:
        PipelineError: E831, a key is lost: erased persons could come back unseen.
    """
    kept = {each.erasure_id: each for each in ledger.erasures().values() if each.keeps and not each.lifted}
    erasures = {token: number for number, erasure in kept.items() for token in erasure.tokens}
    if not erasures:
        return Suppressed({}, ())
    suppressed = Suppressed(erasures, all_keys(run.county.state, SUPPRESSION))
    if suppressed.missing_keys:
        raise PipelineError("E831", keys=", ".join(sorted(suppressed.missing_keys)))
    return suppressed


def erasure_mark(run: Run) -> str:
    """Return a hash over the erasures and lifts so far: after one, a repeat of the day is not the same night."""
    found = ledger_for(run).erasures()
    if not found:
        return ""
    return hashlib.sha256("|".join(f"{number}{found[number].lifted}" for number in sorted(found)).encode()).hexdigest()


def go_on_erasing(run: Run) -> int:
    """Carry out every erasure of the list that this warehouse does not know as done; return how many there were.

    After a kill, and after a backup from before the erasure came back. What the list
    lost and the warehouse kept is written to the list again.

    Raises:
        PipelineError: E831, a key of the list is lost.
    """
    make_keys(run.county.state)
    ledger = ledger_for(run)
    with run.session() as session:
        known = session.rows(
            "SELECT erasure_id::text AS id, state, asked_at::text AS asked_at, asked_by, reason FROM ops.erasure "
            "WHERE county = :county"
        )
        held = session.rows("SELECT erasure_id::text AS id, token FROM vault.suppression WHERE county = :county")
    listed = ledger.erasures()
    for row in known:
        tokens = frozenset(each["token"] for each in held if each["id"] == row["id"])
        if row["id"] not in listed and tokens:
            ledger.append(document_of(Erasure(row["id"], row["asked_at"], row["asked_by"], row["reason"], tokens)))
    ledger.heal()
    suppressed_of(run, ledger)
    done = {row["id"] for row in known if row["state"] != "open"}
    wanted = [each for number, each in ledger.erasures().items() if not each.lifted and number not in done]
    if wanted:
        from flows.erasure import carry_out

        for erasure in wanted:
            carry_out(run, erasure)
    return len(wanted)
