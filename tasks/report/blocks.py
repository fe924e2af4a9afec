"""What a report is made of, whatever it is printed on: sections of sentences, pictures and tables."""

from dataclasses import dataclass

Cell = str | int | None
DASH = "–"


@dataclass(frozen=True)
class Table:
    """A captioned table; ``right`` are the columns of figures, None is printed as a dash.

    ``name`` is the workbook's sheet (31 characters at most, unique in a report).
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, with the sentence that says the same to those who do not see it."""

    name: str
    svg: str
    says: str


Block = str | Picture | Table


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, in reading order."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """The whole report of one school year; ``state`` is draft, sealed or reissued.

    ``is_exact``: its breakdowns are exact, for the steering body alone.
    """

    title: str
    county: str
    period: str
    period_from: str
    period_to: str
    as_of: str
    release: str
    state: str
    language: str
    headline: str
    sections: tuple[Section, ...]
    footnote: str
    is_exact: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in reading order."""
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, Table))


def text_of(cell: Cell) -> str:
    """Return a cell as printed."""
    return DASH if cell is None or cell == "" else str(cell)
