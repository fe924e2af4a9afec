"""What is due by the county's rules, and its removal: persons first, then files and rows. The caller holds the lock."""

from dataclasses import dataclass
from datetime import date

from config.retention import RetentionRule
from tasks.erase.due import (
    cutoff_of,
    delete_rows,
    due_files,
    due_outbox,
    due_persons,
    due_rows,
    mark_removed,
)
from tasks.pull.task import open_archive
from tasks.run import Run
from tasks.warehouse.runs import write_audit


@dataclass(frozen=True)
class Due:
    """One rule on one day: how much of its kind is due (or was removed)."""

    rule: RetentionRule
    cutoff: date
    count: int


def look_at_retention(run: Run) -> list[Due]:
    """Return what is due on the run's day, in the order of the rules; nothing is changed."""
    return [_due(run, rule) for rule in run.county.retention]


def apply_retention(run: Run) -> list[Due]:
    """Remove what is due on the run's day and write the audit; a second call finds the rest after a kill."""
    done = [_removed(run, rule) for rule in run.county.retention]
    with run.session() as session:
        counts = {due.rule.kind: due.count for due in done}
        write_audit(session, "retention", detail={"as_of": run.as_of, "removed": counts})
    return done


def _due(run: Run, rule: RetentionRule) -> Due:
    cutoff = cutoff_of(run.as_of, rule.keep_days)
    with run.session() as session:
        if rule.kind == "persons":
            count = len(due_persons(session, cutoff, _full_sources(run)))
        elif rule.kind == "archived_files":
            count = len(due_files(session, cutoff))
        elif rule.kind == "outbox_files":
            count = len(due_outbox(run.county.state / "outbox", cutoff))
        else:
            count = due_rows(session, rule.kind, cutoff)
    return Due(rule, cutoff, count)


def _removed(run: Run, rule: RetentionRule) -> Due:
    cutoff = cutoff_of(run.as_of, rule.keep_days)
    if rule.kind == "persons":
        return Due(rule, cutoff, _remove_persons(run, cutoff))
    if rule.kind == "archived_files":
        return Due(rule, cutoff, _remove_files(run, cutoff))
    if rule.kind == "outbox_files":
        paths = due_outbox(run.county.state / "outbox", cutoff)
        for path in paths:
            path.unlink(missing_ok=True)
        return Due(rule, cutoff, len(paths))
    with run.session() as session:
        return Due(rule, cutoff, delete_rows(session, rule.kind, cutoff))


def _remove_persons(run: Run, cutoff: date) -> int:
    """Erase persons like anybody else, but without keeping them away: whoever is delivered anew is loaded anew."""
    from flows.erasure import erase_person

    with run.session() as session:
        uids = due_persons(session, cutoff, _full_sources(run))
    for uid in uids:
        erase_person(run, uid, f"retention: persons, {cutoff.isoformat()}", keeps=False)
    return len(uids)


def _remove_files(run: Run, cutoff: date) -> int:
    archive = open_archive(run)
    with run.session() as session:
        files = due_files(session, cutoff)
        contents = mark_removed(session, [row["file_id"] for row in files], run.as_of)
    for sha256 in contents:
        archive.remove(sha256)
    return len(files)


def _full_sources(run: Run) -> list[str]:
    return [source.name for source in run.county.sources if source.delivery == "full"]
