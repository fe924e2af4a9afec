"""The figures as a page (docs/bench.md), a picture (docs/images/bench.svg) and lines of history (bench/history.csv)."""

import csv
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from math import log
from pathlib import Path

from bench.pipeline.contest import CONTESTANTS, OURS, Result
from bench.pipeline.deliveries import NIGHTS

ROOT = Path(__file__).resolve().parents[2]
Cells = dict[tuple[int, str, str], list[Result]]
TITLES = {"new": "every row is new", "changed": "one row of a hundred changed"}
HEAD = (
    "| | median s | least – most | × floor | client CPU s | server CPU s | CPU × floor | peak MB |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|"
)


def write_page(results: Sequence[Result], others: Sequence[str], about: str) -> str:
    """Write page and picture; return the page."""
    cells = _cells(results)
    sizes = sorted({result.rows for result in results})
    parts = [
        "# Bench",
        "",
        "Made by `make bench` and not by hand. Seconds do not travel between machines; ratios to the floor do.",
        about,
        "",
        "The floor is a COPY of files that are clean and typed already, then the same merge with history. Every peer "
        "reads the same messy files, rejects the same rows and ends with the same versions (checked after each night; "
        "dlt's merge keeps no history). `teilhabe` here is pull, conform and load; identifying persons, which no peer "
        "does, is told apart below.",
        "",
        "![medians beside the floor](images/bench.svg)",
        "",
    ]
    for rows in sizes:
        for night in NIGHTS:
            repeats = max(len(found) for (size, _, _), found in cells.items() if size == rows)
            parts += [f"## {_spaced(rows)} rows: {TITLES[night]}", "", f"Runs each: {repeats}.", "", HEAD]
            parts += [line for name in CONTESTANTS if (line := _line(cells, rows, night, name))]
            parts += ["", *_steps(cells, rows, night), ""]
    parts += _growth(cells, sizes)
    parts += [*others, ""]
    text = "\n".join(parts)
    (ROOT / "docs" / "bench.md").write_text(text, "utf-8")
    _picture(cells, sizes)
    return text


def _cells(results: Sequence[Result]) -> Cells:
    cells: Cells = defaultdict(list)
    for result in results:
        cells[result.rows, result.night, result.contestant].append(result)
    return cells


def _of(cells: Cells, rows: int, night: str, name: str, what: Callable[[Result], float]) -> list[float]:
    return [what(result) for result in cells.get((rows, night, name), []) if result.measured is not None]


def _seconds(result: Result) -> float:
    assert result.measured is not None
    return result.measured.seconds - _identifying(result)["seconds"]


def _cpu(result: Result) -> float:
    assert result.measured is not None
    return result.measured.client_cpu - _identifying(result)["cpu"]


def _server(result: Result) -> float:
    return result.measured.server_cpu - _identifying(result)["server"] if result.measured is not None else 0.0


def _told(result: Result) -> list[dict[str, float]]:
    if result.contestant != OURS or result.measured is None:
        return []
    return [json.loads(line) for line in result.measured.output.splitlines()]


def _identifying(result: Result) -> dict[str, float]:
    return next(
        (step for step in _told(result) if step["step"] == "identify"), {"seconds": 0.0, "cpu": 0.0, "server": 0.0}
    )


def _line(cells: Cells, rows: int, night: str, name: str) -> str:
    found = cells.get((rows, night, name), [])
    if not found:
        return ""
    notes = {result.note for result in found if result.note}
    seconds = _of(cells, rows, night, name, _seconds)
    if not seconds:
        return f"| {name} | – | – | – | – | – | – | {' '.join(sorted(notes))[:80]} |"
    floor = statistics.median(_of(cells, rows, night, "floor", _seconds) or [float("nan")])
    floor_cpu = statistics.median(_of(cells, rows, night, "floor", lambda r: _cpu(r) + _server(r)) or [float("nan")])
    client, server = (statistics.median(_of(cells, rows, night, name, what)) for what in (_cpu, _server))
    peak = max(result.measured.peak_mb for result in found if result.measured is not None)
    mark = " (end state differs)" if notes else ""
    middle = statistics.median(seconds)
    return (
        f"| {name}{mark} | {middle:.2f} | {min(seconds):.2f} – {max(seconds):.2f} | {middle / floor:.1f} "
        f"| {client:.2f} | {server:.2f} | {(client + server) / floor_cpu:.1f} | {peak:.0f} |"
    )


