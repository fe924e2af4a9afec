"""The run's page for the data admin: one Markdown text in German with counts, gates and what to do next."""

import re
from collections.abc import Iterable
from string import Formatter

from flows.parameters import RunSummary
from schemas.errors import PipelineError, WarehouseUnreachable
from schemas.gates import spoken
from schemas.messages import CATALOGUE, language, say

NAMED_BY_SUPPLIERS = frozenset(
    ("file", "sheet", "name", "other", "path", "member", "headers", "place", "cell", "found", "what")
)
"""Parameters of messages that may hold a name which a supplier gave."""


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
    names = [file.name for delivery in summary.deliveries for file in delivery.files]
    names += [sheet.sheet for delivery in summary.deliveries for sheet in delivery.sheets if sheet.sheet]
    if summary.messages:
        lines += [
            "",
            f"## {say('page_messages')}",
            "",
            *(f"- {veiled(message, names)}" for message in summary.messages),
        ]
    lines += ["", f"## {say('page_next')}", "", f"`{next_command(summary)}`", ""]
    return "\n".join(lines)


def failed_page(error: PipelineError) -> str:
    """Return the page of a run that stopped: what happened, what readers see, what to do next."""
    after = "teilhabe db status" if isinstance(error, WarehouseUnreachable) else "teilhabe doctor"
    lines = [f"# {say('page_failed')}", "", veiled(str(error)), "", say("page_failed_readers"), ""]
    return "\n".join([*lines, f"## {say('page_next')}", "", f"`{after}`", ""])


def veiled(message: str, names: Iterable[str] = ()) -> str:
    """Return a message as the orchestrator may keep it: what suppliers call their files and sheets is left out.

    "Antrag Aydin.xlsx" names somebody. The command line and the quarantine say the place in full.
    """
    found = re.match(r"\[(\w+)\] ", message)
    template = CATALOGUE.get(found[1]) if found else None
    if found is None or template is None:
        for name in sorted(names, key=len, reverse=True):
            message = message.replace(name, "…")
        return message
    text = template.en if language() == "en" else template.de
    fields = {name for _, name, _, _ in Formatter().parse(text) if name}
    if not fields & NAMED_BY_SUPPLIERS:
        return message
    return found[0] + text.format_map(dict.fromkeys(fields, "…"))


def next_command(summary: RunSummary) -> str:
    """Return the one command that goes on after this run."""
    waiting = [delivery.source for delivery in summary.deliveries if delivery.state == "waiting"]
    if waiting:
        return f"teilhabe rerun --source {waiting[0]} --accept --reason …"
    refused = [delivery.source for delivery in summary.deliveries if delivery.state in ("refused", "unreadable")]
    if refused:
        return f"teilhabe source check {refused[0]}"
    return "teilhabe quarantine list" if summary.open_rows else "teilhabe kpi"
