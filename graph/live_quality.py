"""Measures the identities that a live write changed, of what is served after it."""

from collections.abc import Iterable

from graph.quality import measure, usual_sizes_of
from graph.store import GraphView
from models.quality import IdentityQuality


def measure_served(
    view: GraphView, identity_ids: Iterable[str], *, link_weight: float
) -> dict[str, IdentityQuality]:
    """Return the quality of those identities that hold two records or more.

    Args:
        view: what is served, the change included.
        identity_ids: the identities.
        link_weight: of the match model: evidence at or above it is a link.
    """
    run = view.run()
    members = view.members_of(sorted(set(identity_ids)))
    return {
        identity_id: measure(
            identity_id,
            [one.standardised for one in view.records(record_ids)],
            [(link.left_id, link.right_id, link.evidence) for link in view.links_among(record_ids)],
            link_weight=link_weight,
            usual=usual_sizes_of(run) if run else None,
            is_on_watchlist=bool(view.hits_of(record_ids)),
        )
        for identity_id, record_ids in members.items()
        if len(record_ids) > 1
    }
