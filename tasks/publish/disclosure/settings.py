"""What a county decides about disclosure control (``disclosure:`` in county.yaml)."""

from dataclasses import dataclass
from typing import Literal

from schemas.errors import ConfigInvalid

Method = Literal["rounding", "suppression"]


@dataclass(frozen=True)
class DisclosureSettings:
    """Method and its two numbers; source: CONTRACT.md section 1, key ``disclosure``.

    Attributes:
        method: ``rounding`` (default) or ``suppression``.
        base: rounded counts are multiples of it and differ from the truth by less than it; persons.
        min_count: a count from 1 to ``min_count - 1`` is small; also how many values an outsider must
            at least be left with for a protected cell (never more than ``base`` under rounding).
        time_limit: seconds one optimisation may take before the safe fallback (hide the children).

    Raises:
        ConfigInvalid: E701, a base or min_count below 2, or a method that does not exist.
    """

    method: Method = "rounding"
    base: int = 5
    min_count: int = 5
    time_limit: float = 20.0

    def __post_init__(self) -> None:
        if self.base < 2 or self.min_count < 2 or self.method not in {"rounding", "suppression"}:
            raise ConfigInvalid("E701")
