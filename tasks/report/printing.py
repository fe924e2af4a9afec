"""The report as HTML (the accessible master), PDF and workbook, from one document model."""

import tempfile
from pathlib import Path
from typing import Any

from tasks.report.drawing import bars_svg, bridge_svg
from tasks.report.model import DASH, Report

STATES = {"draft": "Entwurf", "sealed": "Gesiegelt", "reissued": "Neu ausgegeben"}
PAGE = Path(__file__).with_name("page.html")


def html_of(report: Report, base: int) -> str:
    """Return the self-contained page; no foreign address in it."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE.read_text("utf-8"))
    bars = [(bar.name, bar.contacted) for bar in report.communes]
    return template.render(
        r=report, state=STATES[report.state], base=base, bridge=bridge_svg(*report.bridge), bars=bars_svg(bars)
    )


def pdf_of(report: Report, base: int) -> bytes:
    """Return the PDF, tagged, with alternative texts, set by typst with the fonts it brings."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.typ").write_text(_typst_source(report, base), "utf-8")
        (folder / "bridge.svg").write_text(bridge_svg(*report.bridge), "utf-8")
        bars = [(bar.name, bar.contacted) for bar in report.communes]
        (folder / "bars.svg").write_text(bars_svg(bars), "utf-8")
        return typst.compile(folder / "main.typ", format="pdf", pdf_standards="ua-1", timestamp=0)


def _text(value: object) -> str:
    """Return a text that typst prints as it stands."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _table(columns: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    cells = ", ".join(f"[*#{_text(name)}*]" for name in head)
    body = ", ".join(f"[#{_text(cell)}]" for row in rows for cell in row)
    return f"#table(columns: {columns}, stroke: 0.4pt + luma(180), table.header({cells}), {body})\n"


def _typst_source(report: Report, base: int) -> str:
    title = f"{report.programme}, Schuljahr {report.period}"
    bridge = f"Brücke: {report.bridge[0]} plus {report.bridge[1]} minus {report.bridge[2]} gleich {report.bridge[3]}"
    parts = [
        f"#set document(title: {_text(title)}, author: {_text(report.county)}, date: none)\n",
        '#set page(paper: "a4", margin: 2cm, numbering: "1 / 1")\n#set text(lang: "de", size: 10.5pt)\n',
        "#show heading: set block(above: 1.4em, below: 0.8em)\n",
        f"= #{_text(title)}\n#{_text(report.county)} · *#{_text(STATES[report.state])}* · "
        f"#{_text(f'Zeitraum {report.period_from} bis {report.period_to} · Stand {report.as_of}')}\n",
        "== Ergebnis zu Ziel 4\n" + "".join(f"#{_text(sentence)}\n\n" for sentence in report.paragraph),
        f'#image("bridge.svg", alt: {_text(bridge)}, width: 85%)\n',
        "== Kennzahlen und Ziele\n",
        _table(
            "(3fr, 1fr, 1fr, 1fr, 1fr, 1fr)",
            ("Kennzahl", "Zähler", "Nenner", "Wert", "Ziel", "erreicht"),
            [
                (
                    f.label,
                    f.numerator,
                    f.denominator,
                    f.value,
                    f.target,
                    DASH if f.met is None else "ja" if f.met else "nein",
                )
                for f in report.figures
            ],
        ),
        f"== Kommunen\n#{_text(f'Gerundet auf Vielfache von {base} (Veröffentlichung {report.release}).')}\n\n",
        '#image("bars.svg", alt: "Kontaktierte Personen je Kommune, gerundet; die Zahlen stehen in der Tabelle", '
        "width: 85%)\n",
        _table(
            "(2fr, 1fr, 1fr, 1fr)",
            ("Kommune", "kontaktiert", "eingetreten", "vermittelt"),
            [
                (b.name, *(DASH if v is None else v for v in (b.contacted, b.entered, b.placed)))
                for b in report.communes
            ],
        ),
        "== Datenlage\n",
        _table("(2fr, 1fr, 1fr)", ("Quelle", "letzte Lieferung", "offene Zeilen"), list(report.sources)),
        "== Definitionen\n",
        _table("(1fr, 2fr, 2fr)", ("Kennzahl", "Zähler", "Nenner"), list(report.definitions)),
    ]
    return "".join(parts)


def workbook_of(report: Report, path: Path) -> None:
    """Write the report's tables as a workbook; every text stays text."""
    from datetime import datetime

    import xlsxwriter

    tables: dict[str, tuple[tuple[str, ...], list[Any]]] = {
        "Kennzahlen": (
            ("Kennzahl", "Zähler", "Nenner", "Wert", "Ziel", "erreicht"),
            [
                (
                    f.label,
                    f.numerator,
                    f.denominator,
                    f.value,
                    f.target,
                    DASH if f.met is None else "ja" if f.met else "nein",
                )
                for f in report.figures
            ],
        ),
        "Kommunen": (
            ("Kommune", "kontaktiert", "eingetreten", "vermittelt"),
            [(b.name, b.contacted, b.entered, b.placed) for b in report.communes],
        ),
        "Datenlage": (("Quelle", "letzte Lieferung", "offene Zeilen"), list(report.sources)),
        "Definitionen": (("Kennzahl", "Zähler", "Nenner"), list(report.definitions)),
    }
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # A fixed stamp: two runs on the same figures are the same bytes.
        book.set_properties({"title": f"{report.programme} {report.period}", "created": datetime(2020, 1, 1)})  # noqa: DTZ001
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, (head, rows) in tables.items():
            page = book.add_worksheet(name)
            page.write_row(0, 0, head, bold)
            for line, row in enumerate(rows, start=1):
                page.write_row(line, 0, row)
            page.set_column(0, 0, 44)
            page.set_column(1, len(head), 18)
            page.freeze_panes(1, 0)
