"""What may be published: disclosure control with a memory, and the audit that distrusts it."""

from tasks.publish.disclosure.audit import AuditResult, AuditRule, audit_release
from tasks.publish.disclosure.ledger import earlier_releases, remember
from tasks.publish.disclosure.release import protect, protect_totals
from tasks.publish.disclosure.settings import DisclosureSettings

__all__ = [
    "AuditResult",
    "AuditRule",
    "DisclosureSettings",
    "audit_release",
    "earlier_releases",
    "protect",
    "protect_totals",
    "remember",
]
