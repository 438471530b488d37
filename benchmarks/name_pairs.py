"""Names alone: how well a scorer of two names tells one person from two.

    python -m benchmarks.name_pairs --data DIR [--wrong 20]

Reads `name_pairs/cases.csv`, people only, and gives each scorer's F1 at its best threshold. Ours is
the name comparison of the match model, as declared and without training, on names standardised as
in any run; how common name parts are is counted over the names of the cases themselves.
"""

import argparse
import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from models.match_model.comparisons import NAME
from models.match_model.package import (
    DEFAULT_SCREENING,
    DEFAULT_THRESHOLDS,
    LAYOUT_VERSION,
    MatchModelPackage,
)
from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS
from resolution.engines.duckdb_engine import open_engine
from resolution.evaluate.scores import PairScores
from resolution.link.features import (
    apply_frequencies,
    build_features,
    count_frequencies,
    define_macros,
)
from resolution.link.predict import score_pairs
from resolution.link.settings import splink_settings
from resolution.standardise.standardise import STANDARDISER_VERSION, standardise

NamePair = tuple[str, str]
Scorer = Callable[[Sequence[NamePair]], list[float]]


def read_cases(data: Path) -> tuple[list[NamePair], list[bool]]:
    """Return the pairs of names of people, and whether each is one person."""
    with (data / "name_pairs" / "cases.csv").open(encoding="utf-8", newline="") as file:
        people = [row for row in csv.DictReader(file) if row["schema"] == "Person"]
    return (
        [(row["name1"], row["name2"]) for row in people],
        [row["is_match"] == "true" for row in people],
    )


def best_scores(scores: Sequence[float], matches: Sequence[bool]) -> tuple[float, PairScores]:
    """Return the threshold with the best F1 and what it gives; pairs at it are links."""
    n_matches = sum(matches)
    best = (float("inf"), PairScores(0, 0, n_matches))
    for threshold in sorted(set(scores)):
        linked = [match for score, match in zip(scores, matches, strict=True) if score >= threshold]
        n_true = sum(linked)
        found = PairScores(n_true, len(linked) - n_true, n_matches - n_true)
        if found.f1 > best[1].f1:
            best = (threshold, found)
    return best


def _folded(name: str) -> str:
    return " ".join(anyascii(name).upper().replace("-", " ").split())


def _pairwise(score: Callable[[str, str], float]) -> Scorer:
    return lambda pairs: [score(_folded(left), _folded(right)) for left, right in pairs]


def _sorted_tokens(left: str, right: str) -> float:
    in_order = (" ".join(sorted(name.split())) for name in (left, right))
    return JaroWinkler.similarity(*in_order)


REFERENCES: dict[str, Scorer] = {
    "Jaro-Winkler": _pairwise(JaroWinkler.similarity),
    "Jaro-Winkler of sorted tokens": _pairwise(_sorted_tokens),
    "rapidfuzz token set": _pairwise(fuzz.token_set_ratio),
}


def ours(pairs: Sequence[NamePair], *, by_rarity: bool = True) -> list[float]:
    """Weigh pairs by the match model's name comparison alone (log2 odds from even chances).

    Args:
        pairs: of names.
        by_rarity: whether rare names weigh more, as they do in a run. It says how telling an
            agreement is, not how alike two names are.
    """
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_engine(Path(scratch)) as connection,
    ):
        names = [name for pair in pairs for name in pair]
        connection.register("standardised_arrow", standardise(_as_records(names)))
        connection.execute(
            "create table standardised as "
            "select line as record_no, * from standardised_arrow order by line"
        )
        define_macros(connection)
        build_features(connection, "standardised")
        frequencies = count_frequencies(connection)
        apply_frequencies(connection, frequencies)
        connection.execute(
            f"create table pairs as select 2 * n as left_no, 2 * n + 1 as right_no, 0 as rule "
            f"from range({len(pairs)}) t(n)"
        )
        score_pairs(
            connection, _untrained(frequencies, by_rarity=by_rarity), pairs="pairs", scored="scored"
        )
        scores = dict(
            connection.execute("select left_no // 2, match_weight from scored").fetchall()
        )
        return [scores[number] for number in range(len(pairs))]


def _as_records(names: Sequence[str]) -> pa.Table:
    """Make a source record of each name, numbered from 0 by `line`."""
    record = {
        "source": "names",
        "role": "person",
        "duplicate_free": False,
        "mapping_version": "-",
        "file_id": "-",
        "file_name": "cases.csv",
        **{attribute: [] for attribute in SOURCE_ATTRIBUTES},
    }
    return pa.Table.from_pylist(
        [
            record
            | {
                "record_id": f"names:{number}",
                "source_record_id": str(number),
                "line": number,
                "names": [{"kind": "primary", "full": name, "raw_path": "name"}],
            }
            for number, name in enumerate(names)
        ],
        schema=SOURCE_RECORDS,
    )


def _untrained(frequencies: dict[str, pa.Table], *, by_rarity: bool) -> MatchModelPackage:
    levels = NAME.levels if by_rarity else [replace(level, tf=None) for level in NAME.levels]
    name = replace(NAME, levels=tuple(levels))
    return MatchModelPackage(
        version="name only",
        layout_version=LAYOUT_VERSION,
        standardiser_version=STANDARDISER_VERSION,
        settings=splink_settings([name], prior=0.5),
        frequencies=frequencies,
        capped_keys=pa.table({}),
        thresholds=DEFAULT_THRESHOLDS,
        screening=DEFAULT_SCREENING,
        population=0,
        lint=(),
    )


OURS: dict[str, Scorer] = {
    "identigraph, rarity aside": lambda pairs: ours(pairs, by_rarity=False),
    "identigraph": ours,
}


def main() -> None:
    """Print F1 at the best threshold for each scorer."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the record sets")
    parser.add_argument("--wrong", type=int, default=0, help="show so many of our errors")
    arguments = parser.parse_args()
    pairs, matches = read_cases(arguments.data)
    print(f"{len(pairs)} pairs, {sum(matches)} of one person\n")
    print("| scorer | P | R | F1 | at |\n| --- | --- | --- | --- | --- |")
    for name, scorer in (REFERENCES | OURS).items():
        threshold, found = best_scores(scorer(pairs), matches)
        print(
            f"| {name} | {found.precision:.3f} | {found.recall:.3f} "
            f"| {found.f1:.3f} | {threshold:.3f} |"
        )
    scored = zip(ours(pairs), pairs, matches, strict=True)
    errors = [row for row in scored if (row[0] >= threshold) != row[2]]
    for score, (left, right), is_match in errors[: arguments.wrong]:
        print(f"{'missed' if is_match else 'false '} {score:6.1f}  {left} / {right}")


if __name__ == "__main__":
    main()
