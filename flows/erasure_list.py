"""What the list of erasures asks of this warehouse before a run: a look that costs no frames."""

import hashlib

from schemas.errors import PipelineError
from tasks.erase.ledger import Ledger, ledger_of
from tasks.erase.tokens import Suppressed
from tasks.keys import SUPPRESSION, all_keys
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
