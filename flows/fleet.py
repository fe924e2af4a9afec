"""The fleet as Prefect sees it: one run a county on the work pool, a bounded number at once, one page for all."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from prefect import State, flow
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.deployments import run_deployment
from prefect.states import Completed, Failed
from pydantic import BaseModel, ConfigDict, Field

from flows.counties import fleet_of
from flows.orchestrated import RunForm
from schemas.messages import say

NIGHTLY = "nightly-sync/nightly"
POLL_SECONDS = 3.0
LONGEST_SECONDS = 8 * 3600
"""A county that has not ended by then is reported; its run goes on, and its lock keeps the next one off."""


class FleetForm(BaseModel):
    """A night of all counties, or of some; no paths."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, title="Nacht aller Kreise")

    as_of: date | None = Field(default=None, title="Stichtag", description="Leer: heute in der Zeitzone des Kreises.")
    counties: list[str] = Field(default_factory=list, title="Kreise", description="Namen der Ordner; leer: alle.")
    at_once: int = Field(default=4, ge=1, le=200, title="Zugleich", description="So viele Kreise laufen zugleich.")


@flow(name="fleet", persist_result=False, validate_parameters=True)
def fleet(form: FleetForm = FleetForm()) -> State[None]:  # noqa: B008, never changed
    """Submit one run a county to the pool and sum up; a county that fails leaves the others alone."""
    names = [folder.name for folder in fleet_of(None, form.counties)]
    shown = create_progress_artifact(0.0, key="teilhabe-kreise-fortschritt", description=f"0/{len(names)}")

    def tell(done: int) -> None:
        part = f"{done}/{len(names)}"
        update_progress_artifact(artifact_id=shown, progress=100 * done / len(names), description=part)  # type: ignore[arg-type]

    with get_client(sync_client=True) as client:
        own = RunForm(as_of=form.as_of).model_dump(mode="json")
        ended = submit_all(client, names, own, form.at_once, tell)
    create_markdown_artifact(fleet_page(ended), key="teilhabe-kreise", description=f"{len(names)} Kreise")
    failed = sum(state != "COMPLETED" for state, _ in ended.values())
    text = say("fleet_ended", count=len(names), failed=failed)
    return Failed(message=text) if failed else Completed(message=text)


def submit_all(
    client: SyncPrefectClient, names: list[str], form: dict[str, Any], at_once: int, tell: Callable[[int], None]
) -> dict[str, tuple[str, str]]:
    """Start runs while fewer than ``at_once`` are open; return each county's last state and its message."""
    waiting, running, ended = list(names), dict[str, Any](), dict[str, tuple[str, str]]()
    deadline = time.monotonic() + LONGEST_SECONDS
    while (waiting or running) and time.monotonic() < deadline:
        while waiting and len(running) < at_once:
            name = waiting.pop(0)
            parameters = {"form": form, "county": name}
            run: Any = run_deployment(NIGHTLY, parameters=parameters, timeout=0, flow_run_name=name)
            running[name] = run.id
        time.sleep(POLL_SECONDS)
        for name, run_id in list(running.items()):
            state = client.read_flow_run(run_id).state
            if state is not None and state.is_final():
                del running[name]
                ended[name] = (state.type.value, state.message or "")
        tell(len(ended))
    late = {name: ("LATE", say("fleet_late")) for name in [*running, *waiting]}
    return {name: {**ended, **late}[name] for name in names}


def fleet_page(ended: dict[str, tuple[str, str]]) -> str:
    """Return the page of all counties, those first that need a hand."""
    lines = [f"# {say('fleet_title', count=len(ended))}", "", f"| {say('fleet_page_headings').replace('|', ' | ')} |"]
    lines.append("|---|---|---|")
    for name, (state, message) in sorted(ended.items(), key=lambda item: (item[1][0] == "COMPLETED", item[0])):
        lines.append(
            f"| {name} | {say(f'fleet_state_{state.lower()}')} | {' '.join(message.replace('|', '/').split())} |"
        )
    return "\n".join([*lines, "", f"## {say('page_next')}", "", "`teilhabe fleet status`", ""])
