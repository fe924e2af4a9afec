"""The book of troubles, ``ops.alarm``: each is told once, from its first sight to its end."""

from collections.abc import Sequence

from tasks.warehouse.session import CountySession
from tasks.watch.causes import Cause


def write_down(session: CountySession, causes: Sequence[Cause]) -> list[Cause]:
    """Open what is new, end what is over; return what nobody was told of yet."""
    for cause in causes:
        session.do(
            "INSERT INTO ops.alarm (county, kind, cause) SELECT :county, :kind, :cause WHERE NOT EXISTS (SELECT 1 FROM "
            "ops.alarm WHERE county = :county AND kind = :kind AND cause = :cause AND ended_at IS NULL)",
            kind=cause.kind,
            cause=cause.about,
        )
    open_now = [f"{cause.kind} {cause.about}" for cause in causes]
    session.do(
        "UPDATE ops.alarm SET ended_at = now() WHERE county = :county AND ended_at IS NULL "
        "AND NOT kind || ' ' || cause = ANY(CAST(:open_now AS text[]))",
        open_now=open_now,
    )
    untold = session.rows(
        "SELECT kind, cause FROM ops.alarm WHERE county = :county AND ended_at IS NULL AND told_at IS NULL"
    )
    wanted = {(row["kind"], row["cause"]) for row in untold}
    return [cause for cause in causes if (cause.kind, cause.about) in wanted]


def mark_told(session: CountySession, causes: Sequence[Cause]) -> None:
    """Record that mail and webhook went out."""
    for cause in causes:
        session.do(
            "UPDATE ops.alarm SET told_at = now() WHERE county = :county AND kind = :kind AND cause = :cause "
            "AND ended_at IS NULL",
            kind=cause.kind,
            cause=cause.about,
        )
