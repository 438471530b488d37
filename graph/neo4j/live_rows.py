"""Writes one live change over the run that is served, in a transaction that its caller holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import neo4j

from graph.golden_values import pack_golden, pack_quality
from graph.live_quality import measure_served
from graph.neo4j.connections import run
from graph.neo4j.served import Served, note_written
from graph.neo4j.view import Neo4jView, key_word
from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT
from models.identity import GoldenValue, IdentityEvent
from models.live_change import LiveChange, RecordVersion
from models.prediction import PairwisePrediction
from models.tables import COMPLETED_WITHIN_COMPONENT

_Rows = Sequence[Sequence[Any]]


def lay_over(
    tx: neo4j.ManagedTransaction, now: Served, change: LiveChange, *, is_logged: bool = True
) -> tuple[Served, tuple[IdentityEvent, ...]]:
    """Write a change; return what is served then, and the events with their sequences.

    What is replaced stays, marked with the moment since when it is gone: views opened before see
    it, and so does the next run.

    Args:
        tx: holds the lock of the store.
        now: what is served in it.
        change: worked out on that.
        is_logged: False when its records were logged before and are laid over another run.
    """
    written = replace(
        now,
        moment=now.next_moment,
        last_event=now.last_event + len(change.events),
        live_sequence=now.live_sequence + (len(change.records) if is_logged else 0),
    )
    layouts = {
        "source_layout": SOURCE_LAYOUT.text,
        "standardised_layout": STANDARDISED_LAYOUT.text,
    }
    [(layout_no,)] = run(tx, "make_layout", layouts)
    constants = {**written.parameters, "end": now.end, "layout_no": layout_no}
    if is_logged:
        logged = [
            [now.live_sequence + place, one.record_id, _packed_source(one)]
            for place, one in enumerate(change.records, start=1)
        ]
        more = {"at": change.at.isoformat(), "author": change.author}
        _do(tx, "add_live_changes", logged, constants | more)
    for name, rows in _rows_of(change):
        _do(tx, name, rows, constants)
    _do(tx, "lay_identity_quality", _measured(Neo4jView(tx, written), change), constants)
    note_written(tx, written)
    return written, _add_events(tx, now.last_event, change.events)


def _add_events(
    tx: neo4j.ManagedTransaction, last_event: int, events: Sequence[IdentityEvent]
) -> tuple[IdentityEvent, ...]:
    """Append events of one moment; return them with the sequences they were given."""
    if not events:
        return ()
    rows = [
        [place, one.identity_id, one.kind.value, list(one.related_ids),
         list(one.added_record_ids), list(one.removed_record_ids), one.cause]
        for place, one in enumerate(events, start=1)
    ]  # fmt: skip
    told = {"run_id": events[0].run_id, "at": events[0].at.isoformat(), "rows": rows}
    run(tx, "append_events", told | {"last_event": last_event})
    return tuple(
        replace(one, sequence=last_event + place) for place, one in enumerate(events, start=1)
    )


def _do(tx: neo4j.ManagedTransaction, name: str, rows: _Rows, constants: Mapping[str, Any]) -> None:
    if rows:
        run(tx, name, {**constants, "rows": rows})


def _rows_of(change: LiveChange) -> Iterable[tuple[str, _Rows]]:
    """Return the queries that write a change, in order, and what each is given."""
    versions = change.records
    yield "lay_versions", [[one.record_id, _version(one), _keys(one)] for one in versions]
    yield "lay_links", [[one.left_id, one.right_id, [_link(one)]] for one in change.links]
    yield "lay_links", [[left_id, right_id, []] for left_id, right_id in change.links_gone]
    yield (
        "lay_uses",
        [
            [one.record_id, [[use.attribute_id, use.kind.value, use.value] for use in one.uses]]
            for one in versions
        ],
    )
    yield (
        "lay_relations",
        [
            [one.record_id, [[said.other_id, said.kind] for said in one.relations], one.is_gone]
            for one in versions
        ],
    )
    yield (
        "lay_hits",
        [
            [entry_id, [[hit.record_id, hit.match_weight, rule] for hit, rule in hits]]
            for entry_id, hits in change.hits.items()
        ],
    )
    yield (
        "lay_memberships",
        [
            [record_id, [] if identity_id is None else [identity_id]]
            for record_id, identity_id in change.memberships.items()
        ],
    )
    yield (
        "lay_golden_records",
        [[identity_id, _golden(values)] for identity_id, values in change.golden.items()],
    )


def _measured(view: Neo4jView, change: LiveChange) -> _Rows:
    """Measure the identities that changed anew, as they are served now."""
    of_records = view.identities_of(sorted(change.writes.record_ids))
    touched = sorted({*of_records.values(), *change.golden})
    found = measure_served(view, touched, link_weight=change.link_weight)
    return [
        [one, [[found[one].concern, pack_quality(found[one])]] if one in found else []]
        for one in touched
    ]


def _packed_source(one: RecordVersion) -> str | None:
    return None if one.source_record is None else SOURCE_LAYOUT.pack(one.source_record)


def _version(one: RecordVersion) -> _Rows:
    if one.source_record is None or one.standardised is None:
        return []
    standardised = STANDARDISED_LAYOUT.pack(one.standardised)
    return [[one.role.value, SOURCE_LAYOUT.pack(one.source_record), standardised]]


def _keys(one: RecordVersion) -> _Rows:
    words = sorted(key_word(key) for key in one.keys)
    return [[" ".join(words), len(words)]] if words else []


def _link(one: PairwisePrediction) -> Sequence[Any]:
    rule = COMPLETED_WITHIN_COMPONENT if one.blocking_rule is None else one.blocking_rule
    return [one.match_weight, rule, one.source_weight or None]


def _golden(values: Sequence[GoldenValue] | None) -> _Rows:
    if values is None:
        return []
    name = next((one.value for one in values if one.field == "name"), None)
    return [[pack_golden(values), name]]
