"""Makes false merges of several kinds in a run on generated data, where the truth is known.

Two identities become one, or one record goes over to another identity. The pairs that come together
are scored by the run's own match model. Where none of them reaches the link threshold, a mistake
elsewhere must have joined them (a wrong decision, a wrong reference): the strongest of them is then
given the evidence that is the median of the run's own false links, and the others keep theirs.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from benchmarks.merge_candidates import KINDS, Chooser, FalseMerge
from models.match_model.package import MatchModelPackage
from models.tables import (
    COMPLETED_WITHIN_COMPONENT,
    MEMBERSHIPS,
    PREDICTIONS,
    STANDARDISED_RECORDS,
)
from resolution.engines.duckdb_engine import open_engine
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.predict import score_pairs

OWN = "the run's own"


_Told = dict[tuple[str, str], dict[str, Any]]
"""Predictions by their pair."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The Parquet files of a run on generated data.

    Attributes:
        data: folder that the data was generated into.
    """

    folder: Path
    data: Path
    package: MatchModelPackage

    def table(self, name: str) -> pa.Table:
        """Read one of its tables."""
        return pq.read_table(self.folder / f"{name}.parquet")


@dataclass(slots=True)
class Injected:
    """A run with false merges.

    Attributes:
        kinds: by identity, what kind of false merge it is; `OWN` those that the run made itself.
        held_by_us: of those injected, the ones where no pair across reached the link threshold.
    """

    memberships: dict[str, str]
    kinds: dict[str, str] = field(default_factory=dict)
    held_by_us: set[str] = field(default_factory=set)

    @property
    def n_identities(self) -> int:
        """Count the identities of two records or more."""
        return sum(len(members) > 1 for members in grouped(self.memberships).values())


def inject(run: RunFiles, folder: Path, *, seed: int, share: float = 0.05) -> Injected:
    """Write memberships, predictions and standardised records with false merges into a folder.

    Args:
        run: where the identities are from.
        folder: to write `memberships.parquet` and so on; what else a run has stays as it was.
        seed: of all choices.
        share: of the identities of two records or more, as many false merges are made, of each kind
            the same number as far as there are such people.
    """
    chance = random.Random(seed)  # noqa: S311  made-up data
    truth = _pairs_of(run.data / "truth" / "truth.csv", "record_id", "person_id")
    memberships = {
        row["record_id"]: row["identity_id"] for row in run.table("memberships").to_pylist()
    }
    injected = Injected(memberships)
    for identity_id, members in grouped(memberships).items():
        if len({truth[one] for one in members if one in truth}) > 1:
            injected.kinds[identity_id] = OWN
    n_wanted = round(share * injected.n_identities)
    of_one_person = {
        identity_id: members
        for identity_id, members in grouped(memberships).items()
        if identity_id not in injected.kinds
    }
    chooser = Chooser(run.data, of_one_person, truth, chance)
    merges = [
        merge
        for number, kind in enumerate(KINDS)
        for merge in chooser.choose(kind, n_wanted // len(KINDS) + (number < n_wanted % len(KINDS)))
    ]
    records = {row["record_id"]: row for row in run.table("standardised_records").to_pylist()}
    altered = {
        record["record_id"]: record for merge in merges for record in _alter(merge, records, chance)
    }
    for merge in merges:
        injected.memberships |= dict.fromkeys(merge.ours + merge.theirs, merge.identity_id)
        injected.kinds[merge.identity_id] = merge.kind
    records |= altered
    told = _score_again(run, merges, records, folder)
    link_weight = run.package.thresholds.link_weight
    usual = _usual_evidence(told, injected, truth, link_weight)
    for merge in merges:
        if _hold_together(merge, told, link_weight, usual):
            injected.held_by_us.add(merge.identity_id)
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema, rows in (
        ("memberships", MEMBERSHIPS, _rows(injected.memberships)),
        ("predictions", PREDICTIONS, list(told.values())),
        ("standardised_records", STANDARDISED_RECORDS, list(records.values())),
    ):
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
    return injected


def grouped(memberships: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the records of each identity, in order."""
    members: dict[str, list[str]] = defaultdict(list)
    for record_id, identity_id in sorted(memberships.items()):
        members[identity_id].append(record_id)
    return members


def _rows(memberships: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"record_id": one, "identity_id": identity} for one, identity in memberships.items()]


def _pairs_of(file: Path, *columns: str) -> dict[str, str]:
    """Read two columns of a CSV file as a mapping."""
    one, other = (pa_csv.read_csv(file).column(name).to_pylist() for name in columns)
    return dict(zip(one, other, strict=True))


