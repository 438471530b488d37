"""Answers what is known of one identity: its records, links, golden record and life."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor, Seen
from api.use_cases.ports import Basis, basis_of, published_run
from api.use_cases.warning_words import named_in
from graph.store import GraphReader, GraphView
from models.access import Principal
from models.errors import IdentityNotFoundError, RecordNotFoundError
from models.identity import IdentityEvent, IdentityState, IdentityStatus, WatchlistHit
from models.prediction import PairwisePrediction
from models.quality import IdentityWarning
from models.record import Role, StoredRecord

# Bounds the links in one answer: a large identity may hold thousands.
_MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """One identity as the published run holds it.

    A superseded or retired one tells its status and successors, and nothing personal.

    Attributes:
        n_records: all records of the identity; `records` is one page of them.
        next_after: the record id to ask for the next page with; None on the last page.
        n_links: all links among its records; `links` is the strongest of them.
        warnings: what speaks for two people in it, the heaviest first.
    """

    state: IdentityState
    n_records: int
    records: tuple[StoredRecord, ...]
    next_after: str | None
    n_links: int
    links: tuple[PairwisePrediction, ...]
    watchlist_hits: tuple[WatchlistHit, ...]
    events: tuple[IdentityEvent, ...]
    warnings: tuple[IdentityWarning, ...]
    basis: Basis


def get_identity(
    identity_id: str,
    *,
    principal: Principal,
    graph: GraphReader,
    auditor: Auditor,
    after: str | None = None,
    limit: int = 100,
) -> IdentityAnswer:
    """Return an identity, current or superseded.

    At most `limit` of its records are in the answer, those with an id greater than `after`,
    which is the `next_after` of the page before.

    Raises:
        IdentityNotFoundError: if the id was never issued.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("get_identity", principal) as seen:
        seen.add(identity_id)
        with graph.view() as view:
            return _answer(view, identity_id, seen, after=after, limit=limit)


def get_identity_of_record(
    record_id: str,
    *,
    principal: Principal,
    graph: GraphReader,
    auditor: Auditor,
    after: str | None = None,
    limit: int = 100,
) -> IdentityAnswer:
    """Return the identity a record belongs to.

    Raises:
        RecordNotFoundError: if there is no such record.
        IdentityNotFoundError: if it is a watchlist entry, which belongs to no identity.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("get_identity_of_record", principal) as seen:
        seen.add(record_id)
        with graph.view() as view:
            published_run(view)
            record = view.record(record_id)
            identity_id = view.identities_of([record_id]).get(record_id)
            if identity_id is None and record.role is Role.WATCHLIST:
                raise IdentityNotFoundError(record_id)
            if identity_id is None:
                raise RecordNotFoundError(record_id)
            seen.add(identity_id)
            return _answer(view, identity_id, seen, after=after, limit=limit)


def _answer(
    view: GraphView, identity_id: str, seen: Seen, *, after: str | None, limit: int
) -> IdentityAnswer:
    basis = basis_of(published_run(view))
    state = view.identity(identity_id)
    seen.add(basis.run_id)
    if state.status is not IdentityStatus.CURRENT:
        return IdentityAnswer(state, 0, (), None, 0, (), (), (), (), basis)
    left = [one for one in state.record_ids if after is None or one > after]
    page = left[:limit]
    links = view.links_among(state.record_ids)
    hits = view.hits_of(state.record_ids)
    seen.add_all(page)
    seen.add_all(hit.entry_id for hit in hits)
    quality = view.quality_of([identity_id]).get(identity_id)
    warnings = quality.warnings if quality else ()
    seen.add_all(named_in(warnings))
    return IdentityAnswer(
        state=state,
        n_records=len(state.record_ids),
        records=tuple(view.records(page)),
        next_after=page[-1] if len(left) > limit else None,
        n_links=len(links),
        links=tuple(links[:_MOST_LINKS]),
        watchlist_hits=tuple(hits),
        events=tuple(view.events_of(identity_id)),
        warnings=warnings,
        basis=basis,
    )
