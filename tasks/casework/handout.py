"""The book of what was handed out, ``ops.handout``: due since a release, done when every workbook reached its place."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from schemas.messages import say
from tasks.casework.workbook import Caseload, safe_stem
from tasks.warehouse.session import CountySession

NO_NEWS = ""
"""Hash of the news of a workbook in which nothing waits for anybody."""


@dataclass(frozen=True)
class Handed:
    """What a case manager was handed last; hashes are None before the first time."""

    caseworker: str
    stem: str
    content_hash: str | None
    news_hash: str | None


def due_day(session: CountySession) -> date | None:
    """Return the newest day that is still to be handed out; earlier ones are no longer news."""
    day = session.value("SELECT max(as_of) FROM ops.handout WHERE county = :county AND done_at IS NULL")
    return day if isinstance(day, date) else None


def end_try(session: CountySession, as_of: date, error_code: str | None) -> None:
    """Record how a try ended; without an error the day and those before it are done."""
    session.do(
        "UPDATE ops.handout SET tries = tries + 1, error_code = CAST(:code AS text), "
        "done_at = CASE WHEN CAST(:code AS text) IS NULL THEN now() END "
        "WHERE county = :county AND as_of <= :as_of AND done_at IS NULL",
        as_of=as_of,
        code=error_code,
    )


def handed_of(session: CountySession, caseworkers: Collection[str]) -> dict[str, Handed]:
    """Return what each was handed, former case managers too; a new one is given a name that nobody ever had."""
    rows = session.rows(
        "SELECT caseworker, file AS stem, content_hash, news_hash FROM ops.handout_file WHERE county = :county"
    )
    known = {row["caseworker"]: Handed(**row) for row in rows}
    taken = {each.stem.casefold() for each in known.values()}
    for caseworker in sorted(set(caseworkers) - set(known)):
        first = safe_stem(caseworker or say("casework_nobody"))
        stem, number = first, 1
        while stem.casefold() in taken:
            number += 1
            stem = f"{first}-{number}"
        taken.add(stem.casefold())
        known[caseworker] = Handed(caseworker, stem, None, None)
        session.insert("ops.handout_file", [{"caseworker": caseworker, "file": stem}])
    return known


def mark_delivered(session: CountySession, caseworker: str, content_hash: str) -> None:
    """Record that a workbook reached its place."""
    session.do(
        "UPDATE ops.handout_file SET content_hash = :content, delivered_at = now() "
        "WHERE county = :county AND caseworker = :caseworker",
        caseworker=caseworker,
        content=content_hash,
    )


def mark_told(session: CountySession, caseworker: str, news_hash: str, *, by_mail: bool) -> None:
    """Record that the case manager need not be told of this news again."""
    session.do(
        "UPDATE ops.handout_file SET news_hash = :news, mailed_at = CASE WHEN :mailed THEN now() ELSE mailed_at END "
        "WHERE county = :county AND caseworker = :caseworker",
        caseworker=caseworker,
        news=news_hash,
        mailed=by_mail,
    )


def hashes_of(caseload: Caseload) -> tuple[str, str]:
    """Return the hash of all that a workbook holds and of what is news in it: its proposals and cases that wait."""
    news = [row[0] for row in caseload.proposals.rows] + [row[:2] for row in caseload.waiting.rows]
    return _hash(caseload), _hash(news) if news else NO_NEWS


def _hash(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()
