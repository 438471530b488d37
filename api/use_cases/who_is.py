"""Answers "who is this person?": some attributes in, ranked identities and watchlist hits out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.use_cases.auditing import Auditor, Seen
from api.use_cases.ports import (
    Basis,
    RecordMatch,
    Resolver,
    Resolvers,
    WhoIsMatches,
    basis_of,
    published_run,
)
from api.use_cases.who_is_reasons import (
    WhatWasFound,
    WhoIsReason,
    WhoIsVerdict,
    reasons_of,
    verdict_of,
)
from graph.store import GraphReader, GraphView
from models.access import Principal
from models.errors import InvalidInputError
from models.identity import GoldenValue, Run
from models.prediction import PairExplanation, Thresholds, match_probability
from models.record import StoredRecord, is_source_name
from models.tables import SOURCE_ATTRIBUTES, STANDARDISED_ATTRIBUTES

# Bounds what one batch holds up.
MOST_QUESTIONS = 100


@dataclass(frozen=True, slots=True)
class WhoIsQuery:
    """One question.

    Attributes:
        attributes: what is known, in the shape of `tables.SOURCE_ATTRIBUTES`.
        limit: the most identities, and the most watchlist hits, in the answer.
        minimum_match_weight: weaker identities are left out; the model's review threshold unless
            given. Watchlist hits go as low as the model's screening policy all the same, because a
            missed hit is worse than one more review.
        sources: the only sources whose records are looked at; all unless given.
    """

    attributes: Mapping[str, Any]
    limit: int = 10
    minimum_match_weight: float | None = None
    sources: tuple[str, ...] | None = None


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
        reasons: why the verdict is what it is, and what may be missing.
        n_weaker: candidates at or above `minimum_match_weight` that the limit left out.
        n_keys_too_common: blocking keys left out because they alone bring too many records;
            above 0, a candidate may be missing and more attributes would help.
        query: what was asked, standardised.
    """

    verdict: WhoIsVerdict
    reasons: tuple[WhoIsReason, ...]
    candidates: tuple[IdentityCandidate, ...]
    watchlist_hits: tuple[WatchlistCandidate, ...]
    n_weaker: int
    n_keys_too_common: int
    minimum_match_weight: float
    thresholds: Thresholds
    query: Mapping[str, Any]
    basis: Basis


def who_is(
    query: WhoIsQuery,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
) -> WhoIsAnswer:
    """Rank the identities a query may be about, watchlist hits apart.

    Raises:
        InvalidInputError: if the query has no attribute or an unknown one.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("who_is", principal, query=query.attributes) as seen:
        _check(query)
        with graph.view() as view:
            run = published_run(view)
            return _answer(query, view, run, resolvers(run.model_version), seen)


def who_is_each(
    queries: Sequence[WhoIsQuery],
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
) -> list[WhoIsAnswer | InvalidInputError]:
    """Answer many queries on one state of the store, in their order.

    One that cannot be asked has the error in its place; the others are answered all the same. Each
    is audited by itself, all of them in one write.

    Raises:
        InvalidInputError: if there are more than MOST_QUESTIONS.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    if len(queries) > MOST_QUESTIONS:
        raise InvalidInputError(f"at most {MOST_QUESTIONS} questions may be asked at once")
    asked = [query.attributes for query in queries]
    answers: list[WhoIsAnswer | InvalidInputError] = []
    with (
        auditor.before_answers("who_is", principal, queries=asked) as all_seen,
        graph.view() as view,
    ):
        run = published_run(view)
        resolver = resolvers(run.model_version)
        for query, seen in zip(queries, all_seen, strict=True):
            try:
                _check(query)
                answers.append(_answer(query, view, run, resolver, seen))
            except InvalidInputError as error:
                seen.failed = True
                answers.append(error)
    return answers


