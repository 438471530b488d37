"""The same flow for one record: who is this person, and why are two records held to be one?"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from models.errors import InvalidInputError
from models.match_model.package import MatchModelPackage
from models.prediction import PairExplanation, Thresholds
from models.record import StoredRecord
from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS, STANDARDISED_RECORDS
from models.watchlist import ScreeningPolicy
from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.link.blocking import make_keys
from resolution.link.explain import compile_scoring, explain_pairs
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.standardise.standardise import standardise

# Ids sort before every record's, and no source may have this name.
QUERY_ID = "!query"

# More candidates than this are not scored for one question; the answer says so.
MOST_CANDIDATES = 5_000


class Candidates(Protocol):
    """Records that share a blocking key with a query."""

    @property
    def record_ids(self) -> Sequence[str]:
        """Their ids."""
        ...

    @property
    def n_keys_too_common(self) -> int:
        """Keys left out because they alone bring too many."""
        ...


class CandidateSource(Protocol):
    """Finds records by blocking key, and gives them."""

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        """Return the records that hold any of these keys."""
        ...

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        """Return these records."""
        ...


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """One record that a query resembles; the query is QUERY_ID in the explanation."""

    record_id: str
    match_weight: float
    explanation: PairExplanation


@dataclass(frozen=True, slots=True)
class WhoIsMatches:
    """What the match model says about a query.

    Attributes:
        candidates: scored records of people and of the watchlist, strongest first.
        n_keys_too_common: blocking keys left out because they alone bring too many records.
        query: the query as standardised.
    """

    candidates: tuple[RecordMatch, ...]
    n_keys_too_common: int
    query: Mapping[str, Any]


class LiveResolver:
    """Scores one record by one match model, with the batch's weights."""

    def __init__(self, package: MatchModelPackage, *, scratch: Path) -> None:
        """Compile the match model's scoring; `scratch` is for temporary files."""
        self._package = package
        self._scratch = scratch
        self._scoring = compile_scoring(package)
        # an engine takes as many threads as it is given; one question at a time uses them best
        self._one_at_a_time = threading.Lock()

    @property
    def model_version(self) -> str:
        """Return the version of the match model it scores by."""
        return self._package.version

    @property
    def thresholds(self) -> Thresholds:
        """Return the weights where decisions change."""
        return self._package.thresholds

    @property
    def screening(self) -> ScreeningPolicy:
        """Return where a resemblance to a watchlist entry becomes a hit."""
        return self._package.screening

    def who_is(
        self, query: Mapping[str, Any], view: CandidateSource, *, limit: int
    ) -> WhoIsMatches:
        """Score the records that share a blocking key with the query.

        Args:
            query: attributes in the shape of SOURCE_ATTRIBUTES, parts as text, such as
                `{"names": [{"full": "Ana Lopez"}], "dates_of_birth": [{"text": "1980-02-03"}]}`.
            view: where records and their keys are.
            limit: the most candidates returned.

        Raises:
            InvalidInputError: if an attribute or a part has no such name, or nothing can be
                looked up by.
        """
        standardised = standardise(_query_table(query))
        with self._one_at_a_time, self._engine() as connection:
            keys, too_common = self._keys(connection, standardised)
            found = view.candidates(keys, limit=MOST_CANDIDATES)
            records = view.records(found.record_ids)
            self._prepare(connection, [standardised, _as_table(records)])
            connection.execute("""
                create or replace table pairs_to_explain as
                select q.unique_id as left_no, m.unique_id as right_no from model_input q
                join model_input m on m.unique_id <> q.unique_id
                where q.unique_id = 0""")
            explanations = explain_pairs(connection, self._package, self._scoring)
        return WhoIsMatches(
            candidates=tuple(
                RecordMatch(_other(explanation), explanation.match_weight, explanation)
                for explanation in explanations[:limit]
            ),
            n_keys_too_common=too_common + found.n_keys_too_common,
            query=standardised.to_pylist()[0],
        )

    def explain(self, left: StoredRecord, right: StoredRecord) -> PairExplanation:
        """Explain the weight of two records, compared by the batch or not."""
        return self.explain_all([(left, right)])[0]

    def explain_all(
        self, pairs: Sequence[tuple[StoredRecord, StoredRecord]]
    ) -> list[PairExplanation]:
        """Explain many pairs of records for little more than the price of one, in their order."""
        if not pairs:
            return []
        records = {record.record_id: record for pair in pairs for record in pair}
        number = {record_id: place for place, record_id in enumerate(sorted(records))}
        ends = [sorted(record.record_id for record in pair) for pair in pairs]
        asked = sorted({(number[left], number[right]) for left, right in ends})
        with self._one_at_a_time, self._engine() as connection:
            self._prepare(connection, [_as_table([records[one] for one in number])])
            connection.register(
                "asked",
                pa.table(
                    {
                        "left_no": pa.array([left for left, _ in asked], pa.int64()),
                        "right_no": pa.array([right for _, right in asked], pa.int64()),
                    }
                ),
            )
            connection.execute("create or replace table pairs_to_explain as from asked")
            found = explain_pairs(connection, self._package, self._scoring)
        explained = {(one.left_id, one.right_id): one for one in found}
        return [explained[left, right] for left, right in ends]

    def _engine(self) -> Any:
        return open_engine(self._scratch, limits=EngineLimits(memory="1GB", spill="2GB"))

    def _prepare(self, connection: duckdb.DuckDBPyConnection, tables: list[pa.Table]) -> None:
        """Make `model_input` and `blocking_keys` of these records, numbered in order."""
        self._features(connection, tables)
        apply_frequencies(connection, self._package.frequencies)
        make_keys(connection)

    def _features(self, connection: duckdb.DuckDBPyConnection, tables: list[pa.Table]) -> None:
        """Make `features` of these records, numbered in order."""
        records = pa.concat_tables(tables)
        numbered = records.append_column("record_no", pa.array(range(records.num_rows), pa.int64()))
        connection.register("standardised", numbered)
        define_macros(connection)
        build_features(connection, "standardised")

    def _keys(
        self, connection: duckdb.DuckDBPyConnection, standardised: pa.Table
    ) -> tuple[list[int], int]:
        """Return the keys of the query, and how many are too common to find people by."""
        self._features(connection, [standardised])
        make_keys(connection, "features")
        connection.register("capped_keys_arrow", self._package.capped_keys)
        keys = connection.execute("""
            select k.key, c.key is not null from (select distinct rule, key from blocking_keys) k
            left join capped_keys_arrow c on c.key = k.key and c.rule = k.rule""").fetchall()
        if not keys:
            raise InvalidInputError(
                "nothing to look up by: give a name, a date of birth with a name, a document"
                " number, a case reference, a phone number or an e-mail address"
            )
        # a key too common for people still finds watchlist entries
        return [key for key, _ in keys], sum(common for _, common in keys)


