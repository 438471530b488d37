"""One definition of scoring: batch, explanation, look-up and plain Splink give equal weights."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.identity import Run
from models.live_change import LiveBasis
from models.match_model.blocking import BLOCKING_RULES
from models.match_model.package import MatchModelPackage
from models.record import StoredRecord
from models.tables import SOURCE_ATTRIBUTES, STANDARDISED_RECORDS
from resolution.engines.duckdb_engine import open_engine
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.splink_session import open_linker
from resolution.live import LiveResolver
from resolution.pipeline import Resolution
from tests.small_world import LIMITS, World, read, stored

EXACT = 1e-9


@dataclass
class ViewOfRun:
    """The records and blocking keys of a run, as a store gives them to a look-up."""

    by_id: dict[str, StoredRecord]
    by_key: dict[int, list[str]]
    record_ids: Sequence[str] = ()
    n_keys_too_common: int = 0
    is_truncated: bool = False

    served: Run | None = None

    def live_basis(self) -> LiveBasis:
        return LiveBasis("run", 0, 0)

    def written_after(self, live_sequence: int) -> dict[str, int]:
        return {}

    def run(self) -> Run | None:
        """Tell of no run unless one is given: nothing is kept from one question to the next."""
        return self.served

    def candidates(self, keys: Sequence[int], *, limit: int) -> "ViewOfRun":
        found = sorted({one for key in keys for one in self.by_key.get(key, ())})
        return ViewOfRun(self.by_id, self.by_key, found[:limit])

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        return [dict(self.by_id[one].standardised) for one in record_ids]


@pytest.fixture(scope="module")
def records(resolved: Resolution) -> dict[str, StoredRecord]:
    return stored(read(resolved, "standardised_records"))


@pytest.fixture(scope="module")
def weights(resolved: Resolution) -> dict[tuple[str, str], float]:
    return {(row["left_id"], row["right_id"]): row["match_weight"]
            for row in read(resolved, "predictions")}  # fmt: skip


@pytest.fixture(scope="module")
def live(package: MatchModelPackage) -> LiveResolver:
    return LiveResolver(package)


def test_a_run_keeps_pairs_of_every_strength(
    weights: dict[tuple[str, str], float], package: MatchModelPackage
) -> None:
    link = package.thresholds.link_weight

    assert sum(weight >= link for weight in weights.values()) > 100
    assert sum(weight < link for weight in weights.values()) > 20


def test_every_prediction_of_a_run_is_explained_to_the_last_digit(
    weights: dict[tuple[str, str], float],
    records: dict[str, StoredRecord],
    live: LiveResolver,
) -> None:
    asked = [(records[left], records[right]) for left, right in weights]

    explained = live.explain_all(asked)

    for (pair, weight), why in zip(weights.items(), explained, strict=True):
        assert (why.left_id, why.right_id) == pair
        assert why.match_weight == pytest.approx(weight, abs=EXACT, rel=0)
        parts = why.prior_weight + sum(part.match_weight for part in why.comparisons)
        assert parts == pytest.approx(why.match_weight, abs=EXACT, rel=0)


def test_a_pair_alone_is_explained_as_it_is_among_many_and_from_either_side(
    weights: dict[tuple[str, str], float],
    records: dict[str, StoredRecord],
    live: LiveResolver,
) -> None:
    for left, right in list(weights)[:: max(1, len(weights) // 3)]:
        why = live.explain(records[left], records[right])

        assert why == live.explain(records[right], records[left])
        assert why.match_weight == pytest.approx(weights[left, right], abs=EXACT, rel=0)


def test_the_rule_a_run_notes_is_among_those_that_the_explanation_names(
    resolved: Resolution, records: dict[str, StoredRecord], live: LiveResolver
) -> None:
    rows = read(resolved, "predictions")

    for row, why in zip(rows, live.explain_all(
        [(records[row["left_id"]], records[row["right_id"]]) for row in rows]
    ), strict=True):  # fmt: skip
        if row["blocking_rule"] < 0:
            assert why.blocking_rules == ()
        else:
            assert why.blocking_rules[0] == BLOCKING_RULES[row["blocking_rule"]].description


def test_plain_splink_gives_the_same_weights(
    weights: dict[tuple[str, str], float],
    records: dict[str, StoredRecord],
    package: MatchModelPackage,
    tmp_path: Path,
) -> None:
    rows = [dict(records[one].standardised) for one in sorted(records)]
    numbered = pa.Table.from_pylist(rows, schema=STANDARDISED_RECORDS).append_column(
        "record_no", pa.array(range(len(rows)), pa.int64())
    )
    with open_engine(tmp_path, limits=LIMITS) as connection:
        connection.register("standardised", numbered)
        _features(connection, package)
        plain = _predicted_by_splink(connection, package)

    assert len(plain) > 50
    compared = set(plain) & set(weights)
    assert len(compared) > 50
    for pair in compared:
        assert plain[pair] == pytest.approx(weights[pair], abs=EXACT, rel=0)


def _features(connection: duckdb.DuckDBPyConnection, package: MatchModelPackage) -> None:
    define_macros(connection)
    build_features(connection, "standardised")
    apply_frequencies(connection, package.frequencies)


def _predicted_by_splink(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> dict[tuple[str, str], float]:
    """Let Splink block for itself, by its own rule, and score."""
    with open_linker(connection, "model_input", package.settings) as linker:
        predicted = linker.inference.predict(warning_mode="never")
        rows = connection.execute(f"""
            select least(l.record_id, r.record_id), greatest(l.record_id, r.record_id),
                match_weight from {predicted.physical_name}
            join model_input l on l.unique_id = unique_id_l
            join model_input r on r.unique_id = unique_id_r""").fetchall()
    return {(left, right): weight for left, right, weight in rows}


def test_who_is_weighs_a_copy_of_a_record_as_the_batch_weighs_the_record(
    weights: dict[tuple[str, str], float],
    records: dict[str, StoredRecord],
    resolved: Resolution,
    population: World,
    live: LiveResolver,
) -> None:
    view = ViewOfRun(records, _by_key(resolved))
    raw = _source_rows(population)
    asked_of = sorted({left for left, _ in weights})
    agreed = 0

    for asked in asked_of[:: max(1, len(asked_of) // 4)]:
        found = live.who_is(_attributes(raw[asked]), view)
        by_id = {match.record_id: match.match_weight for match in found.candidates}

        for (left, right), weight in weights.items():
            if left == asked and right in by_id:
                assert by_id[right] == pytest.approx(weight, abs=EXACT, rel=0)
                agreed += 1
    assert agreed >= 4


def test_who_is_finds_the_record_itself_when_asked_for_a_copy(
    records: dict[str, StoredRecord],
    resolved: Resolution,
    population: World,
    live: LiveResolver,
    package: MatchModelPackage,
) -> None:
    view = ViewOfRun(records, _by_key(resolved))
    raw = _source_rows(population)
    people = [one for one in sorted(raw) if raw[one]["role"] == "person"]

    for record_id in people[:: max(1, len(people) // 3)]:
        found = live.who_is(_attributes(raw[record_id]), view)

        copies = [match for match in found.candidates if match.record_id == record_id]
        assert copies
        assert copies[0].match_weight >= package.thresholds.link_weight


def test_a_record_that_another_run_holds_otherwise_is_weighed_as_that_run_holds_it(
    records: dict[str, StoredRecord], resolved: Resolution, population: World, live: LiveResolver
) -> None:
    by_key, raw = _by_key(resolved), _source_rows(population)
    asked = next(one for one in sorted(raw) if raw[one]["role"] == "person")
    changed = {name: [] if name == "names" else value
               for name, value in records[asked].standardised.items()}  # fmt: skip
    other = records | {asked: replace(records[asked], standardised=changed)}
    question = _attributes(raw[asked])

    def weight(by_id: dict[str, StoredRecord], run_id: str) -> float:
        view = ViewOfRun(by_id, by_key, served=replace(resolved.run, run_id=run_id))
        found = live.who_is(question, view).candidates
        return next(one.match_weight for one in found if one.record_id == asked)

    first, changed_weight = weight(records, "run-1"), weight(other, "run-2")

    assert weight(records, "run-1") == first == weight(records, "run-1")
    assert changed_weight < first


def _by_key(resolved: Resolution) -> dict[int, list[str]]:
    by_key: dict[int, list[str]] = {}
    for row in read(resolved, "blocking_keys"):
        by_key.setdefault(row["key"], []).append(row["record_id"])
    return by_key


def _source_rows(population: World) -> dict[str, dict[str, Any]]:
    return {
        row["record_id"]: row
        for path in sorted(population.workspace.source_records.glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    }


def _attributes(row: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {name: row[name] for name in SOURCE_ATTRIBUTES if row[name]}
