"""Works out anew who people are, of whom somebody decided something."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.use_cases.ports import Planners, published_run
from graph.store import GraphView, LiveWriter
from models.decision import Decision
from models.errors import BackendUnavailableError
from models.identity import IdentityEvent
from models.live_change import LiveChange
from resolution.ports import IdentityIdFactory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconsider:
    """Puts decisions into effect in what is served; every run honours them as well."""

    live: LiveWriter
    planners: Planners
    new_identity_id: IdentityIdFactory

    def __call__(
        self, record_ids: Sequence[str], *, author: str, at: datetime, cause: str
    ) -> tuple[IdentityEvent, ...] | None:
        """Part the people around these records under the decisions in force; return what happened.

        None if it cannot be written now: what was decided is kept, and the next run honours it.
        """

        def plan(view: GraphView, decisions: Sequence[Decision]) -> LiveChange:
            return self.planners(published_run(view).model_version).plan(
                (),
                view,
                decisions,
                author=author,
                at=at,
                cause=cause,
                new_identity_id=self.new_identity_id,
                reconsidered=record_ids,
            )

        try:
            return self.live.write_live(plan).events
        except BackendUnavailableError as error:
            log.warning("a decision waits for the next run", extra={"reason": str(error)})
            return None
