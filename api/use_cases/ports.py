"""What the use cases need from outside, as protocols; wiring gives them what satisfies these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph.store import GraphView
from models.decision import Decision
from models.errors import RunNotFoundError
from models.identity import Run
from models.live_change import LiveChange, RecordChange
from models.prediction import PairExplanation, Thresholds
from models.record import StoredRecord
from models.watchlist import ScreeningPolicy
from resolution.ports import IdentityIdFactory


class RecordMatch(Protocol):
    """One record that a query resembles."""

    @property
    def record_id(self) -> str:
        """The record."""
        ...

    @property
    def is_watchlist(self) -> bool:
        """Whether it is an entry of a watchlist."""
        ...

    @property
    def match_weight(self) -> float:
        """Log2 odds that the query is about the person of the record, prior included."""
        ...


class WhoIsMatches(Protocol):
    """What the match model says about a query."""

    @property
    def candidates(self) -> Sequence[RecordMatch]:
        """Scored records of people and of the watchlist, strongest first."""
        ...

    @property
    def n_keys(self) -> int:
        """Blocking keys that the query has."""
        ...

    @property
    def n_keys_too_common(self) -> int:
        """Those left out because they alone bring too many records."""
        ...

    @property
    def is_truncated(self) -> bool:
        """Whether more records share a key than are scored for one query."""
        ...

    @property
    def query(self) -> Mapping[str, Any]:
        """The query as standardised."""
        ...

    def explain(self, record: StoredRecord) -> PairExplanation:
        """Explain the weight of the query and a record."""
        ...


class Resolver(Protocol):
    """Scores one record by one version of the match model."""

    @property
    def model_version(self) -> str:
        """The version of the match model it scores by."""
        ...

    @property
    def thresholds(self) -> Thresholds:
        """The weights where decisions change, frozen with the model."""
        ...

    @property
    def screening(self) -> ScreeningPolicy:
        """Where a resemblance to a watchlist entry becomes a hit."""
        ...

    def who_is(
        self, query: Mapping[str, Any], view: GraphView, *, sources: Sequence[str] | None = None
    ) -> WhoIsMatches:
        """Score the records of these sources that share a blocking key with the query."""
        ...

    def explain(self, left: StoredRecord, right: StoredRecord) -> PairExplanation:
        """Explain the weight of two records."""
        ...

    def explain_all(
        self, pairs: Sequence[tuple[StoredRecord, StoredRecord]]
    ) -> list[PairExplanation]:
        """Explain many pairs of records at once, in their order."""
        ...


Resolvers = Callable[[str], Resolver]
"""Gives the resolver of a match model version; keys in a store belong to one version."""


class Planner(Protocol):
    """Works out live changes under one version of the match model."""

    def plan(
        self,
        changes: Sequence[RecordChange],
        view: GraphView,
        decisions: Sequence[Decision],
        *,
        author: str,
        at: datetime,
        cause: str,
        new_identity_id: IdentityIdFactory,
        reconsidered: Iterable[str] = (),
    ) -> LiveChange:
        """Work out all that follows when records arrive, change or go, or are decided on."""
        ...


Planners = Callable[[str], Planner]
"""Gives the planner of a match model version."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on.

    Attributes:
        as_of: the instant the run describes: when it was finished.
    """

    run_id: str
    model_version: str
    as_of: datetime


def published_run(view: GraphView) -> Run:
    """Return the run that is served.

    Raises:
        RunNotFoundError: if nothing has been published yet.
    """
    run = view.run()
    if run is None:
        raise RunNotFoundError("nothing has been published yet: `identigraph run` makes a run")
    return run


def basis_of(run: Run) -> Basis:
    """Say what answers from this run rest on."""
    return Basis(
        run_id=run.run_id,
        model_version=run.model_version,
        as_of=run.finished_at or run.started_at,
    )
