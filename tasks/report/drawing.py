"""The two pictures of the report as plain SVG: the bridge, and a bar a commune. Values stand beside them in tables."""

from collections.abc import Sequence
from html import escape

BLUE, ORANGE, GREY, GREEN = "#1f5f8b", "#c75b12", "#6b7680", "#2a7f62"
"""Told apart by people with any kind of colour vision; each bar is labelled as well."""


def bridge_svg(new: int, regular: int, both: int, placed: int) -> str:
    """Return the bridge new + regular − both = placed as four columns."""
    top = max(new + regular, 1)
    scale = 180 / top
    steps = (
        ("neue Maßnahmen", 0, new, BLUE, f"{new}"),
        ("Regelangebote", new, regular, GREEN, f"+ {regular}"),
        ("in beidem", new + regular - both, both, ORANGE, f"− {both}"),
        ("vermittelt", 0, placed, GREY, f"= {placed}"),
    )
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 250" role="img" '
        f'aria-label="Brücke: {new} plus {regular} minus {both} gleich {placed}">'
    ]
    for place, (label, base, height, colour, text) in enumerate(steps):
        x, y = 30 + place * 150, 205 - (base + height) * scale
        parts.append(f'<rect x="{x}" y="{y:.1f}" width="110" height="{max(height * scale, 1):.1f}" fill="{colour}"/>')
        parts.append(
            f'<text x="{x + 55}" y="{y - 6:.1f}" text-anchor="middle" font-size="18" fill="#1b1f24">{text}</text>'
        )
        parts.append(
            f'<text x="{x + 55}" y="230" text-anchor="middle" font-size="14" fill="#1b1f24">{escape(label)}</text>'
        )
    parts.append('<line x1="20" y1="205" x2="620" y2="205" stroke="#1b1f24"/></svg>')
    return "".join(parts)


def bars_svg(rows: Sequence[tuple[str, int | None]]) -> str:
    """Return one horizontal bar a row; a value that is not released is written as –."""
    top = max([value for _, value in rows if value is not None] or [1]) or 1
    height = 26 * len(rows) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" role="img" aria-label="Balken je Kommune">'
    ]
    for place, (label, value) in enumerate(rows):
        y = 8 + place * 26
        width = 380 * (value or 0) / top
        parts.append(
            f'<text x="170" y="{y + 14}" text-anchor="end" font-size="14" fill="#1b1f24">{escape(label)}</text>'
        )
        parts.append(f'<rect x="180" y="{y}" width="{width:.1f}" height="18" fill="{BLUE}"/>')
        text = "–" if value is None else str(value)
        parts.append(f'<text x="{188 + width:.1f}" y="{y + 14}" font-size="14" fill="#1b1f24">{text}</text>')
    return "".join([*parts, "</svg>"])
