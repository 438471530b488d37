"""Answers how an identity was formed: the links that joined its records, strongest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, Resolver, Resolvers, basis_of, published_run
from graph.metrics import ClusterQuality, cluster_quality
from graph.store import GraphReader, GraphView
from models.access import Principal
from models.identity import IdentityState, IdentityStatus
from models.prediction import PairExplanation, PairwisePrediction, Thresholds
from models.record import StoredRecord

# Evidence in one answer: a step or a doubt costs a comparison and half a page to read.
_MOST_STEPS = 200
_MOST_DOUBTS = 20


@dataclass(frozen=True, slots=True)
class JoiningStep:
    """One link that joined two groups of records until then apart.

    Attributes:
        step: 1 for the strongest.
        left_group: records already together with the left record, itself included.
        right_group: likewise of the right record.
    """

    step: int
    link: PairwisePrediction
    left_group: tuple[str, ...]
    right_group: tuple[str, ...]
    explanation: PairExplanation


@dataclass(frozen=True, slots=True)
class Doubt:
    """A compared pair inside an identity that is too weak to link."""

    link: PairwisePrediction
    explanation: PairExplanation


@dataclass(frozen=True, slots=True)
class FormationAnswer:
    """How an identity was formed, step by step.

    Attributes:
        steps: a strongest spanning tree of its links, strongest first; of very many, the weakest.
        n_steps: all of them.
        groups: what the steps leave together; more than one group means that something other
            than a stored link, such as a decision, joined them.
        doubts: pairs inside the identity that were compared and are below the link threshold,
            weakest first: what speaks against it.
        n_doubts: all of them; `doubts` is bounded.
        quality: how well the links at or above the link threshold hold it together; None for an
            id that no longer stands.
    """

    state: IdentityState
    steps: tuple[JoiningStep, ...]
    n_steps: int
    groups: tuple[tuple[str, ...], ...]
    doubts: tuple[Doubt, ...]
    n_doubts: int
    quality: ClusterQuality | None
    thresholds: Thresholds
    basis: Basis


def explain_identity(
    identity_id: str,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
) -> FormationAnswer:
    """Tell, link by link, what joined the records of an identity and what speaks against it.

    Raises:
        IdentityNotFoundError: if the id was never issued.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("explain_identity", principal) as seen:
        seen.add(identity_id)
        with graph.view() as view:
            run = published_run(view)
            state = view.identity(identity_id)
            seen.add(run.run_id)
            seen.add_all(state.record_ids)
            return _formation(view, state, resolvers(run.model_version), basis_of(run))


def _formation(
    view: GraphView, state: IdentityState, resolver: Resolver, basis: Basis
) -> FormationAnswer:
    thresholds = resolver.thresholds
    if state.status is not IdentityStatus.CURRENT:
        return FormationAnswer(state, (), 0, (), (), 0, None, thresholds, basis)
    links = view.links_among(state.record_ids)
    for_it = [one for one in links if one.evidence >= thresholds.review_weight]
    joins, groups = joining_links(state.record_ids, for_it)
    weak = [one for one in links if one.evidence < thresholds.link_weight]
    strong = [one for one in links if one.evidence >= thresholds.link_weight]
    weakest = sorted(weak, key=lambda one: one.evidence)[:_MOST_DOUBTS]
    first = max(0, len(joins) - _MOST_STEPS)
    shown = joins[first:]
    evidence = _explanations(view, [*(link for link, _, _ in shown), *weakest], resolver)
    return FormationAnswer(
        state=state,
        steps=tuple(
            JoiningStep(number, link, left, right, evidence[_pair(link)])
            for number, (link, left, right) in enumerate(shown, start=first + 1)
        ),
        n_steps=len(joins),
        groups=groups,
        doubts=tuple(Doubt(link, evidence[_pair(link)]) for link in weakest),
        n_doubts=len(weak),
        quality=cluster_quality(state.record_ids, strong),
        thresholds=thresholds,
        basis=basis,
    )


_Join = tuple[PairwisePrediction, tuple[str, ...], tuple[str, ...]]


def joining_links(
    record_ids: Sequence[str], links: Sequence[PairwisePrediction]
) -> tuple[list[_Join], tuple[tuple[str, ...], ...]]:
    """Return the links of a strongest spanning forest, strongest first, and what they leave.

    Kruskal's algorithm: a link counts when its ends are in different groups. Ties go by ids.

    Returns:
        Each joining link with the two groups it joined (sorted), and the groups in the end
        (each sorted, in order of their first record).
    """
    group_of: dict[str, frozenset[str]] = {one: frozenset([one]) for one in record_ids}
    joins: list[_Join] = []
    ordered = sorted(links, key=lambda one: (-one.evidence, one.left_id, one.right_id))
    for link in ordered:
        left, right = group_of[link.left_id], group_of[link.right_id]
        if left is right:
            continue
        joins.append((link, tuple(sorted(left)), tuple(sorted(right))))
        joined = left | right
        group_of.update(dict.fromkeys(joined, joined))
    return joins, tuple(sorted({tuple(sorted(group)) for group in group_of.values()}))


def _pair(link: PairwisePrediction) -> tuple[str, str]:
    return link.left_id, link.right_id


def _explanations(
    view: GraphView, links: Sequence[PairwisePrediction], resolver: Resolver
) -> dict[tuple[str, str], PairExplanation]:
    ends = sorted({one for link in links for one in _pair(link)})
    records: dict[str, StoredRecord] = {one.record_id: one for one in view.records(ends)}
    pairs = list(dict.fromkeys(_pair(link) for link in links))
    explained = resolver.explain_all([(records[left], records[right]) for left, right in pairs])
    return dict(zip(pairs, explained, strict=True))
