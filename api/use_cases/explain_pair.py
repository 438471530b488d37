"""Answers why two records are, or are not, taken for the same person."""

from dataclasses import dataclass
from enum import StrEnum

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, Resolvers, basis_of, published_run
from graph.store import GraphReader, GraphView
from models.access import Principal
from models.errors import InvalidInputError
from models.prediction import PairExplanation, Thresholds
from models.record import Role, StoredRecord


class Standing(StrEnum):
    """How two records stand to each other in the published run."""

    LINKED = "linked"
    LINKED_THROUGH_OTHERS = "linked_through_others"
    NEVER_COMPARED = "never_compared"
    TOO_WEAK = "too_weak"
    HELD_APART = "held_apart"
    WATCHLIST_HIT = "watchlist_hit"
    NO_WATCHLIST_HIT = "no_watchlist_hit"


_IN_WORDS = {
    Standing.LINKED: "Linked: their own evidence is at or above the link threshold.",
    Standing.LINKED_THROUGH_OTHERS: (
        "In one identity through other records: their own evidence is below the link threshold."
    ),
    Standing.NEVER_COMPARED: "Never compared: no blocking rule brings them together.",
    Standing.TOO_WEAK: "Compared and not linked: the evidence is below the link threshold.",
    Standing.HELD_APART: (
        "Not linked, although their own evidence is at or above the link threshold: "
        "other records or decisions speak against joining their groups."
    ),
    Standing.WATCHLIST_HIT: "A watchlist hit, for a person to review; it never joins identities.",
    Standing.NO_WATCHLIST_HIT: "No watchlist hit: too weak, or never compared.",
}


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """The evidence for and against two records, and what came of it.

    Attributes:
        source_weight: what their sources added or took when the run clustered them; None for a pair
            that the run did not keep.
    """

    standing: Standing
    in_words: str
    left_identity_id: str | None
    right_identity_id: str | None
    thresholds: Thresholds
    explanation: PairExplanation
    source_weight: float | None
    basis: Basis


def explain_pair(
    left_id: str,
    right_id: str,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
) -> PairAnswer:
    """Explain the weight of two records and how they stand in the published run.

    Raises:
        InvalidInputError: if both ids are the same.
        RecordNotFoundError: if either does not exist.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("explain_pair", principal) as seen:
        seen.add(left_id, right_id)
        if left_id == right_id:
            raise InvalidInputError("left and right are the same record: give two records")
        with graph.view() as view:
            run = published_run(view)
            resolver = resolvers(run.model_version)
            left, right = view.record(left_id), view.record(right_id)
            explanation = resolver.explain(left, right)
            identities = view.identities_of([left_id, right_id])
            kept = view.links_among([left_id, right_id])
            source_weight = kept[0].source_weight if kept else None
            evidence = explanation.match_weight + (source_weight or 0.0)
            strong = evidence >= resolver.thresholds.link_weight
            standing = _standing(view, left, right, explanation, strong=strong)
        seen.add(run.run_id, *identities.values())
        return PairAnswer(
            standing=standing,
            in_words=_IN_WORDS[standing],
            left_identity_id=identities.get(left_id),
            right_identity_id=identities.get(right_id),
            thresholds=resolver.thresholds,
            explanation=explanation,
            source_weight=source_weight,
            basis=basis_of(run),
        )


def _standing(
    view: GraphView,
    left: StoredRecord,
    right: StoredRecord,
    explanation: PairExplanation,
    *,
    strong: bool,
) -> Standing:
    pair = {left.record_id, right.record_id}
    if Role.WATCHLIST in (left.role, right.role):
        hits = view.hits_of([left.record_id])
        found = any({hit.entry_id, hit.record_id} == pair for hit in hits)
        return Standing.WATCHLIST_HIT if found else Standing.NO_WATCHLIST_HIT
    identities = view.identities_of(sorted(pair))
    together = len(set(identities.values())) == 1
    if together:
        return Standing.LINKED if strong else Standing.LINKED_THROUGH_OTHERS
    if not explanation.blocking_rules:
        return Standing.NEVER_COMPARED
    return Standing.HELD_APART if strong else Standing.TOO_WEAK
