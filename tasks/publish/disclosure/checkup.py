"""The audit on demand: what stands in ``mart`` now, held against the rule and against the register of releases."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tasks.publish.disclosure.audit import AuditResult, AuditRule, audit_release, read_releases
from tasks.publish.disclosure.audit_reading import Finding, read_release


def audit_published(releases: Sequence[pd.DataFrame], register: Sequence[Mapping[str, Any]]) -> AuditResult:
    """Audit all releases as they can be read, oldest first.

    Args:
        releases: the rows of each release as the mart shows them, with ``base`` and ``method``.
        register: for each the entry of ``ops.release``; release_id, sha256, min_count, and ``found`` (hash of
            the rows as they stand now).

    Returns:
        The findings of :func:`audit_release` for every release, and ``changed_since_release`` where the rows are
        no longer those that were registered; its cell is the release itself.
    """
    findings: list[Finding] = []
    for frame, entry in zip(releases, register, strict=True):
        if entry["found"] != entry["sha256"]:
            findings.append(Finding("changed_since_release", "*", "*", "*", "release", str(entry["release_id"])))
        findings += read_release(frame)[1]
    if not releases:
        return AuditResult((), 0, 0)
    newest = register[-1]
    rule = AuditRule(int(releases[-1]["base"].iloc[0]), int(newest["min_count"]))
    result = audit_release(releases[-1], read_releases(releases[:-1]), rule)
    return AuditResult(tuple(dict.fromkeys([*findings, *result.findings])), result.checked, result.dropped)
