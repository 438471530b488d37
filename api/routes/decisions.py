"""Decisions: which records are one person and which are not, as people decided."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.routes.answer import Answer
from api.routes.answers import BasisAnswer, WatchlistHitAnswer
from api.routes.asking import Asking, Wired, answer_about_people
from api.routes.changes import ChangeAnswer
from api.routes.raw_paths import DecisionId
from api.use_cases.decide import decide
from api.use_cases.list_decisions import get_decision, list_decisions
from api.use_cases.preview_decision import preview_decision
from api.use_cases.withdraw_decision import withdraw_decision
from api.wiring import new_decision_id
from models.decision import Verdict

router = APIRouter(tags=["decisions"])

_LONGEST_ID = 2_000
_LONGEST_TEXT = 4_000
_MOST_RECORDS = 5_000
_Id = Annotated[str, Field(max_length=_LONGEST_ID)]
Groups = Annotated[
    list[Annotated[list[_Id], Field(min_length=1, max_length=_MOST_RECORDS)]],
    Field(min_length=1, max_length=100),
]
_Reason = Annotated[
    str,
    Field(
        description="Why, in words; kept for ever",
        min_length=1,
        max_length=_LONGEST_TEXT,
        examples=["Passport seen at the counter: two people of one name"],
    ),
]


class DecisionQuestion(BaseModel):
    """What was decided about which records."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict = Field(
        description="same: all records are one person; different: each group is another person;"
        " unsure: kept, and constrains nothing"
    )
    groups: Groups = Field(
        description="Record ids; an identity id stands for the records it holds now",
        examples=[[["casework:0000125100"], ["passengers:API00000000657"]]],
    )
    reason: _Reason
    note: str = Field(default="", max_length=_LONGEST_TEXT, description="Anything else to keep")


class WithdrawalQuestion(BaseModel):
    """Why a decision is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: _Reason


class DecisionBody(Answer):
    """What was decided, by whom and why."""

    decision_id: str = Field(description="Opaque", examples=["d-4q2tz5t6xk7mwy3a"])
    verdict: Verdict = Field(description="same, different or unsure")
    groups: list[list[str]] = Field(description="Record ids; for `different`, one group a person")
    author: str = Field(description="Who decided", examples=["investigator-1"])
    at: datetime = Field(description="When, in UTC")
    reason: str = Field(description="Why, in words")
    note: str = Field(description="Anything else that was to be kept")


class WithdrawalBody(Answer):
    """Who took a decision back, and why."""

    author: str = Field(description="Who withdrew it", examples=["investigator-2"])
    at: datetime = Field(description="When, in UTC")
    reason: str = Field(description="Why, in words")


class LoggedDecisionBody(Answer):
    """A decision as the log holds it."""

    decision: DecisionBody
    withdrawal: WithdrawalBody | None = Field(description="None while it is in force")


class DecidedBody(Answer):
    """A decision as it was kept, and what it did; every later run honours it."""

    decision: DecisionBody
    identities: dict[str, str] = Field(description="Which identity holds each record now")
    events: list[ChangeAnswer] = Field(description="What happened to identities, in order")
    is_in_effect: bool = Field(description="False if it could not be yet: the next run does")


class PersonAfterBody(Answer):
    """One identity that would change, as it would be."""

    identity_id: str = Field(description="`new-1` and so on where it has none yet")
    is_new: bool = Field(description="It has no id yet")
    record_ids: list[str] = Field(description="Sorted; empty where it would stand no more")
    watchlist_hits: list[WatchlistHitAnswer] = Field(description="On its records")


class PreviewBody(Answer):
    """What a decision would do; nothing was written."""

    people: list[PersonAfterBody] = Field(description="Every identity that would change")
    events: list[ChangeAnswer] = Field(description="What would happen to them")
    links_changed: int = Field(description="Links new, gone or weighing otherwise")
    basis: BasisAnswer


class PreviewQuestion(BaseModel):
    """What might be decided about which records."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict = Field(description="same, different or unsure")
    groups: Groups = Field(description="As for a decision", examples=[[["id-mzxw6ytboi4tsmjr"]]])


