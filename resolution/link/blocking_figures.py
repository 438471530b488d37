"""Measures blocking for the training report: what each rule found, and how much all of them miss.

How many matches no rule found cannot be counted, only estimated: from how often rules that rest on
different fields find the same matches, as animals are counted that are caught twice.
"""

from collections.abc import Iterable
from typing import Any

import duckdb

from models.match_model.blocking import BLOCKING_RULES, BlockingRule
from models.match_model.package import MatchModelPackage

# Enough for shares to three digits; a population has many more.
_MOST_MATCHES_LOOKED_AT = 200_000
# Chapman's estimate from fewer matches caught twice says nothing.
_FEWEST_CAUGHT_TWICE = 30

_FIELD_OF = {
    "root_keys": "name", "sounds": "name", "sound_pairs": "name", "all_roots": "name",
    "initials": "name", "readings": "birth", "birth_years": "birth", "birth_days": "birth",
}  # fmt: skip

# Two groups of rules that share no field; a rule is in a group if all it uses is.
_INDEPENDENT = (
    (("name",), ("birth", "other"), "names alone", "no name"),
    (("name", "birth"), ("other",), "names and dates of birth", "numbers, contacts and places"),
)

Caught = list[tuple[int, int, float]]


def blocking_figures(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, *, one_in: int = 1
) -> dict[str, Any]:
    """Measure blocking by its keys in `blocking_keys` and the matches among `people_pairs`.

    `people_pairs` is what it found of pairs of person records: left_no, right_no, match_weight,
    rule, probability; one pair in `one_in`. A probable match is a pair at or above LINK.

    Returns:
        `rules`: for each rule in order, expected matches it found first, and shares of the probable
        matches that it found at all and that only it found; `recall`: estimates, may be empty;
        `matches_looked_at`, and `found_twice`: the share of them that two rules or more found.
    """
    caught = _caught(connection, package)
    first = dict(
        connection.execute(
            f"select rule, round(fsum(probability) * {one_in}, 3) from people_pairs group by rule"
        ).fetchall()
    )
    total = sum(matches for _, _, matches in caught) or 1.0
    rules = [
        {
            "pairs_per_record_allowed": rule.pairs_per_record,
            "matches_first": float(first.get(number, 0.0)),
            "found": round(sum(m for mask, _, m in caught if mask >> number & 1) / total, 6),
            "only": round(sum(m for mask, _, m in caught if mask == 1 << number) / total, 6),
        }
        for number, rule in enumerate(BLOCKING_RULES)
    ]
    estimates = (_recall(caught, *groups) for groups in _INDEPENDENT)
    return {
        "rules": rules,
        "recall": [estimate for estimate in estimates if estimate],
        "matches_looked_at": sum(pairs for _, pairs, _ in caught),
        "found_twice": round(sum(m for mask, _, m in caught if mask.bit_count() > 1) / total, 6),
    }


def _caught(connection: duckdb.DuckDBPyConnection, package: MatchModelPackage) -> Caught:
    """Return (rules as bits, pairs, expected matches) of the probable matches, by set of rules."""
    connection.register("capped_arrow", package.capped_keys)
    rows = connection.execute(f"""
        with probable as (
            select left_no, right_no, probability from people_pairs
            where match_weight >= {package.thresholds.link_weight}
            order by hash(left_no, right_no), left_no limit {_MOST_MATCHES_LOOKED_AT}),
        caught as (
            select p.left_no, p.right_no, any_value(p.probability) as probability,
                bit_or(1::bigint << l.rule) as rules
            from probable p
            join blocking_keys l on l.unique_id = p.left_no
            join blocking_keys r on r.unique_id = p.right_no and r.rule = l.rule and r.key = l.key
            anti join capped_arrow c on c.key = l.key and c.rule = l.rule
            group by p.left_no, p.right_no)
        select rules, count(*), round(fsum(probability), 3) from caught
        group by rules order by rules
        """).fetchall()
    connection.unregister("capped_arrow")
    return [(int(rules), int(pairs), float(matches)) for rules, pairs, matches in rows]


def _fields(rule: BlockingRule) -> set[str]:
    return {_FIELD_OF.get(column, "other") for column in rule.columns}


def _bits(fields: Iterable[str]) -> int:
    """Return the rules, as bits, that use none but these fields."""
    allowed = set(fields)
    return sum(1 << n for n, rule in enumerate(BLOCKING_RULES) if _fields(rule) <= allowed)


def _recall(
    caught: Caught, one: tuple[str, ...], other: tuple[str, ...], one_name: str, other_name: str
) -> dict[str, Any] | None:
    """Estimate the share of matches that all rules together find, from two groups of them.

    Source:
        Chapman (1951): (n1 + 1) (n2 + 1) / (n12 + 1) - 1, where n1 and n2 were caught by either
        group and n12 by both. What is hard for one group is often hard for the other, so the
        number is too low and the recall too high: an upper estimate.
    """
    one_bits, other_bits = _bits(one), _bits(other)
    by_one = sum(m for mask, _, m in caught if mask & one_bits)
    by_other = sum(m for mask, _, m in caught if mask & other_bits)
    both = sum(m for mask, _, m in caught if mask & one_bits and mask & other_bits)
    if both < _FEWEST_CAUGHT_TWICE:
        return None
    found = sum(m for _, _, m in caught)
    estimated = max(found, (by_one + 1) * (by_other + 1) / (both + 1) - 1)
    return {
        "one": one_name,
        "other": other_name,
        "by_one": round(by_one, 1),
        "by_other": round(by_other, 1),
        "by_both": round(both, 1),
        "found": round(found, 1),
        "estimated": round(estimated, 1),
        "recall": round(found / estimated, 4),
    }