def _steps(cells: Cells, rows: int, night: str) -> list[str]:
    told = [_told(result) for result in cells.get((rows, night, OURS), []) if result.measured is not None]
    if not told:
        return []
    names = [str(step["step"]) for step in told[0]]
    lines = []
    for name in names:
        own = [step for steps in told for step in steps if step["step"] == name]
        seconds, cpu, server = (statistics.median(step[key] for step in own) for key in ("seconds", "cpu", "server"))
        peak = max(step["peak_mb"] for step in own)
        lines.append(
            f"{name} {seconds:.2f} s ({cpu:.2f} s client CPU, {server:.2f} s server CPU, {peak:.0f} MB so far)"
        )
    return [f"Our steps: {', '.join(lines)}."]


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _growth(cells: Cells, sizes: list[int]) -> list[str]:
    """Fit cost = a × rows^b over the sizes by the two ends, CPU of client and server."""
    if len(sizes) < 2:
        return []
    low, high = sizes[0], sizes[-1]
    lines = [
        "## Growth",
        "",
        f"Exponent of all CPU between {_spaced(low)} and {_spaced(high)} rows (1 is linear):",
    ]
    for name in (OURS, "floor"):
        for night in NIGHTS:
            ends = [
                statistics.median(_of(cells, n, night, name, lambda r: _cpu(r) + _server(r)) or [0])
                for n in (low, high)
            ]
            if all(ends):
                exponent = log(ends[1] / ends[0]) / log(high / low)
                lines.append(f"- {name}, {TITLES[night]}: {exponent:.2f}")
    return [*lines, ""]


def _picture(cells: Cells, sizes: list[int]) -> None:
    import altair as alt
    import vl_convert

    data = [
        {"rows": f"{_spaced(rows)} rows", "who": name, "night": TITLES[night], "ratio": middle / floor}
        for rows in sizes
        for night in NIGHTS
        for name in CONTESTANTS
        if (seconds := _of(cells, rows, night, name, _seconds)) and (middle := statistics.median(seconds))
        if (base := _of(cells, rows, night, "floor", _seconds)) and (floor := statistics.median(base))
    ]
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            y=alt.Y("who:N", sort=list(CONTESTANTS), title=None),
            x=alt.X("ratio:Q", title="seconds beside the floor"),
            color=alt.condition(alt.datum.who == OURS, alt.value("#0072B2"), alt.value("#9aa5ad")),
        )
        .properties(width=260, height=150)
        .facet(row=alt.Row("rows:N", sort=None, title=None), column=alt.Column("night:N", sort=None, title=None))
    )
    (ROOT / "docs" / "images" / "bench.svg").write_text(vl_convert.vegalite_to_svg(chart.to_json()), "utf-8")


def write_history(results: Sequence[Result]) -> None:
    """Add a line a contestant, night and size."""
    cells = _cells(results)
    path = ROOT / "bench" / "history.csv"
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(
                ["day", "rows", "night", "contestant", "runs", "seconds", "client_cpu", "server_cpu", "peak_mb"]
            )
        for (rows, night, name), found in cells.items():
            good = [result for result in found if result.measured is not None]
            if good:
                middles = [statistics.median(what(result) for result in good) for what in (_seconds, _cpu, _server)]
                peak = max(result.measured.peak_mb for result in good if result.measured is not None)
                figures = [f"{value:.2f}" for value in middles]
                writer.writerow([date.today(), rows, night, name, len(good), *figures, f"{peak:.0f}"])  # noqa: DTZ011
