"""Answers what is known of one record: as its source gave it, as standardised, and its links."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, basis_of, published_run
from graph.store import GraphReader
from models.access import Principal
from models.identity import WatchlistHit
from models.prediction import PairwisePrediction
from models.record import StoredRecord

_MOST_LINKS = 100


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """The current version of one record.

    Attributes:
        identity_id: the identity it belongs to; None for a watchlist entry.
        links: its strongest predictions, whether or not they joined it to an identity.
    """

    record: StoredRecord
    identity_id: str | None
    links: tuple[PairwisePrediction, ...]
    watchlist_hits: tuple[WatchlistHit, ...]
    basis: Basis


def get_record(
    record_id: str, *, principal: Principal, graph: GraphReader, auditor: Auditor
) -> RecordAnswer:
    """Return a record of a person or of the watchlist.

    Raises:
        RecordNotFoundError: if there is no such record.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("get_record", principal) as seen:
        seen.add(record_id)
        with graph.view() as view:
            basis = basis_of(published_run(view))
            answer = RecordAnswer(
                record=view.record(record_id),
                identity_id=view.identities_of([record_id]).get(record_id),
                links=tuple(view.links_of(record_id, limit=_MOST_LINKS)),
                watchlist_hits=tuple(view.hits_of([record_id])),
                basis=basis,
            )
        seen.add(basis.run_id, *([answer.identity_id] if answer.identity_id else []))
        for link in answer.links:
            seen.add(link.left_id, link.right_id)
        for hit in answer.watchlist_hits:
            seen.add(hit.entry_id, hit.record_id)
        return answer
