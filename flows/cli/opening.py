"""Which county a command line means, and a reading session on its warehouse."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.county import County
from config.settings import default_config_dir
from tasks.run import county_at, warehouse_of
from tasks.warehouse.session import CountySession, county_session


def config_dir_of(args: argparse.Namespace) -> str:
    """Return the county folder as an absolute path."""
    return str((Path(args.config) if args.config else default_config_dir()).resolve())


def county_of(args: argparse.Namespace) -> County:
    """Return the county that the command line names, its configuration checked."""
    return county_at(config_dir_of(args))


def note_seen(args: argparse.Namespace, what: str, **detail: object) -> None:
    """Write into the audit that somebody was shown rows of people; the figures stay untouched."""
    from tasks.warehouse.runs import write_audit

    with open_session(args) as session:
        write_audit(session, "saw", object_=what, detail=detail or None)


@contextmanager
def open_session(args: argparse.Namespace) -> Iterator[CountySession]:
    """Open a transaction on the county's warehouse."""
    county = county_of(args)
    with county_session(warehouse_of(config_dir_of(args)).engine, county.key) as session:
        yield session
