"""Tells what a decision would do before anybody takes it, and where an identity would part best."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from api.use_cases.auditing import Auditor
from api.use_cases.decide import decision_about, refuse_conflict
from api.use_cases.ports import Basis, Planners, Resolvers, basis_of, published_run
from graph.fault_line import find_fault_line
from graph.store import DecisionLog, GraphReader, GraphView
from models.access import Principal
from models.decision import Verdict
from models.errors import InvalidInputError
from models.identity import IdentityEvent, IdentityStatus, WatchlistHit
from models.live_change import LiveChange
from models.quality import IdentityWarning

_PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class PersonAfter:
    """One identity that a decision would change, as it would be.

    Attributes:
        identity_id: `new-1` and so on for one that has no id yet.
        is_new: it has none.
        record_ids: sorted; empty for an identity that would stand no more.
        watchlist_hits: on its records, by which somebody may be acting.
    """

    identity_id: str
    is_new: bool
    record_ids: tuple[str, ...]
    watchlist_hits: tuple[WatchlistHit, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision would do; nothing was written.

    Attributes:
        people: every identity that would change.
        events: what would happen to them; without a sequence.
        links_changed: links that would be new, gone, or weigh otherwise.
    """

    people: tuple[PersonAfter, ...]
    events: tuple[IdentityEvent, ...]
    links_changed: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class ProposedSplit:
    """Where the records of an identity hold together least.

    Attributes:
        groups: the smaller group first; as `groups` of a decision they would be held apart.
        n_compared: pairs compared across.
        n_links: of these, those that reach the link threshold.
        mean_evidence: of the pairs across; None where nothing was compared.
        strongest_evidence: of them; None likewise.
        warnings: what speaks for two people in it, the heaviest first.
    """

    identity_id: str
    groups: tuple[tuple[str, ...], tuple[str, ...]]
    n_compared: int
    n_links: int
    mean_evidence: float | None
    strongest_evidence: float | None
    warnings: tuple[IdentityWarning, ...]
    basis: Basis


def preview_decision(
    verdict: Verdict,
    groups: Sequence[Sequence[str]],
    *,
    principal: Principal,
    graph: GraphReader,
    log: DecisionLog,
    planners: Planners,
    auditor: Auditor,
) -> Preview:
    """Work out what would happen if this were decided; as `decide` takes it, and nothing is kept.

    Raises:
        InvalidInputError: if it decides nothing, or is about a watchlist entry.
        RecordNotFoundError: if there is no such record.
        IdentityNotFoundError: if there is no such identity.
        DecisionConflictError: if decisions in force contradict it; they are named.
        RunNotFoundError: if nothing has been published yet.
    """
    with auditor.before_answer("preview_decision", principal) as seen:
        in_force = log.decisions()
        with graph.view() as view:
            run = published_run(view)
            decision = decision_about(
                view, verdict, groups, decision_id=_PREVIEW, author=principal.subject,
                at=auditor.clock(), reason=_PREVIEW,
            )  # fmt: skip
            seen.add_all(decision.record_ids)
            refuse_conflict(decision, in_force)
            numbers = count(1)
            change = planners(run.model_version).plan(
                (),
                view,
                [*in_force, decision],
                author=principal.subject,
                at=decision.at,
                cause=_PREVIEW,
                new_identity_id=lambda: f"new-{next(numbers)}",
                reconsidered=decision.record_ids,
            )
            people = _people_after(view, change)
        seen.add_all(one.identity_id for one in people if not one.is_new)
        return Preview(
            people=people,
            events=change.events,
            links_changed=len(change.links) + len(change.links_gone),
            basis=basis_of(run),
        )


def propose_split(
    identity_id: str,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
) -> ProposedSplit:
    """Propose how to part an identity: where its records hold together least.

    Raises:
        IdentityNotFoundError: if the id was never issued.
        InvalidInputError: if the identity stands no more, or holds one record.
        RunNotFoundError: if nothing has been published yet.
    """
    with auditor.before_answer("propose_split", principal) as seen:
        seen.add(identity_id)
        with graph.view() as view:
            run = published_run(view)
            state = view.identity(identity_id)
            if state.status is not IdentityStatus.CURRENT or len(state.record_ids) < 2:
                raise InvalidInputError(
                    f"{identity_id} holds fewer than two records: there is nothing to part"
                )
            links = view.links_among(state.record_ids)
            quality = view.quality_of([identity_id]).get(identity_id)
        line = find_fault_line(
            state.record_ids,
            [(link.left_id, link.right_id, link.evidence) for link in links],
            link_weight=resolvers(run.model_version).thresholds.link_weight,
        )
        seen.add_all(state.record_ids)
        return ProposedSplit(
            identity_id=identity_id,
            groups=(line.lesser, line.greater),
            n_compared=line.n_compared,
            n_links=line.n_links,
            mean_evidence=line.mean,
            strongest_evidence=line.strongest,
            warnings=quality.warnings if quality else (),
            basis=basis_of(run),
        )


def _people_after(view: GraphView, change: LiveChange) -> tuple[PersonAfter, ...]:
    concerned = {event.identity_id for event in change.events}
    members = {one: set(found) for one, found in view.members_of(sorted(concerned)).items()}
    former = set(members)
    for record_id, identity_id in change.memberships.items():
        for records in members.values():
            records.discard(record_id)
        if identity_id is not None:
            members.setdefault(identity_id, set()).add(record_id)
    return tuple(
        PersonAfter(
            identity_id=one,
            is_new=one not in former,
            record_ids=tuple(sorted(members[one])),
            watchlist_hits=tuple(view.hits_of(sorted(members[one]))) if members[one] else (),
        )
        for one in sorted(members)
    )
