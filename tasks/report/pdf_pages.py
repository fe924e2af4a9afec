"""The report as PDF/UA-1 by typst: tagged, with alternative texts, with the fonts that typst brings."""

import tempfile
from pathlib import Path

from schemas.messages import say
from tasks.report.blocks import Block, Cell, Picture, Report, Table, text_of

_SETUP = """#set page(paper: "a4", margin: (x: 2cm, y: 2.2cm), numbering: "1 / 1")
#set text(size: 10pt)
#set par(justify: false)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set block(above: 1.8em, below: 0.8em)
#show table.cell.where(y: 0): strong
#show figure: set block(breakable: true)
#show table: set text(hyphenate: true)
#set figure(gap: 0.6em)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(190)), inset: (x: 4pt, y: 3.5pt))
"""
_WIDE = 16
"""A first column of longer texts takes more of the width."""


def pdf_of(report: Report) -> bytes:
    """Return the PDF; the same report gives the same bytes."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for section in report.sections:
            for block in section.blocks:
                if isinstance(block, Picture):
                    (folder / f"{block.name}.svg").write_text(block.svg, "utf-8")
        (folder / "main.typ").write_text(_source(report), "utf-8")
        return bytes(typst.compile(folder / "main.typ", format="pdf", pdf_standards="ua-1", timestamp=0))


def _source(report: Report) -> str:
    parts = [
        f"#set document(title: {_text(report.title)}, author: {_text(report.county)}, date: none)\n",
        f'#set text(lang: "{report.language}")\n{_SETUP}',
        f"= #{_text(report.title)}\n",
        f"#{_text(report.county)} · *#{_text(say(f'report_state_{report.state}'))}* · #{_text(report.headline)}\n",
    ]
    for section in report.sections:
        parts.append(f"== #{_text(section.title)}\n")
        parts += [_block(block) for block in section.blocks]
    parts.append(f"\n#text(size: 9pt)[#{_text(report.footnote)}]\n")
    return "".join(parts)


def _text(value: object) -> str:
    """Return a text that typst prints as it stands."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _block(block: Block) -> str:
    if isinstance(block, str):
        return f"#{_text(block)}\n\n"
    if isinstance(block, Picture):
        return f'#image("{block.name}.svg", alt: {_text(block.says)}, width: 92%)\n\n'
    return _table(block)


def _table(table: Table) -> str:
    align = ", ".join("right" if place in table.right else "left" for place in range(len(table.head)))
    head = ", ".join(f"[#{_text(name)}]" for name in table.head)
    if not table.rows:
        return f"*#{_text(table.caption)}*: #{_text(say('report_nothing'))}\n\n"
    body = ", ".join(f"[#{_text(_cell(cell))}]" for row in table.rows for cell in row)
    columns = ", ".join(_width(table, place) for place in range(len(table.head)))
    return (
        f"#block(above: 1.2em, below: 0.5em, sticky: true)[*#{_text(table.caption)}*]\n"
        f"#table(columns: ({columns},), align: ({align},), table.header({head}), {body})\n\n"
    )


def _cell(cell: Cell) -> str:
    return "" if cell == "" else text_of(cell)


def _width(table: Table, place: int) -> str:
    """Return a column's width: texts that wrap share the rest by their usual length, damped: short ones need air."""
    lengths = [len(text_of(row[place])) for row in table.rows]
    if place in table.right or max([len(table.head[place]) // 2, *lengths]) < _WIDE:
        return "auto"
    usual = max(sum(lengths) / len(lengths), _WIDE)
    return f"{round(10 * usual**0.6)}fr"
