"""Published days once more from the archive, in their order; one that was killed is carried on."""

import uuid
from collections.abc import Callable
from datetime import date

from flows.night import load_and_publish, recorded
from flows.parameters import RunSummary
from flows.progress import part, tell
from schemas.messages import say
from tasks.load.replay import mark_replayed, open_replay
from tasks.pull.task import open_archived
from tasks.run import Run


def go_on_replaying(run: Run) -> RunSummary | None:
    """Do the days of a replay that are still open, in order; None when there are none. The caller holds the lock."""
    with run.session() as session:
        days = open_replay(session)
    summary = None
    for number, day in enumerate(days):
        as_of, replay_run = day["as_of"], str(day["replay_run"])
        assert isinstance(as_of, date)
        own = Run(run.config_dir, str(uuid.uuid4()), as_of, accept=True)
        tell(number, len(days), say("progress_day", as_of=as_of, number=number + 1, count=len(days)))
        with part(number, len(days)):
            night = _replayed_day(own, replay_run, day["delivery_ids"])
            summary = recorded(own, "replay", str(day["reason"]), night)
    return summary


def _replayed_day(run: Run, replay_run: str, delivery_ids: object) -> Callable[[RunSummary], None]:
    ids = tuple(delivery_ids) if isinstance(delivery_ids, list) else ()

    def night(summary: RunSummary) -> None:
        deliveries = open_archived(run, ids)
        load_and_publish(run, summary, deliveries, f"replay {replay_run}")
        with run.session() as session:
            mark_replayed(session, replay_run, run.as_of)

    return night
