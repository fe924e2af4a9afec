"""The publish step of one night, as a process of its own: ``python -m bench.figures.publishing FOLDER DAY``."""

import json
import sys
import time
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tasks.publish.figures import _hand_over_lists, compute_figures
from tasks.publish.task import publish_figures
from tasks.run import Run, forget
from tasks.warehouse.runs import end_run, start_run


def publish(folder: Path, day: date) -> None:
    """Publish a night's figures, checks, protection and marts as ``teilhabe sync`` does after loading."""
    run = Run(str(folder), str(uuid.uuid4()), day)
    with run.session() as session:
        start_run(session, run.run_id, "sync", day)
    publish_figures(run, "bench")
    with run.session() as session:
        end_run(session, run.run_id, status="published", exit_code=0, summary={})
    forget(str(folder))


def figures_beside_plain_sql(folder: Path, day: date, repeats: int) -> list[list[float]]:
    """Return wall seconds of ``compute_figures`` and of its statements sent by a bare cursor, in turn."""
    run = Run(str(folder), str(uuid.uuid4()), day)
    found = []
    for _ in range(repeats):
        told: list[tuple[str, Any]] = []
        with run.session() as session:

            def note(_conn: Any, _cursor: Any, sql: str, binds: Any, *_: Any) -> None:
                told.append((sql, binds))  # noqa: B023

            event.listen(session.connection, "before_cursor_execute", note)
            began = time.perf_counter()
            compute_figures(session, run.county, day, day)
            ours = time.perf_counter() - began
            session.connection.rollback()
        told = [one for one in told if "cfg_" not in one[0].split("(")[0] and one[0].split()[0] != "SELECT"]
        found.append([ours, _plainly(run, day, told)])
    forget(str(folder))
    return found


def _plainly(run: Run, day: date, statements: list[tuple[str, Any]]) -> float:
    with run.session() as session:
        _hand_over_lists(session, run.county, day, day)
        session.do(
            "INSERT INTO cfg_member (dimension, member) SELECT DISTINCT 'team', s.team FROM core.staff_version AS s "
            "WHERE s.county = :county AND s.team IS NOT NULL"
        )
        cursor: Any = session.connection.connection.cursor()
        began = time.perf_counter()
        for sql, binds in statements:
            cursor.execute(sql, binds)
        seconds = time.perf_counter() - began
        session.connection.rollback()
    return seconds


if __name__ == "__main__":
    if sys.argv[1] == "plain":
        json.dump(
            figures_beside_plain_sql(Path(sys.argv[2]), date.fromisoformat(sys.argv[3]), int(sys.argv[4])), sys.stdout
        )
    else:
        publish(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
