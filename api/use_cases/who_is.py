"""Answers "who is this person?": some attributes in, ranked identities and watchlist hits out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, RecordMatch, Resolver, Resolvers, basis_of, published_run
from graph.store import GraphReader, GraphView
from models.access import Principal
from models.errors import InvalidInputError
from models.identity import GoldenValue
from models.prediction import PairExplanation, Thresholds, match_probability
from models.record import Role, StoredRecord
from models.tables import SOURCE_ATTRIBUTES, STANDARDISED_ATTRIBUTES

# Bounds one answer: records that are fetched and scored, however common the name asked for.
_MOST_RECORDS = 1_000


class WhoIsVerdict(StrEnum):
    """What the thresholds of the match model say of the strongest evidence."""

    MATCH = "match"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class IdentityCandidate:
    """An identity the query may be about; the weight is that of its best record."""

    identity_id: str
    verdict: WhoIsVerdict
    match_weight: float
    match_probability: float
    best_record_id: str
    n_records: int
    golden: tuple[GoldenValue, ...]
    explanation: PairExplanation


@dataclass(frozen=True, slots=True)
class WatchlistCandidate:
    """A watchlist entry the query resembles; always for a person to review."""

    entry: StoredRecord
    match_weight: float
    match_probability: float
    explanation: PairExplanation


@dataclass(frozen=True, slots=True)
class WhoIsAnswer:
    """Ranked answers to one query, strongest first.

    Attributes:
        n_weaker: candidates at or above `minimum_match_weight` that the limit left out.
        n_keys_too_common: blocking keys left out because they alone bring too many records;
            above 0, a candidate may be missing and more attributes would help.
        query: what was asked, standardised.
    """

    verdict: WhoIsVerdict
    candidates: tuple[IdentityCandidate, ...]
    watchlist_hits: tuple[WatchlistCandidate, ...]
    n_weaker: int
    n_keys_too_common: int
    minimum_match_weight: float
    thresholds: Thresholds
    query: Mapping[str, Any]
    basis: Basis


def who_is(
    query: Mapping[str, Any],
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
    limit: int = 10,
    minimum_match_weight: float | None = None,
) -> WhoIsAnswer:
    """Rank the identities a query may be about, watchlist hits apart.

    The query holds attributes in the shape of `tables.SOURCE_ATTRIBUTES`. `limit` bounds the
    identities and the watchlist hits, each; candidates weaker than `minimum_match_weight`, the
    model's review threshold unless given, are left out. Watchlist hits go as low as the model's
    screening policy, because a missed hit is worse than one more review.

    Raises:
        InvalidInputError: if the query has no attribute or an unknown one.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("who_is", principal, query=query) as seen:
        _check(query)
        with graph.view() as view:
            run = published_run(view)
            resolver = resolvers(run.model_version)
            thresholds = resolver.thresholds
            floors = _floors(resolver, minimum_match_weight)
            matches = resolver.who_is(query, view, limit=_MOST_RECORDS)
            strong = [
                match for match in matches.candidates if match.match_weight >= min(floors.values())
            ]
            records = {
                record.record_id: record
                for record in view.records([match.record_id for match in strong])
            }
            strong = [
                match
                for match in strong
                if match.match_weight >= floors[records[match.record_id].role]
            ]
            people = _best_by_identity(strong, records, view)
            hits = [match for match in strong if records[match.record_id].role is Role.WATCHLIST]
            answer = WhoIsAnswer(
                verdict=_verdict(people[0][1].match_weight if people else None, thresholds),
                candidates=tuple(
                    _candidate(identity_id, match, view, thresholds)
                    for identity_id, match in people[:limit]
                ),
                watchlist_hits=tuple(
                    _hit(match, records[match.record_id]) for match in hits[:limit]
                ),
                n_weaker=max(0, len(people) - limit) + max(0, len(hits) - limit),
                n_keys_too_common=matches.n_keys_too_common,
                minimum_match_weight=floors[Role.PERSON],
                thresholds=thresholds,
                query={
                    attribute: matches.query[attribute]
                    for attribute in STANDARDISED_ATTRIBUTES
                    if matches.query.get(attribute)
                },
                basis=basis_of(run),
            )
        seen.add(answer.basis.run_id)
        for candidate in answer.candidates:
            seen.add(candidate.identity_id, candidate.best_record_id)
        seen.add(*(hit.entry.record_id for hit in answer.watchlist_hits))
        return answer


def _check(query: Mapping[str, Any]) -> None:
    unknown = sorted(set(query) - set(SOURCE_ATTRIBUTES))
    if unknown:
        raise InvalidInputError(f"unknown attributes; there are {', '.join(SOURCE_ATTRIBUTES)}")
    if not any(query.values()):
        raise InvalidInputError("a query needs at least one attribute, such as a name")


def _floors(resolver: Resolver, minimum: float | None) -> dict[Role, float]:
    """Return the lowest weight that is shown: for the watchlist, as low as its policy says."""
    if minimum is None:
        minimum = resolver.thresholds.review_weight
    return {Role.PERSON: minimum, Role.WATCHLIST: min(minimum, resolver.screening.hit_weight)}


def _best_by_identity(
    matches: list[RecordMatch], records: Mapping[str, StoredRecord], view: GraphView
) -> list[tuple[str, RecordMatch]]:
    people = [match for match in matches if records[match.record_id].role is Role.PERSON]
    identities = view.identities_of([match.record_id for match in people])
    best: dict[str, RecordMatch] = {}
    for match in people:
        identity_id = identities[match.record_id]
        if identity_id not in best or match.match_weight > best[identity_id].match_weight:
            best[identity_id] = match
    return sorted(best.items(), key=lambda item: (-item[1].match_weight, item[0]))


def _candidate(
    identity_id: str, match: RecordMatch, view: GraphView, thresholds: Thresholds
) -> IdentityCandidate:
    state = view.identity(identity_id)
    return IdentityCandidate(
        identity_id=identity_id,
        verdict=_verdict(match.match_weight, thresholds),
        match_weight=match.match_weight,
        match_probability=match_probability(match.match_weight),
        best_record_id=match.record_id,
        n_records=len(state.record_ids),
        golden=state.golden,
        explanation=match.explanation,
    )


def _hit(match: RecordMatch, entry: StoredRecord) -> WatchlistCandidate:
    return WatchlistCandidate(
        entry=entry,
        match_weight=match.match_weight,
        match_probability=match_probability(match.match_weight),
        explanation=match.explanation,
    )


def _verdict(match_weight: float | None, thresholds: Thresholds) -> WhoIsVerdict:
    if match_weight is None or match_weight < thresholds.review_weight:
        return WhoIsVerdict.NONE
    if match_weight < thresholds.link_weight:
        return WhoIsVerdict.POSSIBLE
    return WhoIsVerdict.MATCH