def _answer(
    query: WhoIsQuery, view: GraphView, run: Run, resolver: Resolver, seen: Seen
) -> WhoIsAnswer:
    thresholds = resolver.thresholds
    minimum = query.minimum_match_weight
    minimum = thresholds.review_weight if minimum is None else minimum
    matches = resolver.who_is(query.attributes, view, sources=query.sources)
    ranked = _best_by_identity(matches.candidates, view)
    people = [one for one in ranked if one[1].match_weight >= minimum]
    lowest_hit = min(minimum, resolver.screening.hit_weight)
    hits = [
        match
        for match in matches.candidates
        if match.is_watchlist and match.match_weight >= lowest_hit
    ]
    told, shown = people[: query.limit], hits[: query.limit]
    records = _records([*(match for _, match in told), *shown], view)
    answer = WhoIsAnswer(
        verdict=verdict_of(people[0][1].match_weight if people else None, thresholds),
        reasons=reasons_of(_found(ranked, minimum, matches), thresholds),
        candidates=tuple(
            _candidate(identity_id, match, view, matches, records[match.record_id], thresholds)
            for identity_id, match in told
        ),
        watchlist_hits=tuple(_hit(match, matches, records[match.record_id]) for match in shown),
        n_weaker=len(people) - len(told) + len(hits) - len(shown),
        n_keys_too_common=matches.n_keys_too_common,
        minimum_match_weight=minimum,
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


def _check(query: WhoIsQuery) -> None:
    unknown = sorted(set(query.attributes) - set(SOURCE_ATTRIBUTES))
    if unknown:
        raise InvalidInputError(f"unknown attributes; there are {', '.join(SOURCE_ATTRIBUTES)}")
    if not any(query.attributes.values()):
        raise InvalidInputError("a query needs at least one attribute, such as a name")
    if not all(is_source_name(source) for source in query.sources or ()):
        raise InvalidInputError("a source is named by a-z, then a-z, 0-9, _ or -, 32 at most")


def _best_by_identity(
    matches: Sequence[RecordMatch], view: GraphView
) -> list[tuple[str, RecordMatch]]:
    """Return every identity with its best record, strongest first."""
    people = [match for match in matches if not match.is_watchlist]
    identities = view.identities_of([match.record_id for match in people])
    best: dict[str, RecordMatch] = {}
    for match in people:
        identity_id = identities[match.record_id]
        if identity_id not in best or match.match_weight > best[identity_id].match_weight:
            best[identity_id] = match
    return sorted(best.items(), key=lambda item: (-item[1].match_weight, item[0]))


def _records(matches: Sequence[RecordMatch], view: GraphView) -> dict[str, StoredRecord]:
    wanted = [match.record_id for match in matches]
    return {record.record_id: record for record in view.records(wanted)}


def _found(
    ranked: Sequence[tuple[str, RecordMatch]], minimum: float, matches: WhoIsMatches
) -> WhatWasFound:
    return WhatWasFound(
        identity_weights=[match.match_weight for _, match in ranked],
        minimum_match_weight=minimum,
        n_keys=matches.n_keys,
        n_keys_too_common=matches.n_keys_too_common,
        is_truncated=matches.is_truncated,
    )


def _candidate(
    identity_id: str, match: RecordMatch, view: GraphView, matches: WhoIsMatches,
    record: StoredRecord, thresholds: Thresholds,
) -> IdentityCandidate:  # fmt: skip
    state = view.identity(identity_id)
    return IdentityCandidate(
        identity_id=identity_id,
        verdict=verdict_of(match.match_weight, thresholds),
        match_weight=match.match_weight,
        match_probability=match_probability(match.match_weight),
        best_record_id=match.record_id,
        n_records=len(state.record_ids),
        golden=state.golden,
        explanation=matches.explain(record),
    )


def _hit(match: RecordMatch, matches: WhoIsMatches, entry: StoredRecord) -> WatchlistCandidate:
    return WatchlistCandidate(
        entry=entry,
        match_weight=match.match_weight,
        match_probability=match_probability(match.match_weight),
        explanation=matches.explain(entry),
    )
