"""What the county already knows: headings and value maps of its other sources, labels of its code lists."""

from collections import defaultdict
from collections.abc import Iterable

from config.codelists import Codelists
from config.sources import Source
from tasks.propose.mapping import Known
from tasks.propose.spelling import fold
from tasks.propose.values import Words


def learn(sources: Iterable[Source], lists: Codelists) -> Known:
    """Return the headings and words that the sources and lists teach."""
    headings: dict[tuple[str, str], set[str]] = defaultdict(set)
    values: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for source in sources:
        for kind, mappings in source.records.items():
            for mapping in mappings:
                for name, column in mapping.columns.items():
                    if column.column is not None and source.format.type not in ("openqcat", "hsds"):
                        headings[kind, name].add(fold(column.column))
                    for text, value in (column.values or {}).items():
                        values[kind, name][value].append(text)
    learned = {place: {v: tuple(texts) for v, texts in found.items()} for place, found in values.items()}
    return Known({place: frozenset(found) for place, found in headings.items()}, Words(learned, _labels(lists)))


def _labels(lists: Codelists) -> dict[str, dict[str, tuple[str, ...]]]:
    kinds: dict[str, tuple[str, ...]] = {kind.code: (kind.label_de,) for kind in lists.offer_kinds}
    families: dict[str, tuple[str, ...]] = {kind.family: (kind.family.replace("_", " "),) for kind in lists.offer_kinds}
    return {
        "residence_status": {s.code: (s.label_de, s.norm) for s in lists.residence_statuses},
        "offer_kind": kinds,
        "offer_kind_or_family": {**families, **kinds},
        "module": {module.code: (module.label_de,) for module in lists.funding_modules},
        "cefr": {level.code: () for level in lists.cefr},
        "ags": {commune.ags: (commune.name,) for commune in lists.communes},
    }
