"""POST /v1/who-is and /v1/who-is:batch: who is this person, who are these people?"""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.openapi.models import Example

from api.routes.answers import BatchedAnswer, WhoIsAnswerBody, WhoIsBatchAnswer
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.questions import WhoIsBatch, WhoIsQuestion
from api.use_cases.who_is import WhoIsAnswer, who_is, who_is_each
from models.errors import InvalidInputError

router = APIRouter(tags=["people"])

_EXAMPLES: dict[str, dict[str, Any]] = {
    "name and date of birth": {
        "summary": "A name and a date of birth",
        "value": {
            "attributes": {
                "names": [{"full": "Mohammed Hussain"}],
                "dates_of_birth": [{"text": "1980-02-03"}],
            }
        },
    },
    "document": {
        "summary": "A document and a family name",
        "value": {
            "attributes": {
                "names": [{"family": "Hussain"}],
                "documents": [{"type": "passport", "number": "AB1234567", "country": "PAK"}],
            },
            "limit": 5,
        },
    },
    "partial": {
        "summary": "A name, a year and a nationality; weaker candidates too",
        "value": {
            "attributes": {
                "names": [{"given": "Fatima", "family": "Ali"}],
                "dates_of_birth": [{"text": "1990"}],
                "nationalities": [{"text": "Somalia"}],
            },
            "minimum_match_weight": -5,
        },
    },
}


def _examples(described: dict[str, dict[str, Any]]) -> dict[str, Example]:
    return {
        name: Example(summary=example["summary"], value=example["value"])
        for name, example in described.items()
    }


@router.post(
    "/v1/who-is", response_model=WhoIsAnswerBody, summary="Who is the person with these attributes?"
)
def post_who_is(
    request: Request,
    question: Annotated[WhoIsQuestion, Body(openapi_examples=_examples(_EXAMPLES))],
    wired: Wired,
    principal: Asking,
) -> Response:
    """Rank the identities that these attributes may belong to, with the evidence for each.

    Watchlist entries come apart, always for a person to review. Asked by POST, so that names
    stay out of addresses and logs.
    """
    answer = who_is(
        question.as_query(),
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
    )
    return answer_about_people(request, WhoIsAnswerBody.model_validate(answer))


_BATCH_EXAMPLES: dict[str, dict[str, Any]] = {
    "two people": {
        "summary": "Two questions; yours to tell apart by their correlation ids",
        "value": {
            "questions": [
                {"correlation_id": f"row-{number}", **_EXAMPLES[name]["value"]}
                for number, name in enumerate(("name and date of birth", "document"), start=1)
            ]
        },
    }
}


@router.post(
    "/v1/who-is:batch",
    response_model=WhoIsBatchAnswer,
    summary="Who are these people? Up to 100 questions at once",
)
def post_who_is_batch(
    request: Request,
    batch: Annotated[WhoIsBatch, Body(openapi_examples=_examples(_BATCH_EXAMPLES))],
    wired: Wired,
    principal: Asking,
) -> Response:
    """Answer each question as `/v1/who-is` does, all on one state of what is published.

    A question that cannot be used has a problem in its place; the others are answered all the
    same. Each is audited by itself.
    """
    answers = who_is_each(
        [question.as_query() for question in batch.questions],
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
    )
    body = WhoIsBatchAnswer(
        answers=[
            _batched(question.correlation_id, answer)
            for question, answer in zip(batch.questions, answers, strict=True)
        ]
    )
    return answer_about_people(request, body)


def _batched(correlation_id: str, answer: WhoIsAnswer | InvalidInputError) -> BatchedAnswer:
    if isinstance(answer, InvalidInputError):
        return BatchedAnswer(correlation_id=correlation_id, answer=None, problem=str(answer))
    body = WhoIsAnswerBody.model_validate(answer)
    return BatchedAnswer(correlation_id=correlation_id, answer=body, problem=None)
