"""The report as one HTML page, the accessible master: no foreign address, no script."""

from pathlib import Path

from schemas.messages import say
from tasks.report.blocks import Report, text_of

PAGE = Path(__file__).with_name("page.html")


def html_of(report: Report) -> str:
    """Return the self-contained page."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE.read_text("utf-8"))
    state = say(f"report_state_{report.state}")
    return template.render(r=report, state=state, nothing=say("report_nothing"), text=text_of, hidden=_hidden)


def _hidden(svg: str) -> str:
    """Hide the drawing's inside from screen readers: the box around it has the name."""
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
