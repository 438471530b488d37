"""Writes records as they arrive, change or go, and resolves the people around them at once."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Planners, published_run
from graph.store import GraphView, LiveWriter
from models.access import Principal
from models.decision import Decision
from models.errors import InvalidInputError, RecordNotFoundError
from models.live_change import LiveAnswer, LiveChange, LiveRequest, RecordChange
from models.record import Role, make_record_id
from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS
from resolution.ports import IdentityIdFactory

# More in one transaction would keep other writers waiting.
MOST_WRITES = 100

NewRequestId = Callable[[], str]
"""Issues an id that no request has."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a mapping file says of all records of its source."""

    role: Role
    duplicate_free: bool


Sources = Callable[[], Mapping[str, SourceFacts]]
"""Gives the facts of every source that has a mapping file."""


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """One record as its source has it now, or its end.

    Attributes:
        attributes: in the shape of SOURCE_ATTRIBUTES, whole: what is not given is not known any
            more; None ends the record.
    """

    source: str
    source_record_id: str
    attributes: Mapping[str, Sequence[Mapping[str, str]]] | None
    effective_time: str | None = None
    protective_marking: str | None = None
    extra: str | None = None


def write_records(
    writes: Sequence[RecordWrite],
    *,
    principal: Principal,
    live: LiveWriter,
    planners: Planners,
    sources: Sources,
    new_identity_id: IdentityIdFactory,
    new_request_id: NewRequestId,
    auditor: Auditor,
    idempotency_key: str | None = None,
) -> LiveAnswer:
    """Serve records as they are now, all or none, with the identities they make; durable.

    Raises:
        InvalidInputError: if there is nothing to write, a record comes twice, or a source or id
            cannot be used.
        RecordNotFoundError: if the only record to end is not there.
        RequestConflictError: if the key came with another request.
        RunNotFoundError: if nothing has been published yet: there is no match model to resolve by.
        BackendUnavailableError: if the store or the audit cannot be written; nothing is, then.
    """
    if not 1 <= len(writes) <= MOST_WRITES:
        raise InvalidInputError(f"write 1 to {MOST_WRITES} records at a time")
    with auditor.before_change("write_records", principal) as seen:
        request_id, facts = new_request_id(), sources()
        changes = [_change(write, place, facts, request_id) for place, write in enumerate(writes)]
        record_ids = [change.record_id for change in changes]
        if len(set(record_ids)) != len(record_ids):
            raise InvalidInputError("a record comes twice: write each once at a time")
        seen.add_all(record_ids)
        at = auditor.clock()

        def plan(view: GraphView, decisions: Sequence[Decision]) -> LiveChange:
            return planners(published_run(view).model_version).plan(
                changes,
                view,
                decisions,
                author=principal.subject,
                at=at,
                cause=_cause(record_ids),
                new_identity_id=new_identity_id,
            )

        request = None
        if idempotency_key is not None:
            request = LiveRequest(f"{principal.subject}:{idempotency_key}", _digest(writes))
        answer = live.write_live(plan, request=request)
        if not answer.identities and len(changes) == 1:
            raise RecordNotFoundError(record_ids[0])
        seen.add_all(sorted({one for one in answer.identities.values() if one is not None}))
        return answer


def _change(
    write: RecordWrite, place: int, sources: Mapping[str, SourceFacts], request_id: str
) -> RecordChange:
    """Return a write as a row of SOURCE_RECORDS."""
    try:
        record_id = make_record_id(write.source, write.source_record_id)
        record_id.encode()
    except ValueError as error:
        raise InvalidInputError(str(error)) from error
    if write.attributes is None:
        return RecordChange(record_id, None)
    facts = sources.get(write.source)
    if facts is None:
        known = ", ".join(sorted(sources)) or "none"
        raise InvalidInputError(
            f"no mapping file is of source {write.source!r}; there are: {known}. A mapping file"
            " says what the records of a source stand for: add one to the workspace"
        )
    row: dict[str, Any] = dict.fromkeys(SOURCE_RECORDS.names)
    row |= {
        "record_id": record_id,
        "source": write.source,
        "source_record_id": write.source_record_id,
        "role": facts.role.value,
        "duplicate_free": facts.duplicate_free,
        # told apart from every other version of the record
        "mapping_version": "live",
        "file_id": request_id,
        "file_name": "live",
        "line": place + 1,
        "effective_time": write.effective_time,
        "protective_marking": write.protective_marking,
        "extra": write.extra,
    }
    for attribute, kind in SOURCE_ATTRIBUTES.items():
        parts = [part.name for part in kind.value_type]
        row[attribute] = [
            dict.fromkeys(parts) | {"raw_path": f"{attribute}[{number}]"} | dict(item)
            for number, item in enumerate(write.attributes.get(attribute, ()))
        ]
    return RecordChange(record_id, row)


def _cause(record_ids: Sequence[str]) -> str:
    others = f" and {len(record_ids) - 1} more" if len(record_ids) > 1 else ""
    return f"{record_ids[0]}{others} was written"


def _digest(writes: Sequence[RecordWrite]) -> str:
    """Return a hash of what was asked."""
    canonical = json.dumps([asdict(write) for write in writes], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
