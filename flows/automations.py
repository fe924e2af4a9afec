"""The automations that ``teilhabe deploy`` makes: a night that failed, and one that stayed away, start the watch."""

from typing import Any

import httpx

from flows.server_api import ask
from schemas.errors import StepFailed

SECONDS_OF_A_NIGHT = 26 * 3600
_NIGHTLY = {"prefect.resource.role": "deployment", "prefect.resource.name": ["nightly", "on-demand", "fleet"]}


def make_automations(api: str) -> list[str]:
    """Make or renew both automations on a server whose deployments are registered; return their names.

    Raises:
        StepFailed: E852, the server refused.
    """
    try:
        return _make(api)
    except httpx.HTTPError:
        failed = StepFailed("E852", log="server.log", code="automations")
    raise failed


def _make(api: str) -> list[str]:
    found = ask("GET", f"{api}/deployments/name/watch/watch")
    action = {"type": "run-deployment", "source": "selected", "deployment_id": found["id"], "parameters": {}}
    wanted = [
        _automation("teilhabe: Lauf gescheitert", action, _trigger("Reactive", ["Failed", "Crashed", "TimedOut"], 0)),
        _automation("teilhabe: Lauf ausgeblieben", action, _trigger("Proactive", ["Completed"], SECONDS_OF_A_NIGHT)),
    ]
    old = ask("POST", f"{api}/automations/filter", {"limit": 200})
    for automation in old:
        if automation["name"] in [one["name"] for one in wanted]:
            ask("DELETE", f"{api}/automations/{automation['id']}")
    for one in wanted:
        ask("POST", f"{api}/automations/", one)
    return [one["name"] for one in wanted]


def _automation(name: str, action: dict[str, Any], trigger: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "tags": ["teilhabe"], "enabled": True, "trigger": trigger, "actions": [action]}


def _trigger(posture: str, states: list[str], within: int) -> dict[str, Any]:
    """One trigger over the runs of our own nights, never over the watch's own."""
    return {
        "type": "event",
        "posture": posture,
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "match_related": _NIGHTLY,
        "expect": [f"prefect.flow-run.{state}" for state in states],
        "threshold": 1,
        "within": within,
    }
