"""PUT and DELETE /v1/records/{source}/{id}, POST /v1/records:batch: records as they are now."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request, Response
from pydantic import Field, StringConstraints

from api.routes.answer import Answer
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.changes import ChangeAnswer
from api.routes.questions import AskedAttributes, Question, Text
from api.routes.raw_paths import SourceName, SourceRecordId
from api.use_cases.write_records import MOST_WRITES, RecordWrite, write_records
from api.wiring import Container, new_request_id
from models.access import Principal

router = APIRouter(tags=["people"])

_Items: Any = Field(default_factory=list, max_length=200)
_Id = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Yours: a request that comes again with it is answered as the first time, and"
        " nothing is written twice",
        min_length=1,
        max_length=200,
        examples=["7f0f1c0a-row-17"],
    ),
]


class WrittenRelation(Question):
    """Another record that this one names."""

    kind: Text | None = Field(None, description="spouse, parent, child, sponsor …")
    reference: Text | None = Field(None, description="A record id, such as casework:00012345")


class WrittenEvent(Question):
    """Something that happened."""

    kind: Text | None = Field(None, description="Such as application or arrival")
    date: Text | None = Field(None, description="A date")
    detail: Text | None = Field(None, description="Anything else of it")


class WrittenAttributes(AskedAttributes):
    """Everything that the source knows of the person; what is left out is not known any more."""

    relations: list[WrittenRelation] = _Items
    events: list[WrittenEvent] = _Items


class RecordBody(Question):
    """One record, whole."""

    attributes: WrittenAttributes = Field(description="What the source knows of the person")
    effective_time: Text | None = Field(None, description="When it became so in the source")
    protective_marking: Text | None = Field(None, description="Such as OFFICIAL")
    extra: Annotated[str, StringConstraints(max_length=20_000)] | None = Field(
        None, description="Anything else, as a JSON object; kept and not compared"
    )


class WriteInBatch(Question):
    """One record of many: to be as it is here, or to end."""

    source: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = Field(
        description="A source that has a mapping file", examples=["casework"]
    )
    source_record_id: _Id = Field(description="Its id there", examples=["00012345"])
    record: RecordBody | None = Field(None, description="None ends the record")


class WriteBatch(Question):
    """Records that are written together, all or none."""

    records: list[WriteInBatch] = Field(min_length=1, max_length=MOST_WRITES)


class WrittenBody(Answer):
    """What was written, and what that did to identities; on disk when this leaves."""

    live_sequence: int = Field(description="Place of the newest live change", examples=[17])
    identities: dict[str, str | None] = Field(
        description="By record id: its identity now; null for an entry of a watchlist, and for a"
        " record that ended"
    )
    events: list[ChangeAnswer] = Field(description="What happened to identities, in order")
    is_repeated: bool = Field(
        description="The same request came before: this is its answer, nothing was written now"
    )


@router.put(
    "/v1/records/{source}/{source_record_id}",
    response_model=WrittenBody,
    summary="Write one record",
)
def put_record(
    request: Request,
    source: SourceName,
    source_record_id: SourceRecordId,
    asked: Annotated[RecordBody, Body()],
    wired: Wired,
    principal: Asking,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Serve a record as it is now, and resolve the people around it; the next run holds it too."""
    write = _write(source, source_record_id, asked)
    return _written(request, [write], wired, principal, idempotency_key)


@router.delete(
    "/v1/records/{source}/{source_record_id}",
    response_model=WrittenBody,
    summary="End one record",
)
def delete_record(
    request: Request,
    source: SourceName,
    source_record_id: SourceRecordId,
    wired: Wired,
    principal: Asking,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Serve a record no more; whoever it held together is parted. What it said stays in the log."""
    write = RecordWrite(source, source_record_id, None)
    return _written(request, [write], wired, principal, idempotency_key)


@router.post("/v1/records:batch", response_model=WrittenBody, summary="Write many records")
def post_records(
    request: Request,
    asked: Annotated[WriteBatch, Body()],
    wired: Wired,
    principal: Asking,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Write up to a hundred records in one transaction, all or none."""
    writes = [_write(one.source, one.source_record_id, one.record) for one in asked.records]
    return _written(request, writes, wired, principal, idempotency_key)


def _write(source: str, source_record_id: str, record: RecordBody | None) -> RecordWrite:
    if record is None:
        return RecordWrite(source, source_record_id, None)
    return RecordWrite(
        source,
        source_record_id,
        record.attributes.as_query(),
        effective_time=record.effective_time,
        protective_marking=record.protective_marking,
        extra=record.extra,
    )


def _written(
    request: Request,
    writes: list[RecordWrite],
    wired: Container,
    principal: Principal,
    idempotency_key: str | None,
) -> Response:
    answer = write_records(
        writes,
        principal=principal,
        live=wired.live,
        planners=wired.planners,
        sources=wired.sources,
        new_identity_id=wired.new_identity_id,
        new_request_id=new_request_id,
        auditor=wired.auditor,
        idempotency_key=idempotency_key,
    )
    return answer_about_people(request, WrittenBody.model_validate(answer))
