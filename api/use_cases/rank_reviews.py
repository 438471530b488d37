"""Answers which identities to review first: those where a false merge is likely and harmful."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, basis_of, published_run
from api.use_cases.warning_words import named_in
from graph.store import GraphReader
from models.access import Principal
from models.quality import IdentityQuality, WarningKind


@dataclass(frozen=True, slots=True)
class ReviewAnswer:
    """Identities, those that most need a look first.

    Attributes:
        next_offset: where the next page begins; None on the last page.
    """

    identities: tuple[IdentityQuality, ...]
    next_offset: int | None
    basis: Basis


def rank_reviews(
    *,
    principal: Principal,
    graph: GraphReader,
    auditor: Auditor,
    offset: int = 0,
    limit: int = 50,
    kind: WarningKind | None = None,
) -> ReviewAnswer:
    """Return identities of two records or more by concern, as measured when the run was published.

    With a kind of warning, only those that have one of it.

    Raises:
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("rank_reviews", principal) as seen:
        with graph.view() as view:
            run = published_run(view)
            found = view.least_sound(limit=limit + 1, offset=offset, kind=kind)
        seen.add(run.run_id)
        for one in found[:limit]:
            seen.add(one.identity_id)
            seen.add_all(named_in(one.warnings))
        return ReviewAnswer(
            identities=tuple(found[:limit]),
            next_offset=offset + limit if len(found) > limit else None,
            basis=basis_of(run),
        )
