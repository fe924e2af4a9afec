"""The report's pictures: Vega-Lite charts by altair, drawn to SVG by vl-convert; every value also stands in a table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from schemas.messages import language

COLOURS = ("#0072B2", "#009E73", "#D55E00", "#56616B")
"""Blue, green, vermilion (Okabe and Ito) and grey: told apart with every kind of colour vision, and by lightness."""
INK = "#1b1f24"
WIDTH = 560


def bridge(steps: Sequence[tuple[str, float, float, str]]) -> str:
    """Draw a waterfall; each step is label, lower end, upper end, text above the column."""
    import altair as alt

    rows = [
        {"label": label, "from": low, "to": high, "text": text, "place": place}
        for place, (label, low, high, text) in enumerate(steps)
    ]
    base = alt.Chart(_data(rows)).encode(x=alt.X("label:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)))
    top = max(1.0, 1.14 * max(high for _, _, high, _ in steps))  # room for the texts above the columns
    columns = base.mark_bar(size=90).encode(
        y=alt.Y("from:Q", title=None, axis=alt.Axis(tickMinStep=1), scale=alt.Scale(domain=[0, top])),
        y2="to:Q",
        color=alt.Color("place:O", scale=alt.Scale(range=list(COLOURS)), legend=None),
    )
    texts = base.mark_text(dy=-9, fontSize=17, fontWeight="bold", color=INK).encode(y="to:Q", text="text:N")
    return _svg((columns + texts).properties(width=WIDTH, height=210))


def grouped_bars(rows: Sequence[tuple[str, str, int | None]]) -> str:
    """Draw horizontal bars, a group a label; each row is label, series, value (None: no bar)."""
    import altair as alt

    data = [{"label": label, "series": series, "value": value} for label, series, value in rows if value is not None]
    series = list(dict.fromkeys(name for _, name, _ in rows))
    base = alt.Chart(_data(data)).encode(
        y=alt.Y("label:N", sort=None, title=None),
        yOffset=alt.YOffset("series:N", sort=series),
        x=alt.X("value:Q", title=None, axis=alt.Axis(tickMinStep=5)),
    )
    colour = alt.Color("series:N", sort=series, title=None, scale=alt.Scale(domain=series, range=list(COLOURS[:3])))
    bars = base.mark_bar().encode(color=colour)
    texts = base.mark_text(align="left", dx=3, fontSize=10, color=INK).encode(text="value:Q")
    labels = len({label for label, _, _ in rows})
    return _svg((bars + texts).properties(width=WIDTH - 60, height=max(40 * labels, 60)))


def limit_bar(label: str, value: float, limit: float, limit_label: str) -> str:
    """Draw one bar beside the limit that it must not pass."""
    import altair as alt

    bar = (
        alt.Chart(_data([{"label": label, "value": value}]))
        .mark_bar(size=28, color=COLOURS[0])
        .encode(
            y=alt.Y("label:N", title=None),
            x=alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, max(value, limit) * 1.15])),
        )
    )
    rule = alt.Chart(_data([{"limit": limit, "text": limit_label}])).encode(x="limit:Q")
    line = rule.mark_rule(color=COLOURS[2], strokeWidth=3)
    text = rule.mark_text(align="left", dx=6, dy=-26, fontSize=13, color=INK).encode(text="text:N")
    return _svg((bar + line + text).properties(width=WIDTH - 60, height=70))


def lines(rows: Sequence[tuple[date, str, float]]) -> str:
    """Draw one line a series over days; each row is day, series, value."""
    import altair as alt

    data = [{"day": when.isoformat(), "series": series, "value": value} for when, series, value in rows]
    series = list(dict.fromkeys(name for _, name, _ in rows))
    colour = alt.Color("series:N", sort=series, title=None, scale=alt.Scale(domain=series, range=list(COLOURS[:3])))
    chart = (
        alt.Chart(_data(data))
        .mark_line(point=True, interpolate="step-after")
        .encode(
            x=alt.X(
                "day:T",
                title=None,
                axis=alt.Axis(format="%d %b %y" if language() == "en" else "%d.%m.%y", labelAngle=0, tickCount=6),
            ),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=True)),
            color=colour,
            strokeDash=alt.StrokeDash("series:N", sort=series, legend=None),
        )
    )
    return _svg(chart.properties(width=WIDTH - 80, height=190))


def _data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=rows)


def _svg(chart: Any) -> str:
    """Return the drawing without roles of its own: the page gives it one name and one role."""
    import vl_convert

    styled = (
        chart.configure(aria=False, font="Liberation Sans", background="white")  # first: it replaces what stands
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, labelColor=INK, gridColor="#e3e7eb", labelLimit=220)
        .configure_legend(labelFontSize=12, orient="bottom")
    )
    svg: str = vl_convert.vegalite_to_svg(styled.to_json())
    return svg
