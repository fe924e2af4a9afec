"""The run's page for the data admin: one Markdown text in German with counts, gates and what to do next."""

from flows.parameters import RunSummary
from schemas.messages import say


def run_page(summary: RunSummary) -> str:
    """Return the page of a run; names of sources, counts and rules, never a value of a row."""
    document = summary.document()
    lines = [f"# {say(f'status_{summary.status}', as_of=summary.as_of)}", "", f"`{summary.run_id}`", ""]
    lines += ["| " + " | ".join(say("sync_headings").split("|")) + " |", "|---|---|---|---:|---:|---:|"]
    for source in document["sources"]:
        state = say(f"state_{source['state']}")
        for kind, counts in (source["records"] or {"–": {"in": "–", "loaded": "–", "rejected": "–"}}).items():
            cells = (source["source"], state, kind, counts["in"], counts["loaded"], counts["rejected"])
            lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    if summary.gates:
        lines += ["", f"## {say('page_gates')}", ""]
        lines += [f"- {'✓' if gate.passed else '✗'} {gate.gate}" for gate in summary.gates]
    if summary.messages:
        lines += ["", f"## {say('page_messages')}", "", *(f"- {message}" for message in summary.messages)]
    lines += ["", f"## {say('page_next')}", "", f"`{next_command(summary)}`", ""]
    return "\n".join(lines)


def next_command(summary: RunSummary) -> str:
    """Return the one command that goes on after this run."""
    waiting = [delivery.source for delivery in summary.deliveries if delivery.state == "waiting"]
    if waiting:
        return f"teilhabe rerun --source {waiting[0]} --accept --reason …"
    refused = [delivery.source for delivery in summary.deliveries if delivery.state in ("refused", "unreadable")]
    if refused:
        return f"teilhabe source check {refused[0]}"
    return "teilhabe quarantine list" if summary.open_rows else "teilhabe kpi"
