"""Tell people: one mail and one webhook call for all new troubles; names of sources, days and counts, nobody's data."""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

import httpx

from config.alarms import Alarms
from schemas.errors import StepFailed

SECONDS = 20


def send_mail(alarms: Alarms, subject: str, lines: Sequence[str]) -> None:
    """Send one mail to all receivers; E860 when the mail server does not take it."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, alarms.mail_from, ", ".join(alarms.mail_to)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines) + "\n")
    host, _, port = alarms.smtp.rpartition(":")
    try:
        with smtplib.SMTP(host or alarms.smtp, int(port) if host else 25, timeout=SECONDS) as server:
            if alarms.starttls:
                server.starttls()
            if alarms.user is not None:
                server.login(alarms.user, alarms.password or "")
            server.send_message(message)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        failed = StepFailed("E860", way="SMTP", kind=type(error).__name__)
    else:
        return
    raise failed


def call_webhook(url: str, document: dict[str, Any]) -> None:
    """Post the troubles as JSON; E860 when it is not taken."""
    try:
        good = httpx.post(url, json=document, timeout=SECONDS).is_success
        kind = "HTTP"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        good, kind = False, type(error).__name__
    if not good:
        raise StepFailed("E860", way="Webhook", kind=kind)
