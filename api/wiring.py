"""The one place that chooses adapters: what satisfies which port in this deployment.

Adapters are imported where they are opened, so that a command that needs none starts at once.
"""

import base64
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from api.auth.sign_in import DevelopmentSignIn
from api.match_model_shelf import WorkspaceShelf
from api.settings import Environment, Settings
from api.use_cases.auditing import AuditLog, Auditor, Clock
from api.use_cases.batch_ports import BatchPipeline, BatchStore, SwitchBackMaker
from api.use_cases.check_ready import WritableCheck
from api.use_cases.ports import Planners, Resolvers
from api.use_cases.reconsider import Reconsider
from api.use_cases.run_demo import Generate
from api.use_cases.write_records import SourceFacts, Sources
from graph.store import CatchUp, DecisionLog, GraphReader, LiveWriter, RunWriter
from models.access import Principal
from models.errors import InvalidInputError
from models.identity import Run
from models.live_change import CaughtUp
from models.workspace import Workspace
from resolution.ports import IdentityIdFactory, Progress

if TYPE_CHECKING:
    from api.audit.audit_log import AuditLog as AuditFile
    from resolution.live import LiveResolver
    from resolution.live_writing import LivePlanner


class SignIn(Protocol):
    """Tells whom a request acts for."""

    def principal(self, purpose: str | None) -> Principal:
        """Return the caller.

        Raises:
            NotAllowedError: if the caller is unknown.
        """
        ...


class Audit(AuditLog, WritableCheck, Protocol):
    """The audit as a deployment needs it."""


class Store(GraphReader, RunWriter, LiveWriter, BatchStore, Protocol):
    """All that a deployment's store does."""

    def close(self) -> None:
        """Let go of what it holds open."""
        ...


@dataclass(frozen=True, slots=True)
class Container:
    """Everything the routes work with."""

    graph: GraphReader
    decisions: DecisionLog
    live: LiveWriter
    resolvers: Resolvers
    planners: Planners
    sources: Sources
    new_identity_id: IdentityIdFactory
    audit: Audit
    clock: Clock
    sign_in: SignIn

    @property
    def auditor(self) -> Auditor:
        """Return what audits every answer."""
        return Auditor(self.audit, self.clock)

    @property
    def reconsider(self) -> Reconsider:
        """Return what puts decisions into effect."""
        return Reconsider(self.live, self.planners, self.new_identity_id)


