"""Parts one component at a time, by the rules that the batch parts all of them by."""

from collections.abc import Iterable, Sequence

from models.prediction import Thresholds
from resolution.cluster.agglomerate import ComparedPair, agglomerate


def part_component(
    nodes: Sequence[int],
    pairs: Sequence[ComparedPair],
    *,
    thresholds: Thresholds,
    must_link: Iterable[tuple[int, int]] = (),
    cannot_link: Iterable[tuple[int, int]] = (),
) -> dict[int, int]:
    """Return the smallest node of its cluster, by node.

    A component is one person unless it is contested: a pair speaks against it or contradicts
    itself, or a source or a decision holds records apart. Only then is group evidence asked.

    Args:
        nodes: numbered in order of their record ids, as the batch numbers them.
        pairs: every pair inside the component that the batch would have scored.
        thresholds: of the match model.
        must_link: by decision.
        cannot_link: by decision, or because a source holds each person once.
    """
    apart = list(cannot_link)
    is_contested = bool(apart) or any(_speaks_against(pair, thresholds) for pair in pairs)
    if not is_contested:
        return dict.fromkeys(nodes, min(nodes))
    return agglomerate(nodes, pairs, thresholds=thresholds, must_link=must_link, cannot_link=apart)


def _speaks_against(pair: ComparedPair, thresholds: Thresholds) -> bool:
    return pair.evidence < thresholds.link_weight or any(
        weight is not None and weight < 0.0 for weight in pair.contradictions
    )
