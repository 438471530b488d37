"""GET /v1/records/{source}/{source_record_id} and the identity it belongs to."""

from fastapi import APIRouter, Request, Response

from api.routes.answers import IdentityAnswerBody, RecordAnswerWhole
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.identities import After, Limit
from api.routes.raw_paths import SourceName, SourceRecordId
from api.use_cases.get_identity import get_identity_of_record
from api.use_cases.get_record import get_record

router = APIRouter(tags=["people"])


@router.get(
    "/v1/records/{source}/{source_record_id}",
    response_model=RecordAnswerWhole,
    summary="What is known of one record",
)
def get_one_record(
    request: Request,
    source: SourceName,
    source_record_id: SourceRecordId,
    wired: Wired,
    principal: Asking,
) -> Response:
    """Return a record as its source gave it, as standardised, and what it was linked to."""
    answer = get_record(
        f"{source}:{source_record_id}",
        principal=principal,
        graph=wired.graph,
        auditor=wired.auditor,
    )
    return answer_about_people(request, RecordAnswerWhole.model_validate(answer))


@router.get(
    "/v1/records/{source}/{source_record_id}/identity",
    response_model=IdentityAnswerBody,
    summary="The identity a record belongs to",
)
def get_identity_of_one_record(
    request: Request,
    source: SourceName,
    source_record_id: SourceRecordId,
    wired: Wired,
    principal: Asking,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Return the identity of a record; a watchlist entry belongs to none and answers 404."""
    answer = get_identity_of_record(
        f"{source}:{source_record_id}",
        principal=principal,
        graph=wired.graph,
        auditor=wired.auditor,
        after=after,
        limit=limit,
    )
    return answer_about_people(request, IdentityAnswerBody.model_validate(answer))
