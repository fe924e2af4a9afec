"""Run Splink 5 in its own environment (pip install splink): the peer, never part of the product.

    python bench/identity/splink_peer.py FOLDER [train]

FOLDER holds persons.parquet, mentions.parquet (and training.parquet with its persons, known.parquet): unique_id,
name (folded parts, sorted), parts, birth_date (ISO text), year, ags, label. Weights are fixed: m from the
labels of the training half, u from random pairs, both kept in FOLDER/model.json. Writes pairs.parquet.
"""

import json
import resource
import sys
import time
from pathlib import Path

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

NAME = cl.CustomComparison(
    output_column_name="name",
    comparison_levels=[
        cll.NullLevel("name"),
        cll.ExactMatchLevel("name"),
        cll.JaroWinklerLevel("name", 0.96),
        cll.JaroWinklerLevel("name", 0.92),
        cll.JaroWinklerLevel("name", 0.86),
        cll.CustomLevel("len(list_intersect(parts_l, parts_r)) >= 1", "one part equal"),
        cll.JaroWinklerLevel("name", 0.75),
        cll.ElseLevel(),
    ],
)
BORN = cl.CustomComparison(
    output_column_name="birth_date",
    comparison_levels=[
        cll.NullLevel("birth_date"),
        cll.And(cll.ExactMatchLevel("birth_date"), cll.CustomLevel("birth_date_l not like '%-01-01'", "no 1 January")),
        cll.ExactMatchLevel("birth_date"),
        cll.DamerauLevenshteinLevel("birth_date", 1),
        cll.ExactMatchLevel("year"),
        cll.ElseLevel(),
    ],
)


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[NAME, BORN, cl.ExactMatch("ags")],
        blocking_rules_to_generate_predictions=[
            # 1 January apart from names would be hundreds of millions of pairs; the rules below find those born then.
            "l.birth_date = r.birth_date AND l.birth_date NOT LIKE '%-01-01'",
            block_on("name"),
            block_on("year", "list_min(parts)"),
            block_on("year", "list_max(parts)"),
        ],
        probability_two_random_records_match=1 / 2000,
        retain_matching_columns=False,
        additional_columns_to_retain=["label"],
    )


def tables(folder: Path, *names: str) -> list:
    api = DuckDBAPI()
    read = api.duckdb_con.read_parquet
    return [api.register(read(str(folder / f"{name}.parquet")), dataset_display_name=name) for name in names]


def main() -> None:
    folder, train = Path(sys.argv[1]), sys.argv[2:] == ["train"]
    if train:
        linker = Linker(tables(folder, "training", "known"), settings(), log_level="ERROR")
        linker.training.estimate_u_using_random_sampling(max_pairs=3e6, seed=1)
        linker.training.estimate_m_from_label_column("label")
        (folder / "model.json").write_text(json.dumps(linker.misc.save_model_to_json()))
    start = time.perf_counter()
    linker = Linker(
        tables(folder, "mentions", "persons"), json.loads((folder / "model.json").read_text()), log_level="ERROR"
    )
    pairs = linker.inference.predict(threshold_match_weight=-6)
    pairs.to_parquet(str(folder / "pairs.parquet"), overwrite=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"splink: {time.perf_counter() - start:.0f} s, peak {peak:.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
