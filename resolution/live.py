"""The same flow for one record: who is this person, and why are two records held to be one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from models.errors import InvalidInputError
from models.identity import Run
from models.live_change import LiveBasis
from models.match_model.package import MatchModelPackage
from models.prediction import PairExplanation, Thresholds
from models.record import StoredRecord, split_record_id
from models.tables import SOURCE_ATTRIBUTES
from models.watchlist import ScreeningPolicy
from resolution.link.live_scoring import ComparedRecord, LiveScorer, RecordCache
from resolution.standardise.single import standardise_record

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

    @property
    def is_truncated(self) -> bool:
        """Whether together the other keys bring too many too."""
        ...


class RecordSource(Protocol):
    """Gives what is compared of records, in one state of a store."""

    def run(self) -> Run | None:
        """Return the run that is served: its records change by live writes only."""
        ...

    def live_basis(self) -> LiveBasis:
        """Return up to which live change records are as they are."""
        ...

    def written_after(self, live_sequence: int) -> dict[str, int]:
        """Return the records written after a live change, each with its newest."""
        ...

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return ids, role and standardised attributes of these records."""
        ...


class CandidateSource(RecordSource, Protocol):
    """Finds records by blocking key as well."""

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        """Return the records that hold any of these keys."""
        ...


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """One record that a query resembles."""

    record_id: str
    is_watchlist: bool
    match_weight: float


@dataclass(frozen=True, slots=True)
class WhoIsMatches:
    """What the match model says about a query.

    Attributes:
        candidates: scored records of people and of the watchlist, strongest first.
        n_keys: blocking keys that the query has.
        n_keys_too_common: those left out because they alone bring too many records.
        is_truncated: there were more candidates than are scored for one question.
        query: the query as standardised.
    """

    candidates: tuple[RecordMatch, ...]
    n_keys: int
    n_keys_too_common: int
    is_truncated: bool
    query: Mapping[str, Any]
    _asked: ComparedRecord = field(repr=False)
    _scorer: LiveScorer = field(repr=False)

    def explain(self, record: StoredRecord) -> PairExplanation:
        """Explain the weight of the query, which is QUERY_ID, and a record."""
        return self._scorer.explanation(self._asked, self._scorer.record(record.standardised))


class LiveResolver:
    """Scores one record by one match model, with the batch's weights; serves many threads."""

    def __init__(self, package: MatchModelPackage) -> None:
        """Compile the match model's scoring.

        Raises:
            NotCompiledError: if an expression of it cannot be compiled exactly.
        """
        self._package = package
        self._scorer = LiveScorer(package)
        self._cache = RecordCache(run_id="")

    @property
    def package(self) -> MatchModelPackage:
        """Return the match model."""
        return self._package

    @property
    def scorer(self) -> LiveScorer:
        """Return what is compiled of the match model."""
        return self._scorer

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
        self,
        query: Mapping[str, Any],
        view: CandidateSource,
        *,
        sources: Sequence[str] | None = None,
    ) -> WhoIsMatches:
        """Score the records that share a blocking key with the query.

        Args:
            query: attributes in the shape of SOURCE_ATTRIBUTES, parts as text, such as
                `{"names": [{"full": "Ana Lopez"}], "dates_of_birth": [{"text": "1980-02-03"}]}`.
            view: where records and their keys are.
            sources: the only sources whose records count; all unless given.

        Raises:
            InvalidInputError: if an attribute or a part has no such name, or nothing can be
                looked up by.
        """
        standardised = standardise_record(_query_row(query))
        asked = self._scorer.record(standardised)
        keys = self._scorer.keys(asked)
        if not keys:
            raise InvalidInputError(
                "nothing to look up by: give a name, a date of birth with a name, a document"
                " number, a case reference, a phone number or an e-mail address"
            )
        # a key too common for people still finds watchlist entries
        found = view.candidates([key for _, key in keys], limit=MOST_CANDIDATES)
        record_ids = found.record_ids
        if sources is not None:
            record_ids = [one for one in record_ids if split_record_id(one)[0] in sources]
        weigh = self._scorer.weight
        scored = [
            RecordMatch(one.record_id, one.is_watchlist, weigh(asked, one))
            for one in self.compared_records(record_ids, view)
        ]
        too_common = sum(self._scorer.is_too_common(rule, key) for rule, key in keys)
        return WhoIsMatches(
            candidates=tuple(sorted(scored, key=lambda one: (-one.match_weight, one.record_id))),
            n_keys=len(keys),
            n_keys_too_common=too_common + found.n_keys_too_common,
            is_truncated=found.is_truncated,
            query=standardised,
            _asked=asked,
            _scorer=self._scorer,
        )

    def explain(self, left: StoredRecord, right: StoredRecord) -> PairExplanation:
        """Explain the weight of two records, compared by the batch or not."""
        return self.explain_all([(left, right)])[0]

    def explain_all(
        self, pairs: Sequence[tuple[StoredRecord, StoredRecord]]
    ) -> list[PairExplanation]:
        """Explain many pairs of records, in their order."""
        records = {record.record_id: record for pair in pairs for record in pair}
        compared = {
            record_id: self._scorer.record(record.standardised)
            for record_id, record in records.items()
        }
        ends = [sorted(record.record_id for record in pair) for pair in pairs]
        return [self._scorer.explanation(compared[left], compared[right]) for left, right in ends]

    def compared_records(
        self, record_ids: Sequence[str], view: RecordSource
    ) -> list[ComparedRecord]:
        """Return served records that can be weighed, those lately asked for as they were kept."""
        kept, at = self._kept_of(view)
        found = {one: record for one in record_ids if (record := kept.get(one, at=at)) is not None}
        for row in view.standardised([one for one in record_ids if one not in found]):
            record = self._scorer.scored_record(row)
            kept.keep(record, at=at)
            found[record.record_id] = record
        return list(found.values())

    def _kept_of(self, view: RecordSource) -> tuple[RecordCache, int]:
        """Return what is kept of the view's run, and up to which live change the view sees."""
        run = view.run()
        kept = self._cache
        if run is None:
            return kept, 0
        if kept.run_id != run.run_id:
            # whoever still reads another run has a cache of its own
            self._cache = kept = RecordCache(run.run_id)
        at = view.live_basis().live_sequence
        if at > kept.seen:
            kept.note(view.written_after(kept.seen), until=at)
        return kept, at


def _query_row(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query as a row of SOURCE_RECORDS; what it does not say is left out."""
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
        parts = {part.name for part in SOURCE_ATTRIBUTES[attribute].value_type}
        for item in items:
            if unknown := set(item) - parts:
                raise InvalidInputError(
                    f"{attribute} have no part {sorted(unknown)[0]!r};"
                    f" there are: {', '.join(sorted(parts - {'raw_path'}))}"
                )
        row[attribute] = [{"raw_path": attribute, **item} for item in items]
    return row