class DecisionsBody(Answer):
    """Decisions, newest first."""

    decisions: list[LoggedDecisionBody]
    next_offset: int | None = Field(description="Where the next page begins; None on the last")


@router.post(
    "/v1/decisions", response_model=DecidedBody, summary="Decide who is one person and who is not"
)
def post_decision(
    request: Request, asked: Annotated[DecisionQuestion, Body()], wired: Wired, principal: Asking
) -> Response:
    """Keep a decision about records: for every run to come, every match model, every new id.

    One that contradicts decisions in force is refused with 409, and these are named.
    """
    decided = decide(
        asked.verdict,
        asked.groups,
        reason=asked.reason,
        note=asked.note,
        principal=principal,
        graph=wired.graph,
        log=wired.decisions,
        reconsider=wired.reconsider,
        new_decision_id=new_decision_id,
        auditor=wired.auditor,
    )
    return answer_about_people(request, DecidedBody.model_validate(decided))


@router.post(
    "/v1/decisions:preview", response_model=PreviewBody, summary="What a decision would do"
)
def post_preview(
    request: Request, asked: Annotated[PreviewQuestion, Body()], wired: Wired, principal: Asking
) -> Response:
    """Work out who would be who if this were decided: a dry run, nothing is written.

    Splitting an identity is `different` on the groups it parts into; joining two is `same`.
    """
    found = preview_decision(
        asked.verdict,
        asked.groups,
        principal=principal,
        graph=wired.graph,
        log=wired.decisions,
        planners=wired.planners,
        auditor=wired.auditor,
    )
    return answer_about_people(request, PreviewBody.model_validate(found))


@router.get("/v1/decisions", response_model=DecisionsBody, summary="What was decided")
def get_decisions(
    request: Request,
    wired: Wired,
    principal: Asking,
    *,
    about: Annotated[
        list[_Id] | None,
        Query(description="Only on these records, or the records of these identities"),
    ] = None,
    only_in_force: Annotated[bool, Query(description="Leave out what was withdrawn")] = False,
    offset: Annotated[int, Query(description="`next_offset` of the page before", ge=0)] = 0,
    limit: Annotated[int, Query(description="Most decisions", ge=1, le=500)] = 50,
) -> Response:
    """Return decisions with who made them, why, and whether they were withdrawn; newest first."""
    found = list_decisions(
        principal=principal,
        log=wired.decisions,
        graph=wired.graph,
        auditor=wired.auditor,
        about=about or (),
        only_in_force=only_in_force,
        offset=offset,
        limit=limit,
    )
    return answer_about_people(request, DecisionsBody.model_validate(found))


@router.get(
    "/v1/decisions/{decision_id}", response_model=LoggedDecisionBody, summary="One decision"
)
def get_one_decision(
    request: Request, decision_id: DecisionId, wired: Wired, principal: Asking
) -> Response:
    """Return a decision, withdrawn or not."""
    found = get_decision(
        decision_id, principal=principal, log=wired.decisions, auditor=wired.auditor
    )
    return answer_about_people(request, LoggedDecisionBody.model_validate(found))


@router.post(
    "/v1/decisions/{decision_id}/withdrawal",
    response_model=LoggedDecisionBody,
    summary="Take a decision back",
)
def post_withdrawal(
    request: Request,
    decision_id: DecisionId,
    asked: Annotated[WithdrawalQuestion, Body()],
    wired: Wired,
    principal: Asking,
) -> Response:
    """End a decision: people are as without it. It stays in the log, with both reasons."""
    withdrawn = withdraw_decision(
        decision_id,
        reason=asked.reason,
        principal=principal,
        log=wired.decisions,
        reconsider=wired.reconsider,
        auditor=wired.auditor,
    )
    return answer_about_people(request, LoggedDecisionBody.model_validate(withdrawn))
