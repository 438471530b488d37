"""Finds what a write changes about watchlist entries: which person records they resemble."""

from collections.abc import Mapping
from typing import Any

from models.identity import WatchlistHit
from models.record import Role
from models.watchlist import ScreeningPolicy
from resolution.live_writing.state import State, role_of

Hits = dict[str, tuple[tuple[WatchlistHit, int], ...]]
"""Of an entry all its hits, strongest first, each with its blocking rule."""


def find_hits(
    state: State, arriving: Mapping[str, Mapping[str, Any] | None], policy: ScreeningPolicy
) -> Hits:
    """Return all hits of every watchlist entry that the write can concern.

    Args:
        state: the served state with the written records.
        arriving: rows of STANDARDISED_RECORDS by record id; None for a record that goes.
        policy: where a resemblance becomes a hit, and how many are kept of an entry.
    """
    weights: dict[str, dict[str, float]] = {}  # of people written, by entry
    for record_id, row in arriving.items():
        for hit in state.view.hits_of([record_id]):
            weights.setdefault(hit.entry_id, {})
        if row is None:
            continue
        resembling = state.resembling(record_id)
        if role_of(row) is Role.WATCHLIST:
            weights.setdefault(record_id, {})
        else:
            for entry, weight in resembling.items():
                if weight >= policy.hit_weight:
                    weights.setdefault(entry, {})[record_id] = weight
    return {
        entry: _hits_of(state, entry, arriving, found, policy)
        for entry, found in sorted(weights.items())
    }


def _hits_of(
    state: State,
    entry: str,
    arriving: Mapping[str, Mapping[str, Any] | None],
    written: Mapping[str, float],
    policy: ScreeningPolicy,
) -> tuple[tuple[WatchlistHit, int], ...]:
    """Return the hits of one entry: those that stay, those of people written, and what moves up."""
    row = arriving.get(entry)
    if entry in arriving and (row is None or role_of(row) is Role.PERSON):
        return ()
    served = [hit for hit in state.view.hits_of([entry]) if hit.entry_id == entry]
    kept = {hit.record_id: hit.match_weight for hit in served if hit.record_id not in arriving}
    found = kept | dict(written)
    if entry in arriving:
        # who was hit may have come by a key that people are not looked up by
        found = {one: state.weight_of(entry, one) for one in kept} | state.resembling(entry)
    elif len(found) < len(served) and len(served) >= policy.max_hits_per_entry:
        found |= state.resembling(entry)
    strongest = sorted(
        (-weight, record_id) for record_id, weight in found.items() if weight >= policy.hit_weight
    )[: policy.max_hits_per_entry]
    return tuple(
        (WatchlistHit(entry, record_id, -weight), state.rule(entry, record_id) or 0)
        for weight, record_id in strongest
    )
