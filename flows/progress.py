"""How far a long work is: told to whoever watches a terminal, or to the orchestrator's page."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Teller = Callable[[float, str], None]
"""Gets the share that is done (0 to 1) and what begins now."""


def on_terminal(share: float, what: str) -> None:
    """Write one line where somebody watches; a log file does not want it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"· {share:4.0%} {what}\n")


_teller: ContextVar[Teller] = ContextVar("teilhabe_teller", default=on_terminal)
_span: ContextVar[tuple[float, float]] = ContextVar("teilhabe_span", default=(0.0, 1.0))


@contextmanager
def told_to(teller: Teller) -> Iterator[None]:
    """Tell ``teller`` how far the work inside is."""
    token = _teller.set(teller)
    try:
        yield
    finally:
        _teller.reset(token)


@contextmanager
def part(number: int, count: int) -> Iterator[None]:
    """The work inside is part ``number`` (from 0) of ``count`` equal ones."""
    begin, width = _span.get()
    token = _span.set((begin + width * number / count, width / count))
    try:
        yield
    finally:
        _span.reset(token)


def tell(done: int, count: int, what: str) -> None:
    """Say that ``done`` of ``count`` are behind, and what begins now."""
    begin, width = _span.get()
    _teller.get()(begin + width * done / count, what)
