"""Erasures that are listed and not done: after a kill, or after a backup from before them came back."""

from flows.erasure_list import ledger_for, suppressed_of
from tasks.erase.ledger import Erasure, document_of
from tasks.keys import make_keys
from tasks.run import Run


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
        from flows.erasure import carry_out  # it brings frames and readers: only a night that erases pays for them

        for erasure in wanted:
            carry_out(run, erasure)
    return len(wanted)
