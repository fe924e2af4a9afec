"""Who is told when something is wrong, and when it is wrong (``alarms`` in county.yaml)."""

from dataclasses import dataclass, field

from config.yaml_marks import Section


@dataclass(frozen=True)
class Alarms:
    """Receivers and limits; without a receiver troubles are only listed.

    ``smtp`` is host:port; ``webhook`` gets one JSON document. ``silent_after_hours``: longest time without a run;
    ``rejected``: share of a delivery's rows above which its rejects are a trouble.
    """

    mail_to: tuple[str, ...]
    mail_from: str
    smtp: str
    starttls: bool
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    webhook: str | None = field(repr=False)
    silent_after_hours: int
    rejected: float


def read_alarms(section: Section) -> Alarms:
    """Read the section; every key has a default."""
    rejected = section.share("rejected")
    alarms = Alarms(
        mail_to=section.texts("mail_to"),
        mail_from=section.text("mail_from", "teilhabe@localhost"),
        smtp=section.text("smtp", "127.0.0.1:25"),
        starttls=section.flag("starttls"),
        user=section.optional_text("user", may_be_unset=True),
        password=section.secret("password"),
        webhook=section.secret("webhook"),
        silent_after_hours=section.integer("silent_after_hours", 26, low=1, high=8_760) or 26,
        rejected=0.1 if rejected is None else rejected,
    )
    section.close()
    return alarms