def _alter(
    merge: FalseMerge, records: Mapping[str, dict[str, Any]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Give the records that such a merge comes from, where these are not there already."""
    if merge.kind == "parent and child of one name":
        parent = records[chance.choice(merge.ours)]
        for record_id in merge.theirs:
            yield records[record_id] | {"names": parent["names"]}
    if merge.kind == "through one wrong record":
        wrong, right = chance.choice(merge.theirs), records[chance.choice(merge.ours)]
        yield records[wrong] | {"names": right["names"], "documents": right["documents"]}


def _score_again(
    run: RunFiles,
    merges: Sequence[FalseMerge],
    records: Mapping[str, dict[str, Any]],
    scratch: Path,
) -> _Told:
    """Return the run's predictions, with every pair inside the merged identities scored anew."""
    told = {(row["left_id"], row["right_id"]): row for row in run.table("predictions").to_pylist()}
    inside = [sorted(merge.ours + merge.theirs) for merge in merges]
    pairs = [(a, b) for ids in inside for n, a in enumerate(ids) for b in ids[n + 1 :]]
    for pair, weight in _weights(run.package, pairs, records, scratch / "scratch").items():
        told[pair] = told.get(pair, _new_pair(*pair, 0.0)) | {"match_weight": weight}
    return told


def _usual_evidence(
    told: _Told, injected: Injected, truth: Mapping[str, str], link_weight: float
) -> float:
    """Return the median evidence of the false links of the run itself."""
    false_links = [
        _evidence(row)
        for (left, right), row in told.items()
        if _evidence(row) >= link_weight
        and injected.memberships[left] == injected.memberships[right]
        and truth.get(left) != truth.get(right)
        and injected.kinds[injected.memberships[left]] == OWN
    ]
    return median(false_links or [link_weight])


def _hold_together(merge: FalseMerge, told: _Told, link_weight: float, usual: float) -> bool:
    """Make sure that a link holds both people together; return whether one had to be made."""
    pairs = [(min(one, other), max(one, other)) for one in merge.ours for other in merge.theirs]
    if not any(pair in told for pair in pairs):
        told[pairs[0]] = _new_pair(*pairs[0], -1e3)
    best = max((told[pair] for pair in pairs if pair in told), key=_evidence)
    if _evidence(best) >= link_weight:
        return False
    best["match_weight"] = usual - best["source_weight"]
    return True


def _new_pair(left_id: str, right_id: str, match_weight: float) -> dict[str, Any]:
    return {
        "left_id": left_id, "right_id": right_id, "match_weight": match_weight,
        "source_weight": 0.0, "blocking_rule": COMPLETED_WITHIN_COMPONENT,
    }  # fmt: skip


def _evidence(row: Mapping[str, Any]) -> float:
    return float(row["match_weight"] + row["source_weight"])


def _weights(
    package: MatchModelPackage,
    pairs: Sequence[tuple[str, str]],
    records: Mapping[str, dict[str, Any]],
    scratch: Path,
) -> dict[tuple[str, str], float]:
    """Score pairs as the run would; two records of a source free of duplicates are no pair."""
    wanted = sorted({one for pair in pairs for one in pair})
    table = pa.Table.from_pylist([records[one] for one in wanted], schema=STANDARDISED_RECORDS)
    with open_engine(scratch) as connection:
        connection.register("given_records", table)
        connection.register(
            "given_pairs",
            pa.table({"left_id": [a for a, _ in pairs], "right_id": [b for _, b in pairs]}),
        )
        connection.execute(
            "create table standardised as"
            " select *, row_number() over (order by record_id) as record_no from given_records"
        )
        define_macros(connection)
        build_features(connection, "standardised")
        apply_frequencies(connection, package.frequencies)
        connection.execute("""
            create table asked as
            select l.unique_id as left_no, r.unique_id as right_no, (-1)::smallint as rule
            from given_pairs join model_input l on l.record_id = left_id
            join model_input r on r.record_id = right_id
            where not (l.source = r.source and l.duplicate_free)""")
        score_pairs(connection, package, pairs="asked", scored="scored")
        return _scored(connection)


def _scored(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], float]:
    rows = connection.execute("""
        select l.record_id, r.record_id, match_weight from scored
        join model_input l on l.unique_id = left_no
        join model_input r on r.unique_id = right_no""").fetchall()
    return {(min(a, b), max(a, b)): weight for a, b, weight in rows}
