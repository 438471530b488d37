"""Stand-ins for the stores and the match model: the same ports, in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from api.auth.sign_in import DevelopmentSignIn
from api.use_cases.auditing import Auditor
from api.use_cases.reconsider import Reconsider
from api.use_cases.write_records import SourceFacts
from api.wiring import Container
from graph.store import Candidates
from models.access import AuditEvent, Principal
from models.connection import Attribute, AttributeKind, AttributeUsers, Relation
from models.decision import Decision, LoggedDecision, Withdrawal
from models.errors import (
    BackendUnavailableError,
    DecisionNotFoundError,
    IdentityNotFoundError,
    RecordNotFoundError,
    RequestConflictError,
)
from models.identity import (
    GoldenValue,
    IdentityEvent,
    IdentityEventKind,
    IdentityState,
    IdentityStatus,
    Run,
    WatchlistHit,
)
from models.live_change import (
    LiveAnswer,
    LiveBasis,
    LiveChange,
    LiveRequest,
    RecordChange,
    RecordVersion,
)
from models.match_model.package import MatchModelPackage
from models.prediction import (
    ComparisonEvidence,
    PairExplanation,
    PairwisePrediction,
    Thresholds,
)
from models.quality import IdentityQuality, IdentityWarning, WarningKind
from models.record import Role, StoredRecord
from models.tables import SOURCE_ATTRIBUTES, STANDARDISED_ATTRIBUTES
from models.watchlist import ScreeningPolicy

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
HOSTILE_ID = "a/b c?d#e%2F é 😀:x"
PERSON_NAME = "ZEBEDEE QUILLFEATHER"


def make_record(record_id: str, role: Role = Role.PERSON) -> StoredRecord:
    source, _, own = record_id.partition(":")
    key = {"record_id": record_id, "source": source, "source_record_id": own, "role": role.value}
    raw = {name: [] for name in SOURCE_ATTRIBUTES} | {
        "names": [{"kind": "primary", "full": PERSON_NAME.title(), "raw_path": "NAME"}]
    }
    standardised = {name: [] for name in STANDARDISED_ATTRIBUTES} | {
        "names": [{"kind": "primary", "full": PERSON_NAME, "raw": PERSON_NAME.title()}]
    }
    return StoredRecord(record_id, role, key | raw, key | standardised)


PEOPLE = (
    "casework:1",
    "casework:2",
    "casework:3",
    f"casework:{HOSTILE_ID}",
    "passengers:1",
)
IDENTITIES = {
    "casework:1": "id-1",
    "casework:2": "id-1",
    "passengers:1": "id-1",
    "casework:3": "id-3",
    f"casework:{HOSTILE_ID}": "id-3",
}
LINKS = (
    PairwisePrediction("casework:1", "casework:2", 12.0, 0),
    PairwisePrediction("casework:2", "passengers:1", 8.0, 1),
    PairwisePrediction("casework:1", "passengers:1", 1.5, 1),
    PairwisePrediction("casework:2", "casework:3", 7.5, 1),
)
PHONE = Attribute(AttributeKind.PHONE, "+441632960001")
PHONE_USERS = ("casework:1", "casework:3", "watchlist:w1")
WARNINGS = (
    IdentityWarning(
        WarningKind.DATES_OF_BIRTH, 6.4, ("passengers:1",), ("casework:1", "casework:2"),
        {"one_value": "1999-09-09", "other_value": "1980-02-03", "n_one": 1, "n_other": 2},
    ),
    IdentityWarning(
        WarningKind.BRIDGE, 0.2, ("passengers:1",), ("casework:2",),
        {"evidence": 8.0, "n_held": 1, "n_others": 2, "n_one": 1, "n_other": 1},
    ),
)  # fmt: skip
QUALITY = (
    IdentityQuality("id-1", 3, 2, 2 / 3, 2, 2, 1, 2, 1, 0.75, 0.5, 1.5, WARNINGS),
    IdentityQuality("id-3", 2, 1, 1.0, 1, 1, 0, 1, 1, 0.0),
)
RUN = Run("run-1", "published", "model-1", "f" * 64, NOON, NOON, 0, {"records": 5})

SCREENING = ScreeningPolicy(hit_weight=-3.0, max_hits_per_entry=100)
THRESHOLDS = Thresholds(link_weight=6.0, review_weight=0.0, break_weight=-4.0)

FORMER_RUN = replace(RUN, run_id="run-0", status="superseded", fingerprint="0" * 64)


class FakeView:
    def __init__(self, run: Run | None) -> None:
        self._run = run
        self._records = {one: make_record(one) for one in PEOPLE}
        self._records["watchlist:w1"] = make_record("watchlist:w1", Role.WATCHLIST)

    def live_basis(self) -> LiveBasis:
        return LiveBasis("run-1", 0, 0)

    def written_after(self, live_sequence: int) -> dict[str, int]:
        return {}

    def run(self) -> Run | None:
        return self._run

    def identity(self, identity_id: str) -> IdentityState:
        if identity_id == "id-0":
            return IdentityState("id-0", IdentityStatus.SUPERSEDED, ("id-1",), (), ())
        records = tuple(sorted(one for one, held in IDENTITIES.items() if held == identity_id))
        if not records:
            raise IdentityNotFoundError(identity_id)
        golden = GoldenValue("name", PERSON_NAME, records[0], "NAME", PERSON_NAME.title(), 1)
        return IdentityState(identity_id, IdentityStatus.CURRENT, (), records, (golden,))

    def identities_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        return {one: IDENTITIES[one] for one in record_ids if one in IDENTITIES}

    def members_of(self, identity_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        held = {one: sorted(r for r, i in IDENTITIES.items() if i == one) for one in identity_ids}
        return {one: tuple(ids) for one, ids in held.items() if ids}

    def links_beyond(
        self, record_ids: Sequence[str], *, at_least: float
    ) -> list[PairwisePrediction]:
        inside = set(record_ids)
        return [
            one
            for one in LINKS
            if (one.left_id in inside) != (one.right_id in inside) and one.match_weight >= at_least
        ]

    def uses_of(self, record_ids: Sequence[str]) -> list[tuple[str, Attribute]]:
        return [(one, PHONE) for one in sorted(PHONE_USERS) if one in set(record_ids)]

    def users_of(
        self, attributes: Sequence[Attribute], *, limit: int, after: str = ""
    ) -> dict[Attribute, AttributeUsers]:
        page = tuple(one for one in sorted(PHONE_USERS) if one > after)[:limit]
        return {PHONE: AttributeUsers(len(PHONE_USERS), page)} if PHONE in attributes else {}

    def quality_of(self, identity_ids: Sequence[str]) -> dict[str, IdentityQuality]:
        return {one.identity_id: one for one in QUALITY if one.identity_id in identity_ids}

    def least_sound(
        self, *, limit: int, offset: int = 0, kind: WarningKind | None = None
    ) -> list[IdentityQuality]:
        found = [q for q in QUALITY if kind is None or kind in {w.kind for w in q.warnings}]
        return found[offset : offset + limit]

    def relations_of(self, record_ids: Sequence[str]) -> list[Relation]:
        return []

    def record(self, record_id: str) -> StoredRecord:
        if record_id not in self._records:
            raise RecordNotFoundError(record_id)
        return self._records[record_id]

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        return [self._records[one] for one in sorted(set(record_ids)) if one in self._records]

    def links_among(self, record_ids: Sequence[str]) -> list[PairwisePrediction]:
        held = set(record_ids)
        return [one for one in LINKS if {one.left_id, one.right_id} <= held]

    def links_of(self, record_id: str, *, limit: int) -> list[PairwisePrediction]:
        return [one for one in LINKS if record_id in (one.left_id, one.right_id)][:limit]

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        hit = WatchlistHit("watchlist:w1", "casework:1", 4.0)
        return [hit] if {hit.entry_id, hit.record_id} & set(record_ids) else []

    def events_of(self, identity_id: str) -> list[IdentityEvent]:
        created = IdentityEventKind.CREATED
        return [IdentityEvent(1, identity_id, created, "run-1", NOON, (), (), (), "first run")]

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        return Candidates((), 0)


@dataclass
class FakeGraph:
    published: Run | None = RUN
    broken: bool = False
    former: Run | None = None

    @contextmanager
    def view(self) -> Iterator[FakeView]:
        if self.broken:
            raise BackendUnavailableError("/secret/path/store.sqlite is locked")
        yield FakeView(self.published)

    def runs(self, *, limit: int) -> list[Run]:
        return [run for run in (self.published, self.former) if run is not None][:limit]

    def events_after(self, sequence: int, *, limit: int) -> list[IdentityEvent]:
        return []


@dataclass
class FakeAudit:
    events: list[AuditEvent] = field(default_factory=list)
    full: bool = False

    def record(self, event: AuditEvent) -> None:
        self.record_all([event])

    def record_all(self, events: Sequence[AuditEvent]) -> None:
        self.check_writable()
        self.events.extend(events)

    def check_writable(self) -> None:
        if self.full:
            raise BackendUnavailableError("the audit cannot be written: disk full")


@dataclass(frozen=True)
class FakeMatch:
    record_id: str
    is_watchlist: bool
    match_weight: float


@dataclass(frozen=True)
class FakeMatches:
    candidates: tuple[FakeMatch, ...]
    n_keys: int
    n_keys_too_common: int
    is_truncated: bool
    query: Mapping[str, Any]

    def explain(self, record: StoredRecord) -> PairExplanation:
        return explanation("query", record.record_id)


@dataclass
class FakeResolver:
    model_version: str = "model-1"
    thresholds: Thresholds = THRESHOLDS
    screening: ScreeningPolicy = SCREENING
    n_keys: int = 4
    n_keys_too_common: int = 1
    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "casework:1": 9.0,
            "casework:2": 11.0,
            "watchlist:w1": 5.0,
            "casework:3": 2.0,
            "passengers:1": -3.0,
        }
    )

    def who_is(
        self, query: Mapping[str, Any], view: Any, *, sources: Sequence[str] | None = None
    ) -> FakeMatches:
        matches = [
            FakeMatch(one, one.startswith("watchlist:"), weight)
            for one, weight in sorted(self.weights.items(), key=lambda item: -item[1])
            if sources is None or one.partition(":")[0] in sources
        ]
        asked = {"names": [{"full": PERSON_NAME}]}
        return FakeMatches(tuple(matches), self.n_keys, self.n_keys_too_common, False, asked)

    def explain(self, left: StoredRecord, right: StoredRecord) -> PairExplanation:
        return explanation(left.record_id, right.record_id)

    def explain_all(self, pairs: Any) -> list[PairExplanation]:
        return [self.explain(left, right) for left, right in pairs]


def explanation(left: str, right: str) -> PairExplanation:
    weight = {frozenset((one.left_id, one.right_id)): one.match_weight for one in LINKS}.get(
        frozenset((left, right)), -2.0
    )
    evidence = ComparisonEvidence("name", "same name", PERSON_NAME, PERSON_NAME, weight + 10, 0.0)
    compared = ("same name",) if weight > -2.0 else ()
    return PairExplanation(left, right, "model-1", -10.0, (evidence,), weight, compared)


ANALYST = Principal("investigator-1", frozenset({"investigator"}), "case 7")


class FakeDecisions:
    """A log of decisions in memory."""

    def __init__(self) -> None:
        self.logged: list[LoggedDecision] = []

    def decisions(self) -> list[Decision]:
        return [one.decision for one in self.logged if one.withdrawal is None]

    def decision_history(self) -> list[LoggedDecision]:
        return list(self.logged)

    def add_decision(
        self, decision: Decision, *, check: Callable[[Sequence[Decision]], None]
    ) -> None:
        check(self.decisions())
        self.logged.append(LoggedDecision(decision, None))

    def withdraw_decision(self, withdrawal: Withdrawal) -> None:
        for place, one in enumerate(self.logged):
            if one.decision.decision_id == withdrawal.decision_id:
                self.logged[place] = replace(one, withdrawal=withdrawal)
                return
        raise DecisionNotFoundError(withdrawal.decision_id)


class FakePlanner:
    """Changes the records it is given, and nothing that follows from them."""

    def plan(
        self,
        changes: Sequence[RecordChange],
        view: Any,
        decisions: Sequence[Decision],
        *,
        author: str,
        at: datetime,
        cause: str,
        new_identity_id: Callable[[], str],
        reconsidered: Iterable[str] = (),
    ) -> LiveChange:
        del view, decisions, new_identity_id
        event = IdentityEvent(
            0, "id-1", IdentityEventKind.CHANGED, "run-1", at, (), tuple(reconsidered), (), cause
        )
        return LiveChange(
            LiveBasis("run-1", 0, 0), at, author, -1.0,
            tuple(
                RecordVersion(one.record_id, Role.PERSON, one.source_record, {})
                for one in changes
            ),
            (), (), {}, {}, {}, (event,),
        )  # fmt: skip


class FakeLive:
    """Keeps what was written in a list."""

    def __init__(self, *, is_down: bool = False) -> None:
        self.is_down = is_down
        self.written: list[LiveChange] = []
        self.answers: dict[str, tuple[str, LiveAnswer]] = {}

    def write_live(self, plan: Any, *, request: LiveRequest | None = None) -> LiveAnswer:
        if self.is_down:
            raise BackendUnavailableError("down")
        if request and request.key in self.answers:
            digest, answer = self.answers[request.key]
            if digest != request.digest:
                raise RequestConflictError("another request")
            return replace(answer, is_repeated=True)
        with FakeGraph().view() as view:
            change = plan(view, [])
        self.written.append(change)
        identities = {
            one.record_id: None if one.is_gone else "id-1"
            for one in change.records
            if not one.record_id.endswith("unknown")
        }
        answer = LiveAnswer(len(self.written), identities, change.events)
        if request:
            self.answers[request.key] = (request.digest, answer)
        return answer


def make_reconsider(live: FakeLive | None = None) -> Reconsider:
    ids = iter(f"id-new-{n}" for n in range(1_000))
    return Reconsider(live or FakeLive(), lambda version: FakePlanner(), ids.__next__)


def make_auditor(audit: FakeAudit) -> Auditor:
    return Auditor(audit, lambda: NOON)


def make_container(
    *,
    graph: FakeGraph | None = None,
    audit: FakeAudit | None = None,
    resolver: FakeResolver | None = None,
    decisions: FakeDecisions | None = None,
    live: "FakeLive | None" = None,
) -> Container:
    used = resolver or FakeResolver()
    return Container(
        graph=graph or FakeGraph(),
        decisions=decisions or FakeDecisions(),
        live=live or FakeLive(),
        resolvers=lambda version: used,
        planners=lambda version: FakePlanner(),
        sources=lambda: {
            "casework": SourceFacts(Role.PERSON, duplicate_free=False),
            "watchlist": SourceFacts(Role.WATCHLIST, duplicate_free=True),
        },
        new_identity_id=iter(f"id-new-{n}" for n in range(1_000)).__next__,
        audit=audit or FakeAudit(),
        clock=lambda: NOON,
        sign_in=DevelopmentSignIn("developer-1"),
    )


def no_progress(stage: str, done: int, total: int) -> None:
    return


def make_package(version: str) -> MatchModelPackage:
    empty = pa.table({"key": pa.array([], pa.int64())})
    return MatchModelPackage(
        version, "1", "1", {}, {}, empty, THRESHOLDS, SCREENING, population=5, lint=()
    )


@dataclass(frozen=True)
class FakeIngest:
    sources: tuple[Any, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeResolved:
    run: Run
    artefacts_folder: Path
    unchanged: bool


@dataclass
class FakePipeline:
    unchanged: bool = False
    calls: list[str] = field(default_factory=list)

    def open_batch(self, workspace: Any) -> AbstractContextManager[None]:
        return nullcontext()

    def ingest(self, mappings: Any, **rest: Any) -> FakeIngest:
        self.calls.append("ingest")
        return FakeIngest()

    def resolve(self, *, package: MatchModelPackage, **rest: Any) -> FakeResolved:
        self.calls.append("resolve")
        run = Run("run-2", "building", package.version, "e" * 64, NOON, NOON, 0, {})
        return FakeResolved(run, Path("nowhere"), self.unchanged)

    def switch_back(self, earlier: Run, **rest: Any) -> FakeResolved:
        self.calls.append("switch_back")
        return FakeResolved(replace(earlier, run_id="run-2"), Path("nowhere"), unchanged=False)

    def train(self, **rest: Any) -> MatchModelPackage:
        self.calls.append("train")
        return make_package("mm-9")


@dataclass
class FakeShelf:
    active: str | None = "mm-0"
    held: list[str] = field(default_factory=lambda: ["mm-0", "mm-1"])

    def versions(self) -> list[str]:
        return self.held

    def active_version(self) -> str | None:
        return self.active

    def load(self, version: str) -> MatchModelPackage:
        return make_package(version)

    def add(self, package: MatchModelPackage) -> None:
        self.held.append(package.version)

    def adopt(self, place: Path) -> str:
        self.held.append(place.name)
        return place.name

    def activate(self, version: str) -> None:
        self.active = version


@dataclass
class FakePublisher:
    published: list[str] = field(default_factory=list)

    def __call__(self, run: Run, folder: Path, progress: Any) -> dict[str, int]:
        self.published.append(run.run_id)
        return {}


@dataclass(frozen=True)
class FakeVerification:
    n_events: int = 0
    last_hash: str = ""
    broken_at: int | None = None


class FakeKeptAudit:
    def events(self, *, after: int, limit: int) -> list[Any]:
        return []

    def verify(self) -> FakeVerification:
        return FakeVerification()
