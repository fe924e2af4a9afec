"""The run's page for the data admin: one Markdown text in German with counts, gates and what to do next."""

from flows.parameters import RunSummary
from schemas.errors import PipelineError, WarehouseUnreachable
from schemas.gates import spoken
from schemas.messages import say


def run_page(summary: RunSummary) -> str:
    """Return the page of a run; names of sources, counts and rules, never a value of a row."""
    document = summary.document()
    lines = [f"# {say(f'status_{summary.status}', as_of=summary.as_of)}", ""]
    lines += [say("page_run", run_id=summary.run_id, as_of=summary.as_of), ""]
    lines += [say("page_open_rows", count=summary.open_rows), "", f"## {say('page_deliveries')}", ""]
    lines += ["| " + " | ".join(say("sync_headings").split("|")) + " |", "|---|---|---|---:|---:|---:|"]
    for source in document["sources"]:
        state = say(f"state_{source['state']}")
        for kind, counts in (source["records"] or {"–": {"in": "–", "loaded": "–", "rejected": "–"}}).items():
            cells = (source["source"], state, kind, counts["in"], counts["loaded"], counts["rejected"])
            lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    if summary.gates:
        lines += ["", f"## {say('page_gates')}", ""]
        lines += [f"- {'✓' if gate.passed else '✗'} {gate.gate}: {spoken(gate.detail)}" for gate in summary.gates]
    if summary.messages:
        lines += ["", f"## {say('page_messages')}", "", *(f"- {message}" for message in summary.messages)]
    lines += ["", f"## {say('page_next')}", "", f"`{next_command(summary)}`", ""]
    return "\n".join(lines)


def failed_page(error: PipelineError) -> str:
    """Return the page of a run that stopped: what happened, what readers see, what to do next."""
    after = "teilhabe db status" if isinstance(error, WarehouseUnreachable) else "teilhabe doctor"
    lines = [f"# {say('page_failed')}", "", str(error), "", say("page_failed_readers"), ""]
    return "\n".join([*lines, f"## {say('page_next')}", "", f"`{after}`", ""])


def next_command(summary: RunSummary) -> str:
    """Return the one command that goes on after this run."""
    waiting = [delivery.source for delivery in summary.deliveries if delivery.state == "waiting"]
    if waiting:
        return f"teilhabe rerun --source {waiting[0]} --accept --reason …"
    refused = [delivery.source for delivery in summary.deliveries if delivery.state in ("refused", "unreadable")]
    if refused:
        return f"teilhabe source check {refused[0]}"
    return "teilhabe quarantine list" if summary.open_rows else "teilhabe kpi"