class Deployment:
    """The adapters of one workspace, each opened when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        """Choose adapters by these settings.

        Raises:
            InvalidInputError: if there is no such workspace.
        """
        self.settings = settings
        self.workspace: Workspace = settings.places
        self._sources: tuple[object, dict[str, SourceFacts]] | None = None
        if not self.workspace.root.is_dir():
            raise InvalidInputError(
                f"there is no workspace at {self.workspace.root}: `identigraph init` makes one"
            )

    @cached_property
    def store(self) -> Store:
        """Return the store of records, identities and decisions: Neo4j where it is configured.

        Raises:
            BackendUnavailableError: if it cannot be opened.
        """
        if self.settings.neo4j_address is None:
            from graph.embedded_store import EmbeddedStore

            return EmbeddedStore(self.workspace.store)
        from graph.neo4j import Neo4jSettings, Neo4jStore

        return Neo4jStore(
            Neo4jSettings(
                address=self.settings.neo4j_address,
                user=self.settings.neo4j_user,
                password=self.settings.neo4j_secret,
                database=self.settings.neo4j_database,
                scratch=self.workspace.scratch,
            )
        )

    @cached_property
    def audit(self) -> "AuditFile":
        """Return the append-only audit."""
        from api.audit.audit_log import AuditLog as AuditFile

        return AuditFile(self.settings.audit_file)

    @cached_property
    def auditor(self) -> Auditor:
        """Return what audits every answer."""
        return Auditor(self.audit, utc_now)

    @cached_property
    def shelf(self) -> WorkspaceShelf:
        """Return the match model packages."""
        return WorkspaceShelf(self.workspace.match_models)

    @cached_property
    def resolvers(self) -> Resolvers:
        """Return what scores one record by a version of the match model; each is made once."""
        return self.live_resolver

    @cached_property
    def live_resolver(self) -> Callable[[str], "LiveResolver"]:
        """Return what scores one record, whose compiled match model live writes share."""
        from resolution.live import LiveResolver

        @cache
        def resolver(version: str) -> LiveResolver:
            return LiveResolver(self.shelf.load(version))

        return resolver

    @cached_property
    def planners(self) -> Callable[[str], "LivePlanner"]:
        """Return what works out live writes under a version of the match model."""
        from resolution.live_writing import LivePlanner

        @cache
        def planner(version: str) -> LivePlanner:
            resolver = self.live_resolver(version)
            return LivePlanner(resolver.package, resolver.scorer, read=resolver.compared_records)

        return planner

    @cached_property
    def pipeline(self) -> BatchPipeline:
        """Return the batch flow."""
        from resolution import pipeline

        return pipeline

    @cached_property
    def make_switch_back(self) -> SwitchBackMaker:
        """Return what makes a run of an earlier one."""
        from resolution.switch_back import switch_back

        return switch_back

    @cached_property
    def generate(self) -> Generate:
        """Return what generates people for the demo."""
        from resolution.generate.generate import generate

        return generate

    def publish(self, run: Run, artefacts_folder: Path, progress: Progress) -> dict[str, Any]:
        """Serve a run whole from its artefacts; return the rows of each table."""
        from graph.publish import RunArtefacts, publish
        from resolution.current_records import current_source_records

        artefacts = RunArtefacts(
            source_records=current_source_records(self.workspace, self.store.segments()),
            standardised_records=artefacts_folder / "standardised_records.parquet",
            memberships=artefacts_folder / "memberships.parquet",
            links=artefacts_folder / "predictions.parquet",
            golden_records=artefacts_folder / "golden.parquet",
            watchlist_hits=artefacts_folder / "watchlist_hits.parquet",
            blocking_keys=artefacts_folder / "blocking_keys.parquet",
            events=artefacts_folder / "events.parquet",
        )
        return publish(
            self.store,
            run,
            artefacts,
            scratch=self.workspace.scratch,
            link_weight=self.shelf.load(run.model_version).thresholds.link_weight,
            catch_up=self._catch_up(run.model_version),
            progress=progress,
        )

    def _catch_up(self, model_version: str) -> CatchUp:
        """Return what lays over a new run what was written while it was made."""
        from resolution.live_writing import catch_up

        def caught_up(**known: Any) -> CaughtUp | None:
            # compiled only if something was written: most runs need none of it
            return catch_up(
                lambda: self.planners(model_version), new_identity_id=identity_ids(), **known
            )

        return caught_up

    def container(self) -> Container:
        """Return what the web application works with.

        Raises:
            InvalidInputError: in production, until sign-in can be configured.
        """
        sign_in = sign_in_of(self.settings)
        return Container(
            graph=self.store,
            decisions=self.store,
            live=self.store,
            resolvers=self.resolvers,
            planners=self.planners,
            sources=self.sources,
            new_identity_id=identity_ids(),
            audit=self.audit,
            clock=utc_now,
            sign_in=sign_in,
        )

    def sources(self) -> dict[str, SourceFacts]:
        """Return what the mapping files say of their sources, as they are now.

        Raises:
            MappingError: if one cannot be used.
        """
        files = sorted(self.workspace.mappings.glob("*"))
        state = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
        if self._sources is None or self._sources[0] != state:
            from resolution.sources.mapping import load_mappings

            facts = {
                one.source: SourceFacts(one.role, one.duplicate_free)
                for one in load_mappings(self.workspace.mappings)
            }
            self._sources = (state, facts)
        return self._sources[1]

    @property
    def reconsider(self) -> Reconsider:
        """Return what puts decisions into effect."""
        return Reconsider(self.store, self.planners, identity_ids())

    def close(self) -> None:
        """Close what was opened."""
        if "store" in self.__dict__:
            self.store.close()
        if "audit" in self.__dict__:
            self.audit.close()


@contextmanager
def opened(settings: Settings) -> Iterator[Deployment]:
    """Open a deployment for the length of one command.

    Raises:
        InvalidInputError: if there is no such workspace.
    """
    deployment = Deployment(settings)
    try:
        yield deployment
    finally:
        deployment.close()


def utc_now() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


def sign_in_of(settings: Settings) -> SignIn:
    """Choose how callers are known.

    Raises:
        InvalidInputError: in production, until sign-in can be configured.
    """
    if settings.environment is Environment.DEVELOPMENT:
        return DevelopmentSignIn(settings.subject)
    raise InvalidInputError(
        "production needs sign-in and none is configured: nobody could be told apart in the "
        "audit. On a machine of your own, set `environment: development`."
    )


def identity_ids(seed: str | None = None) -> IdentityIdFactory:
    """Return what issues opaque identity ids: 80 random bits, or drawn from a seed."""
    draw: Callable[[int], bytes] = secrets.token_bytes
    if seed is not None:
        draw = random.Random(seed).randbytes  # noqa: S311  # for the demo and for tests only

    def issue() -> str:
        return "id-" + base64.b32encode(draw(10)).decode().lower()

    return issue


def new_decision_id() -> str:
    """Issue the id of a decision: 80 random bits."""
    return "d-" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def new_request_id() -> str:
    """Issue the id of a request that writes records: 80 random bits."""
    return "live-" + base64.b32encode(secrets.token_bytes(10)).decode().lower()
