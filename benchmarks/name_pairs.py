"""Names alone: how well a scorer of two names tells one person from two.

    python -m benchmarks.name_pairs --data DIR

Reads `name_pairs/cases.csv`, people only, and gives each scorer's F1 at its best threshold.
"""

import argparse
import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from resolution.evaluate.scores import PairScores

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


def main() -> None:
    """Print F1 at the best threshold for each scorer."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the record sets")
    pairs, matches = read_cases(parser.parse_args().data)
    print(f"{len(pairs)} pairs, {sum(matches)} of one person\n")
    print("| scorer | P | R | F1 | at |\n| --- | --- | --- | --- | --- |")
    for name, scorer in REFERENCES.items():
        threshold, found = best_scores(scorer(pairs), matches)
        print(
            f"| {name} | {found.precision:.3f} | {found.recall:.3f} "
            f"| {found.f1:.3f} | {threshold:.3f} |"
        )


if __name__ == "__main__":
    main()
