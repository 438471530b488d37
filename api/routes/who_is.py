"""POST /v1/who-is: who is this person?"""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from fastapi.openapi.models import Example

from api.routes.answers import WhoIsAnswerBody
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.questions import WhoIsQuestion
from api.use_cases.who_is import who_is

router = APIRouter(tags=["people"])

_EXAMPLES: dict[str, Example] = {
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


@router.post(
    "/v1/who-is", response_model=WhoIsAnswerBody, summary="Who is the person with these attributes?"
)
def post_who_is(
    request: Request,
    question: Annotated[WhoIsQuestion, Body(openapi_examples=_EXAMPLES)],
    wired: Wired,
    principal: Asking,
) -> Response:
    """Rank the identities that these attributes may belong to, with the evidence for each.

    Watchlist entries come apart, always for a person to review. Asked by POST, so that names
    stay out of addresses and logs.
    """
    answer = who_is(
        question.attributes.as_query(),
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
        limit=question.limit,
        minimum_match_weight=question.minimum_match_weight,
    )
    return answer_about_people(request, WhoIsAnswerBody.model_validate(answer))
