"""Exploring: the network around a person, paths, common neighbours, who else used something."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.network_answers import (
    CommonNeighboursAnswerBody,
    NetworkAnswerBody,
    PathAnswerBody,
    ReviewAnswerBody,
    UsersAnswerBody,
)
from api.routes.raw_paths import IdentityId
from api.use_cases.explore_network import explore_network
from api.use_cases.find_common_neighbours import find_common_neighbours
from api.use_cases.find_path import find_path
from api.use_cases.rank_reviews import rank_reviews
from api.use_cases.who_else_used import who_else_used
from api.wiring import Container
from models.access import Principal
from models.connection import AttributeKind
from models.quality import WarningKind

router = APIRouter(tags=["network"])

_LONGEST = 2_000
MostUsers = Annotated[
    int,
    Query(description="What more records give is one group and is not followed", ge=1, le=1_000),
]


class EndsQuestion(BaseModel):
    """Two people, each named by an identity or by one of its records."""

    model_config = ConfigDict(extra="forbid")

    left: str = Field(
        description="Identity id or record id",
        max_length=_LONGEST,
        examples=["id-pujhdjfd2vguqh57"],
    )
    right: str = Field(
        description="Identity id or record id",
        max_length=_LONGEST,
        examples=["casework:0000125100"],
    )
    most_users: int = Field(
        default=20, ge=1, le=1_000, description="What more records give is not followed"
    )


class UsersQuestion(BaseModel):
    """A document, phone, e-mail or address; in the body, so that no log of addresses holds it."""

    model_config = ConfigDict(extra="forbid")

    kind: AttributeKind
    value: str = Field(
        description="As it is written", min_length=1, max_length=_LONGEST, examples=["XJ482915"]
    )
    after: str = Field(
        default="", max_length=_LONGEST, description="`next_after` of the page before"
    )
    limit: int = Field(default=100, ge=1, le=500, description="Most records on a page")


@router.get(
    "/v1/identities/{identity_id}/network",
    response_model=NetworkAnswerBody,
    summary="Who is around a person",
)
def get_network(
    request: Request,
    identity_id: IdentityId,
    wired: Wired,
    principal: Asking,
    depth: Annotated[int, Query(description="Steps", ge=1, le=4)] = 2,
    most_users: MostUsers = 20,
    most_parties: Annotated[int, Query(description="Of the whole network", ge=1, le=2_000)] = 200,
    after: Annotated[int, Query(description="`next_after` of the page before", ge=0)] = 0,
    limit: Annotated[int, Query(description="Parties of a page", ge=1, le=200)] = 50,
) -> Response:
    """Return whom an identity is connected to, and whom these are connected to in turn.

    By a document, phone, e-mail or address that both give, by what a source says of family and
    sponsors, by links too weak to join, by watchlist hits.
    """
    answer = explore_network(
        identity_id,
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
        depth=depth,
        most_users=most_users,
        most_parties=most_parties,
        after=after,
        limit=limit,
    )
    return answer_about_people(request, NetworkAnswerBody.model_validate(answer))


@router.post("/v1/path", response_model=PathAnswerBody, summary="How two people are connected")
def post_path(
    request: Request, question: Annotated[EndsQuestion, Body()], wired: Wired, principal: Asking
) -> Response:
    """Return a shortest path of evidence, and whether one may have been missed."""
    answer = _about_both(find_path, question, wired, principal)
    return answer_about_people(request, PathAnswerBody.model_validate(answer))


@router.post(
    "/v1/common-neighbours",
    response_model=CommonNeighboursAnswerBody,
    summary="What two people have in common",
)
def post_common_neighbours(
    request: Request, question: Annotated[EndsQuestion, Body()], wired: Wired, principal: Asking
) -> Response:
    """Return whom both are connected to, and by what."""
    answer = _about_both(find_common_neighbours, question, wired, principal)
    return answer_about_people(request, CommonNeighboursAnswerBody.model_validate(answer))


@router.post(
    "/v1/who-else-used",
    response_model=UsersAnswerBody,
    summary="Who else used a document, phone, e-mail or address",
)
def post_who_else_used(
    request: Request, question: Annotated[UsersQuestion, Body()], wired: Wired, principal: Asking
) -> Response:
    """Return who gives it, grouped by identity, a page of records at a time."""
    answer = who_else_used(
        question.kind,
        question.value,
        principal=principal,
        graph=wired.graph,
        auditor=wired.auditor,
        after=question.after,
        limit=question.limit,
    )
    return answer_about_people(request, UsersAnswerBody.model_validate(answer))


@router.get(
    "/v1/review", response_model=ReviewAnswerBody, summary="Which identities to review first"
)
def get_review(
    request: Request,
    wired: Wired,
    principal: Asking,
    offset: Annotated[int, Query(description="`next_offset` of the page before", ge=0)] = 0,
    limit: Annotated[int, Query(description="Most identities", ge=1, le=500)] = 50,
    kind: Annotated[
        WarningKind | None, Query(description="Only identities with a warning of this kind")
    ] = None,
) -> Response:
    """Return the identities that most need a look, each with what warns of two people in it.

    In order of likely harm, as measured when they were published: how likely a false merge is, by
    all warnings together, times how much harm it does.
    """
    answer = rank_reviews(
        principal=principal,
        graph=wired.graph,
        auditor=wired.auditor,
        offset=offset,
        limit=limit,
        kind=kind,
    )
    return answer_about_people(request, ReviewAnswerBody.model_validate(answer))


def _about_both(
    find: Callable[..., object], question: EndsQuestion, wired: Container, principal: Principal
) -> object:
    """Ask what there is between two people."""
    return find(
        question.left,
        question.right,
        principal=principal,
        graph=wired.graph,
        resolvers=wired.resolvers,
        auditor=wired.auditor,
        most_users=question.most_users,
    )
