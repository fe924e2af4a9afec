"""The fixed, versioned weights of identity resolution (config/identity/weights-N.yaml).

They are trained offline (bench/identity) and never at night: on 124 persons an
estimate of the weights from the night's own data changes from night to night.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from config.folders import SHIPPED_WEIGHTS
from schemas.errors import ConfigInvalid
from tasks.identify.birthdays import BirthLevel
from tasks.identify.compare import CommuneLevel, Comparison, Floats, PartLevel

NAME_TERMS = ("romanised", "near", "prefix", "conflict", "dropped", "joined", "gendered")
BITS_TERMS = ("exact", "romanised", "near", "prefix")


@dataclass(frozen=True)
class Weights:
    """One version of the weights; every figure in bits (log2 of the odds)."""

    version: int
    base: float
    per_bit: Mapping[str, float]
    name: Mapping[str, float]
    birth: Mapping[str, float]
    commune: Mapping[str, float]
    link_score: float
    link_lead: float
    kin_lead: float
    floor: float
    smoothing: float
    usual_share: float
    max_bits: float
    table_size: float


def parse_weights(document: Any, file: str) -> Weights:
    """Return the weights of a parsed YAML document; E401 names the file and what is missing."""
    try:
        weights = Weights(
            version=int(document["version"]),
            base=float(document["base"]),
            per_bit={term: float(document["per_bit"][term]) for term in BITS_TERMS},
            name={term: float(document["name"][term]) for term in NAME_TERMS},
            birth={level.name.lower(): float(document["birth"][level.name.lower()]) for level in BirthLevel},
            commune={level.name.lower(): float(document["commune"][level.name.lower()]) for level in CommuneLevel},
            link_score=float(document["link_score"]),
            link_lead=float(document["link_lead"]),
            kin_lead=float(document["kin_lead"]),
            floor=float(document["floor"]),
            smoothing=float(document["smoothing"]),
            usual_share=float(document["usual_share"]),
            max_bits=float(document["max_bits"]),
            table_size=float(document["table_size"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigInvalid("E401", file=file, detail=str(exc)) from None
    if not weights.floor < weights.link_score or weights.link_lead < 0:
        raise ConfigInvalid("E402", file=file)
    return weights


def read_weights(path: Path = SHIPPED_WEIGHTS) -> Weights:
    """Read one weights file; E400 when it cannot be read as YAML."""
    return parse_weights(read_document(path), path.name)


def read_document(path: Path) -> dict[str, Any]:
    """Return a weights file as it is written."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise ConfigInvalid("E400", file=path.name) from None
    if not isinstance(document, dict):
        raise ConfigInvalid("E400", file=path.name)
    return document


def features(compared: Comparison) -> dict[str, Floats]:
    """Return the terms of the score by name, one figure a pair; weights multiply them."""
    level = {
        "exact": PartLevel.EXACT,
        "romanised": PartLevel.ROMANISED,
        "near": PartLevel.NEAR,
        "prefix": PartLevel.PREFIX,
    }
    terms: dict[str, Floats] = {f"per_bit.{term}": compared.bits[:, level[term]] for term in BITS_TERMS}
    terms |= {f"name.{term}": compared.counts[:, level[term]].astype(float) for term in ("romanised", "near", "prefix")}
    terms["name.conflict"] = compared.conflict.astype(float)
    terms["name.dropped"] = compared.dropped.astype(float)
    terms["name.joined"] = compared.joined.astype(float)
    terms["name.gendered"] = compared.gendered.astype(float)
    terms |= {f"birth.{each.name.lower()}": (compared.birth == each).astype(float) for each in BirthLevel}
    terms |= {f"commune.{each.name.lower()}": (compared.commune == each).astype(float) for each in CommuneLevel}
    return terms


def score_pairs(compared: Comparison, weights: Weights, person_count: int) -> Floats:
    """Return the score of each pair in bits, rounded to 1/1000 so that ties are ties everywhere.

    In a table larger than ``table_size`` chance makes more namesakes born on one day: each
    doubling costs a bit. Smaller tables get no bonus, for brothers and sisters do not thin out.
    """
    crowd = math.log2(max(1.0, person_count / weights.table_size))
    total = np.full(len(compared.birth), weights.base - crowd, dtype=np.float64)
    for name, term in features(compared).items():
        group, key = name.split(".")
        total += getattr(weights, group)[key] * term
    return np.round(total, 3)
