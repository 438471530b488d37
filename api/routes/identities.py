"""GET /v1/identities/{id} and how it was formed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.routes.answers import FormationAnswerBody, IdentityAnswerBody, ProposedSplitBody
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.raw_paths import IdentityId
from api.use_cases.explain_identity import explain_identity
from api.use_cases.get_identity import get_identity
from api.use_cases.preview_decision import propose_split

router = APIRouter(tags=["people"])

After = Annotated[
    str | None, Query(description="The `next_after` of the page before", max_length=2_000)
]
Limit = Annotated[int, Query(description="Most records in the answer", ge=1, le=500)]


@router.get(
    "/v1/identities/{identity_id}",
    response_model=IdentityAnswerBody,
    summary="What is known of one identity",
)
def get_one_identity(
    request: Request,
    identity_id: IdentityId,
    wired: Wired,
    principal: Asking,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """Return its records, links, golden record with provenance, watchlist hits and life.

    A superseded id answers with its status and what stands for it now, and nothing personal.
    """
    answer = get_identity(
        identity_id,
        principal=principal,
        graph=wired.graph,
        auditor=wired.auditor,
        after=after,
        limit=limit,
    )
    return answer_about_people(request, IdentityAnswerBody.model_validate(answer))


@router.get(
    "/v1/identities/{identity_id}/explanation",
    response_model=FormationAnswerBody,
    summary="How an identity was formed",
)
def get_formation(
    request: Request, identity_id: IdentityId, wired: Wired, principal: Asking
) -> Response:
    """Return the links that joined its records, strongest first, each with its evidence.

    Pairs inside the identity that are too weak to link come as doubts, weakest first.
    """
    answer = explain_identity(
        identity_id,
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
    )
    return answer_about_people(request, FormationAnswerBody.model_validate(answer))


@router.get(
    "/v1/identities/{identity_id}/proposed-split",
    response_model=ProposedSplitBody,
    summary="Where an identity would part best",
)
def get_proposed_split(
    request: Request, identity_id: IdentityId, wired: Wired, principal: Asking
) -> Response:
    """Return the two groups of its records that hold together least; a proposal, to be looked at.

    Edit the groups, see what they would do with `POST /v1/decisions:preview`, and decide.
    """
    found = propose_split(
        identity_id,
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
    )
    return answer_about_people(request, ProposedSplitBody.model_validate(found))
