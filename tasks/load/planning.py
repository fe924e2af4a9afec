"""What the planner of a large load must be told: tables that a transaction has just filled have no statistics."""

from tasks.warehouse.session import CountySession

LARGE = 10_000
"""Rows from which on a hash over whole tables costs less than one wrong guess of the planner."""

LARGE_WORK_MEM = "64MB"
"""What one sort or hash of such a load may hold; a million keys of a delivery and of the table meet in memory."""


def plan_for_many(session: CountySession) -> None:
    """Let the transaction hash whole tables instead of looping: the planner takes what it does not know for empty."""
    session.do("SET LOCAL enable_nestloop = off")
    session.do(f"SET LOCAL work_mem = '{LARGE_WORK_MEM}'")


def outgrows_statistics(written: int, before: int) -> bool:
    """Tell whether a table changed so much that the planner's picture of it is wrong: a twentieth, not a handful."""
    return written > 10 and written * 20 > before