def _other(explanation: PairExplanation) -> str:
    """Return the record that is not the query."""
    return explanation.right_id if explanation.left_id == QUERY_ID else explanation.left_id


def _query_table(query: Mapping[str, Any]) -> pa.Table:
    """Return the query as one row of SOURCE_RECORDS."""
    row: dict[str, Any] = {
        "record_id": QUERY_ID,
        "source": "query",
        "source_record_id": "query",
        "role": "person",
        "duplicate_free": False,
        "mapping_version": "query",
        "file_id": "query",
        "file_name": "query",
        "line": 1,
    }
    for attribute, items in query.items():
        if attribute not in SOURCE_ATTRIBUTES:
            known = ", ".join(SOURCE_ATTRIBUTES)
            raise InvalidInputError(f"a person has no attribute {attribute!r}; there are: {known}")
        parts = {field.name for field in SOURCE_ATTRIBUTES[attribute].value_type}
        for item in items:
            if unknown := set(item) - parts:
                raise InvalidInputError(
                    f"{attribute} have no part {sorted(unknown)[0]!r};"
                    f" there are: {', '.join(sorted(parts - {'raw_path'}))}"
                )
        row[attribute] = [{"raw_path": attribute, **item} for item in items]
    for attribute in SOURCE_ATTRIBUTES:
        row.setdefault(attribute, [])
    return pa.Table.from_pylist([row], schema=SOURCE_RECORDS)


def _as_table(records: Sequence[StoredRecord]) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(record.standardised) for record in records], schema=STANDARDISED_RECORDS
    )
