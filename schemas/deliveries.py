"""What steps hand to each other about deliveries: ids, places and counts, never rows of people."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from schemas.findings import RowFinding

DeliveryState = Literal["arrived", "unchanged", "absent", "unreadable", "refused", "waiting", "loaded"]


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery; ``path`` is a private copy, None while nobody needs to read it."""

    name: str
    sha256: str
    unchanged: bool
    file_id: int | None = None
    path: Path | None = None


@dataclass(frozen=True)
class KindCounts:
    """Records of one kind: found = loaded + rejected."""

    found: int = 0
    loaded: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class SheetRows:
    """Rows that one sheet was read with; ``file`` is its place in the delivery.

    ``suppressed`` rows name the erased, ``endings`` say what has ended: neither makes a record.
    """

    file: int
    sheet: str | None
    data: int
    blank: int
    footer: int
    suppressed: int = 0
    endings: int = 0


@dataclass(frozen=True)
class Ending:
    """An offer that a supplier has taken back, or one run of it; a run may also be named by its id alone."""

    offer_id: str
    run_id: str | None


@dataclass(frozen=True)
class Delivery:
    """One delivery on its way through a run.

    ``again`` marks content that is loaded already and holds rows to be tried
    again; ``recalled`` that its files were not pulled in this run but taken from the
    archive for that. ``error`` is a sentence that is safe to show; ``exit_code`` is that of
    its family. ``folder`` holds the conformed Arrow files, ``found`` their records a
    kind: (found, rejected by conform); ``partial`` says that the content only adds and changes,
    whatever its source does otherwise; ``sheets`` what each sheet was read with; ``balance`` what
    became of all those rows once loaded; ``changes`` what loading did a kind: before, new,
    changed, gone.
    """

    source: str
    state: DeliveryState
    files: tuple[DeliveredFile, ...] = ()
    delivery_id: int | None = None
    again: bool = False
    recalled: bool = False
    error: str | None = None
    exit_code: int = 0
    folder: Path | None = None
    rows: dict[str, int] = field(default_factory=dict)
    sheets: tuple[SheetRows, ...] = ()
    balance: dict[str, int] = field(default_factory=dict)
    endings: tuple[Ending, ...] = ()
    partial: bool = False
    errors: tuple[RowFinding, ...] = ()
    warnings: tuple[RowFinding, ...] = ()
    warning_counts: dict[str, int] = field(default_factory=dict)
    counts: dict[str, KindCounts] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    found: dict[str, tuple[int, int]] = field(default_factory=dict)
    changes: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def unchanged(self) -> bool:
        """Tell whether every file was loaded before."""
        return all(file.unchanged for file in self.files)

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to conform and load."""
        return self.state == "arrived"

    def with_state(self, state: DeliveryState, **changes: object) -> "Delivery":
        """Return a copy in another state."""
        return replace(self, state=state, **changes)  # type: ignore[arg-type]

    def as_unchanged(self) -> "Delivery":
        """Return a copy that says what it is on a night with nothing new: loaded before, not tried again."""
        return replace(self, state="unchanged") if self.again else self

    def with_found_counts(self) -> "Delivery":
        """Return a copy whose counts come from the findings alone: what a dry run can say without a warehouse."""
        return replace(
            self, counts={kind: KindCounts(found, found - bad, bad) for kind, (found, bad) in self.found.items()}
        )
