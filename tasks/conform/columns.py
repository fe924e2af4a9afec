"""One delivered column of a block, typed once per distinct value.

Rule: the strings of a column repeat themselves, so a block's column is encoded
as a dictionary, each distinct string is parsed once for the whole delivery
(``TypedColumn`` keeps them), and the values are taken back by index. Order of
the steps: value map, split, parse; ``default`` fills empty cells only.
"""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from config.sources import ColumnMapping
from schemas.kinds import Column
from tasks.conform.cells import MARK_WORD, Broken, Dialect, Lists, Value, parser_for
from tasks.conform.reading.cells import UNSEEN

NO = pa.scalar(value=False)
ROUNDED_ID = r"^[0-9]+([.,][0-9]+)?E\+[0-9]{2,3}$"
LIST_SEPARATOR = "|"
ARROW_TYPES = {
    "text": pa.string(),
    "id": pa.string(),
    "code": pa.string(),
    "date": pa.date32(),
    "bool": pa.bool_(),
    "int": pa.int32(),
    "number": pa.float64(),
}


@dataclass
class TypedColumn:
    """A canonical column of one delivery: where it comes from, and what its strings became.

    ``position`` is the place in the sheet, None for a constant or for a header
    that the delivery does not have (an optional column, then all empty).
    """

    column: Column
    mapping: ColumnMapping
    position: int | None
    dialect: Dialect
    lists: Lists
    known: dict[str, tuple[Value | None, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._parse = parser_for(self.column, self.dialect, self.lists)
        self._folded = {key.casefold(): value for key, value in (self.mapping.values or {}).items()}
        self._is_text = self.column.type in ("text", "id") and not self._folded and self.mapping.split is None
        # Constants and defaults are canonical already: ISO dates, codes, plain numbers.
        self._fixed_parse = parser_for(
            self.column, Dialect(("%Y-%m-%d",), ".", is_workbook=False), Lists({**self.lists.codes}, frozenset(), "\0")
        )

    @property
    def type(self) -> pa.DataType:
        """Arrow type of the typed values."""
        return ARROW_TYPES[self.column.type]

    def typed(self, block: pa.RecordBatch) -> tuple[pa.Array, list[tuple[int, str]]]:
        """Return the typed values of ``block`` and the broken cells as (row index, rule id).

        A required cell without value is ``missing_value``, except a required
        yes/no cell: there empty means no (CONTRACT section 5, booleans x/empty).
        """
        if self.mapping.const is not None:
            return pa.array([self._fixed_parse(self.mapping.const)] * block.num_rows, self.type), []
        if self.position is None:
            return self._without_cells(block.num_rows)
        # Column 0 of the block is the row number.
        cells = block.column(self.position + 1)
        if self.column.type == "id" and not pc.all(pc.string_is_ascii(cells)).as_py():
            cells = pc.utf8_trim(cells, characters=UNSEEN)
        values, broken = (cells, []) if self._is_text else self._parsed(cells)
        if self.column.type == "id" and pc.any(pc.match_substring(cells, "E+")).as_py():
            values, broken = self._without_rounded(cells, values, broken)
        return self._filled(cells, values, broken)

    def _without_rounded(
        self, cells: pa.Array, values: pa.Array, broken: list[tuple[int, str]]
    ) -> tuple[pa.Array, list[tuple[int, str]]]:
        """Empty the ids that a spreadsheet has shown as 1,23E+12: their other digits are lost."""
        rounded = pc.match_substring_regex(cells, ROUNDED_ID).fill_null(NO)
        rows = pc.indices_nonzero(rounded).to_pylist()
        return pc.if_else(rounded, pa.nulls(len(cells), self.type), values), broken + [
            (row, "id_rounded") for row in rows
        ]

    def _without_cells(self, count: int) -> tuple[pa.Array, list[tuple[int, str]]]:
        empty = pa.nulls(count, pa.string())
        return self._filled(empty, pa.nulls(count, self.type), [])

    def _parsed(self, cells: pa.Array) -> tuple[pa.Array, list[tuple[int, str]]]:
        encoded = cells.dictionary_encode()
        outcomes = [self._outcome(text) for text in encoded.dictionary.to_pylist()]
        values = pa.array([value for value, _ in outcomes], self.type).take(encoded.indices)
        rules = [rule for _, rule in outcomes]
        if not any(rules):
            return values, []
        bad = pa.array([rule is not None for rule in rules]).take(encoded.indices).fill_null(NO)
        rows = pc.indices_nonzero(bad).to_pylist()
        indices = encoded.indices
        return values, [(row, rules[indices[row].as_py()] or "") for row in rows]

    def _outcome(self, text: str) -> tuple[Value | None, str | None]:
        found = self.known.get(text)
        if found is None:
            try:
                found = (self._value(text if text.isascii() else text.strip(UNSEEN).strip()), None)
            except Broken as broken:
                found = (None, broken.rule)
            self.known[text] = found
        return found

    def _value(self, text: str) -> Value | None:
        if self.mapping.split is not None:
            parts = [part.strip() for part in text.split(self.mapping.split) if part.strip()]
            return LIST_SEPARATOR.join(str(self._single(part)) for part in parts) or None
        return self._single(text)

    def _single(self, text: str) -> Value | None:
        if not self._folded:
            return self._parse(text)
        canonical = self._folded.get(text.casefold())
        if canonical is not None:
            return self._fixed_parse(canonical) if canonical else None
        # A delivered text that is canonical already needs no entry in the value map.
        try:
            return self._parse(text)
        except Broken:
            raise Broken("unmapped_value") from None

    def _filled(
        self, cells: pa.Array, values: pa.Array, broken: list[tuple[int, str]]
    ) -> tuple[pa.Array, list[tuple[int, str]]]:
        if cells.null_count == 0 and not broken:
            return values, broken
        empty = pc.is_null(cells)
        if self.mapping.default is not None:
            fixed = pa.scalar(self._fixed_parse(self.mapping.default), self.type)
            return pc.if_else(empty, fixed, values), broken
        if self.column.type == "bool" and (self.column.required or self._is_marked()):
            return pc.if_else(empty, pa.scalar(value=False), values), broken
        if self.column.required:
            told = {row for row, _ in broken}
            unfilled = pc.indices_nonzero(pc.is_null(values)).to_pylist()
            broken = broken + [(row, "missing_value") for row in unfilled if row not in told]
        return values, broken

    def _is_marked(self) -> bool:
        """Whether this supplier ticks cells (x or empty) instead of writing ja and nein."""
        return {text.casefold() for text in self.known} == {MARK_WORD}
