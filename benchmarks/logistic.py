"""Learns what each measure of an identity adds to the odds that it is a false merge."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

Measures = Mapping[str, float]

_ROUNDS = 25
# Pulls every weight towards 0 a little: what is hardly ever seen must not weigh without bounds.
_RIDGE = 1.0


def learn_points(
    names: Sequence[str], rows: Sequence[Measures], is_false: Sequence[bool]
) -> tuple[float, dict[str, float]]:
    """Fit a logistic regression whose weights are 0 or more.

    Newton's method; a measure whose weight comes out negative is left out and all are fitted anew.

    Args:
        names: of the measures.
        rows: of each identity those measures that are not 0, between 0 and 1.
        is_false: whether it is a false merge.

    Returns:
        log2 odds of an identity without measures, and what each adds where it is 1.
    """
    left = list(names)
    while True:
        counted = Counter(
            (tuple(round(row.get(name, 0.0), 2) for name in left), false)
            for row, false in zip(rows, is_false, strict=True)
        )
        weights = _newton(len(left), counted)
        worst = min(range(len(left)), key=lambda at: weights[at + 1], default=None)
        if worst is None or weights[worst + 1] >= 0.0:
            found = dict(zip(left, (weight / math.log(2.0) for weight in weights[1:]), strict=True))
            return weights[0] / math.log(2.0), {name: found.get(name, 0.0) for name in names}
        del left[worst]


def _newton(n_measures: int, counted: Mapping[tuple[tuple[float, ...], bool], int]) -> list[float]:
    weights = [0.0] * (n_measures + 1)
    for _ in range(_ROUNDS):
        slope = [-_RIDGE * weight if at else 0.0 for at, weight in enumerate(weights)]
        bend = [
            [_RIDGE * (row == column) * (row > 0) for column in range(n_measures + 1)]
            for row in range(n_measures + 1)
        ]
        for (values, false), n_seen in counted.items():
            given = [(0, 1.0), *((at, value) for at, value in enumerate(values, 1) if value)]
            odds = sum(weights[at] * value for at, value in given)
            chance = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
            for at, value in given:
                slope[at] += n_seen * (false - chance) * value
                for other, more in given:
                    bend[at][other] += n_seen * chance * (1.0 - chance) * value * more
        step = _solved(bend, slope)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a linear system by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        best = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for other in range(len(rows)):
            if other != at:
                times = rows[other][at] / rows[at][at]
                rows[other] = [a - times * b for a, b in zip(rows[other], rows[at], strict=True)]
    return [rows[at][-1] / rows[at][at] for at in range(len(rows))]
