"""POST /v1/explain: why are two records, or are they not, the same person?"""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from api.routes.answers import PairAnswerBody
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.questions import ExplainQuestion
from api.use_cases.explain_pair import explain_pair

router = APIRouter(tags=["people"])


@router.post(
    "/v1/explain",
    response_model=PairAnswerBody,
    summary="Why two records are, or are not, taken for the same person",
)
def post_explain(
    request: Request,
    question: Annotated[ExplainQuestion, Body()],
    wired: Wired,
    principal: Asking,
) -> Response:
    """Return the match weight by comparison, adding up exactly, and how the two stand."""
    answer = explain_pair(
        question.left_id,
        question.right_id,
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
    )
    return answer_about_people(request, PairAnswerBody.model_validate(answer))
