"""What the audit knows: small releases in which a count follows from others, and the same ones where it does not."""

import pandas as pd

from tasks.publish.disclosure import AuditRule, audit_release
from tasks.publish.disclosure.audit import read_releases

RULE = AuditRule()


def rows(period, mode, kpi, dimension="commune", **members):
    """Return the rows of one line: a count, or None where it is hidden."""
    return [
        {
            "period": period, "mode": mode, "kpi": kpi, "dimension": "all" if name == "all" else dimension,
            "member": name, "numerator": count, "denominator": None, "value": count,
            "protection": "suppressed" if count is None else "exact",
        }
        for name, count in members.items()
    ]  # fmt: skip


def published(*lines, method="suppression"):
    frame = pd.DataFrame([row for line in lines for row in line]).assign(base=5, method=method)
    for name in ("numerator", "denominator", "value"):
        frame[name] = pd.to_numeric(frame[name])
    return frame


def found(newest, *earlier):
    result = audit_release(newest, read_releases(earlier), RULE)
    return {(finding.reason, finding.period, finding.mode, finding.member) for finding in result.findings}


def test_a_hidden_cell_alone_in_its_line_is_found():
    assert ("too_narrow", "2020/21", "period", "a") in found(
        published(rows("2020/21", "period", "contacted", all=50, a=None, b=20, c=27))
    )


def test_two_hidden_cells_that_leave_enough_are_not():
    assert not found(published(rows("2020/21", "period", "contacted", all=50, a=None, b=None, c=27)))


def test_an_unhidden_secondary_cell_is_found_over_two_releases():
    safe = published(rows("2020/21", "period", "contacted", all=50, a=None, b=None, c=27))
    leak = published(rows("2020/21", "period", "contacted", all=50, a=None, b=20, c=27))
    assert not found(safe, safe)
    assert ("too_narrow", "2020/21", "period", "a") in found(leak, safe)


def test_two_years_that_share_nobody_add_up_member_by_member():
    """Contacted up to the second year = up to the first + in the second, when the totals say so."""
    first = rows("2020/21", "cumulative", "contacted", all=50, a=20, b=30)
    both = rows("2021/22", "cumulative", "contacted", all=80, a=23, b=57)
    hidden = rows("2021/22", "period", "contacted", all=30, a=None, b=None)
    assert ("too_narrow", "2021/22", "period", "a") in found(published(first, both, hidden))


def test_two_years_that_share_many_do_not_give_each_other_away():
    first = rows("2020/21", "cumulative", "contacted", all=50, a=20, b=30)
    both = rows("2021/22", "cumulative", "contacted", all=80, a=30, b=50)
    hidden = rows("2021/22", "period", "contacted", all=50, a=None, b=None)
    assert not found(published(first, both, hidden))
