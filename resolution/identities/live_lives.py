"""Gives the clusters that a live write made their ids, and says what happened to identities.

The rules of `assign`, for a few clusters and without an engine; held to it by tests.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.identity import IdentityEventKind


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to one identity: an event before it has a sequence, a run and a time."""

    identity_id: str
    kind: IdentityEventKind
    related_ids: tuple[str, ...]
    added_record_ids: tuple[str, ...]
    removed_record_ids: tuple[str, ...]
    what: str


def settle_identities(
    clusters: Sequence[Sequence[str]],
    former: Mapping[str, Sequence[str]],
    births: Mapping[str, int],
    *,
    new_identity_id: Callable[[], str],
) -> tuple[dict[str, str], list[Happening]]:
    """Give every cluster an id, and say what became of the former identities.

    Args:
        clusters: of record ids; with those of `former` that are gone, they hold every record that
            a former identity held.
        former: the records of the identities that these clusters take over from.
        births: of each former identity, the sequence of its first event.
        new_identity_id: called in order of the clusters' smallest record ids.

    Returns:
        Identity id by record id, and what happened, in order of identity id.
    """
    was = {record_id: one for one, record_ids in former.items() for record_id in record_ids}
    kept = _kept(clusters, was, births)
    now: dict[str, str] = {}
    for cluster in sorted(clusters, key=min):
        identity_id = kept.get(min(cluster)) or new_identity_id()
        now |= dict.fromkeys(cluster, identity_id)
    return now, _happenings(was, now)


def _kept(
    clusters: Sequence[Sequence[str]], was: Mapping[str, str], births: Mapping[str, int]
) -> dict[str, str]:
    """Return which former id a cluster takes, by the cluster's smallest record id."""
    contests = []
    for cluster in clusters:
        shared: dict[str, list[str]] = {}
        for record_id in cluster:
            if record_id in was:
                shared.setdefault(was[record_id], []).append(record_id)
        for identity_id, records in shared.items():
            birth = births.get(identity_id, 0)
            contests.append((-len(records), birth, min(records), identity_id, min(cluster)))
    kept: dict[str, str] = {}
    placed: set[str] = set()
    for _, _, _, identity_id, cluster_id in sorted(contests):
        if cluster_id not in kept and identity_id not in placed:
            kept[cluster_id] = identity_id
            placed.add(identity_id)
    return kept


def _happenings(was: Mapping[str, str], now: Mapping[str, str]) -> list[Happening]:
    gained: dict[str, list[str]] = {}
    lost: dict[str, list[str]] = {}
    sources: dict[str, set[str]] = {}
    targets: dict[str, set[str]] = {}
    for record_id in sorted({*was, *now}):
        before, after = was.get(record_id), now.get(record_id)
        if before == after:
            continue
        if after is not None:
            gained.setdefault(after, []).append(record_id)
            sources.setdefault(after, set()).update(() if before is None else (before,))
        if before is not None:
            lost.setdefault(before, []).append(record_id)
            targets.setdefault(before, set()).update(() if after is None else (after,))
    existed, stands = set(was.values()), set(now.values())
    happenings = []
    for one in sorted({*gained, *lost}):
        from_ids, to_ids = sources.get(one, set()), targets.get(one, set())
        kind, what = _kind(
            existed=one in existed,
            stands=one in stands,
            n_targets=len(to_ids),
            has_sources=bool(from_ids),
            took_in=bool(from_ids - stands),
        )
        related = (
            from_ids if one not in existed else to_ids if one not in stands else (from_ids | to_ids)
        )
        happenings.append(
            Happening(
                identity_id=one,
                kind=kind,
                related_ids=tuple(sorted(related)),
                added_record_ids=tuple(gained.get(one, ())),
                removed_record_ids=tuple(lost.get(one, ())),
                what=what,
            )
        )
    return happenings


def _kind(
    *, existed: bool, stands: bool, n_targets: int, has_sources: bool, took_in: bool
) -> tuple[IdentityEventKind, str]:
    kinds = IdentityEventKind
    if not existed and has_sources:
        return kinds.CREATED, "records left another identity"
    if not existed:
        return kinds.CREATED, "first seen"
    if not stands and not n_targets:
        return kinds.RETIRED, "no record is left"
    if not stands and n_targets == 1:
        return kinds.MERGED, "its records joined another identity"
    if not stands:
        return kinds.SPLIT, "its records went to several identities"
    if n_targets:
        return kinds.SPLIT, "some records went to another identity"
    if took_in:
        return kinds.MERGED, "took in all records of another identity"
    return kinds.CHANGED, "its records changed"
