"""What the API answers, as pydantic models: read from what the use cases return."""

from datetime import datetime
from typing import Any

from pydantic import Field

from api.routes.answer import Answer
from api.routes.warning_answers import WarningAnswer
from api.use_cases.explain_pair import Standing
from api.use_cases.who_is_reasons import WhoIsReasonCode, WhoIsVerdict
from models.identity import IdentityEventKind, IdentityStatus
from models.record import Role

_WEIGHT = "Log2 of the odds of a match, prior included: +1 doubles the odds"
_PROBABILITY = "2^weight / (1 + 2^weight)"


class BasisAnswer(Answer):
    """What an answer rests on."""

    run_id: str = Field(description="The published run", examples=["run-000001"])
    model_version: str = Field(
        description="The match model version the run was scored by", examples=["mm-0123456789ab"]
    )
    as_of: datetime = Field(description="The instant the run describes")


class ThresholdsAnswer(Answer):
    """The match weights where decisions change, frozen with the match model version."""

    link_weight: float = Field(description="At or above it, evidence joins records", examples=[3.0])
    review_weight: float = Field(description="Lower edge of what people are shown", examples=[-2.0])
    break_weight: float = Field(
        description="At or below it, a pair speaks against joining", examples=[-4.0]
    )


class ComparisonAnswer(Answer):
    """What one comparison says about a pair."""

    comparison: str = Field(description="Such as name or date_of_birth", examples=["date_of_birth"])
    level: str = Field(description="What was found, in words", examples=["same date of birth"])
    left_value: str | None = Field(
        description="Standardised value of the left record", examples=["1980-02-03"]
    )
    right_value: str | None = Field(
        description="Standardised value of the right record", examples=["1980-02-03"]
    )
    level_weight: float = Field(description="log2(m/u) of the level", examples=[12.25])
    term_frequency_weight: float = Field(description="What the rarity of the value adds or takes")
    match_weight: float = Field(
        description="The comparison's weight: the sum of both", examples=[12.25]
    )


class ExplanationAnswer(Answer):
    """Why two records score as they do: prior plus comparisons is the match weight."""

    left_id: str = Field(description="A record, or the query", examples=["casework:0000000600"])
    right_id: str = Field(description="The other record", examples=["passengers:API00000000657"])
    model_version: str = Field(description="The match model version that scored them")
    prior_weight: float = Field(
        description="Log2 odds that two random records match", examples=[-9.7]
    )
    comparisons: list[ComparisonAnswer] = Field(description="The evidence, by comparison")
    match_weight: float = Field(description=_WEIGHT, examples=[12.39])
    match_probability: float = Field(description=_PROBABILITY, examples=[0.9998])
    blocking_rules: list[str] = Field(
        description="Every blocking rule that brings the pair together; none: never compared"
    )


class GoldenValueAnswer(Answer):
    """The best value of one field, and where it came from."""

    field: str = Field(
        description="Such as name, date_of_birth or document", examples=["date_of_birth"]
    )
    value: str = Field(description="The standardised value", examples=["1980-02-03"])
    record_id: str = Field(
        description="The record it was taken from", examples=["casework:0000000600"]
    )
    raw_path: str = Field(description="Where in the source row it stands", examples=["DOB"])
    raw: str = Field(description="The text as the source has it", examples=["03/02/1980"])
    support: int = Field(description="How many records of the identity agree", examples=[3])


class RecordAnswerBody(Answer):
    """One record: as its source gave it, and as standardised."""

    record_id: str = Field(description="source:source_record_id", examples=["casework:0000000600"])
    role: Role = Field(description="A person, or an entry of a watchlist")
    source_record: dict[str, Any] = Field(description="As the source gave it, with provenance")
    standardised: dict[str, Any] = Field(description="As compared")


_SOURCE_WEIGHT = (
    "What is known of their sources adds to the match weight or takes from it when records are"
    " clustered: how often the sources hold one person, and whether a record has a better match"
)


class LinkAnswer(Answer):
    """A scored pair of records."""

    left_id: str = Field(description="The smaller record id", examples=["casework:0000000600"])
    right_id: str = Field(
        description="The greater record id", examples=["passengers:API00000000657"]
    )
    match_weight: float = Field(description=_WEIGHT, examples=[12.39])
    source_weight: float = Field(description=_SOURCE_WEIGHT, examples=[-1.45])
    blocking_rule: int | None = Field(description="The first rule that brought them together")


class WatchlistHitAnswer(Answer):
    """A watchlist entry that may be this person; always for a person to review."""

    entry_id: str = Field(
        description="Record id of the watchlist entry", examples=["watchlist:W-17"]
    )
    record_id: str = Field(
        description="The person record it resembles", examples=["casework:0000000600"]
    )
    match_weight: float = Field(description=_WEIGHT, examples=[12.39])


class EventAnswer(Answer):
    """One change in the life of an identity."""

    sequence: int = Field(description="Position in the change feed")
    kind: IdentityEventKind = Field(description="What happened")
    run_id: str = Field(description="The run that brought it")
    at: datetime = Field(description="When it took effect")
    related_ids: list[str] = Field(description="Other identities it is about")
    added_record_ids: list[str] = Field(description="Records that came in")
    removed_record_ids: list[str] = Field(description="Records that left")
    cause: str = Field(description="Why, in words")


class IdentityCandidateAnswer(Answer):
    """An identity the query may be about."""

    identity_id: str = Field(
        description="The identity; ask for it under /v1/identities",
        examples=["id-mzxw6ytboi4tsmjr"],
    )
    verdict: WhoIsVerdict = Field(description="By the thresholds: match or possible")
    match_weight: float = Field(description="That of its best record. " + _WEIGHT, examples=[12.39])
    match_probability: float = Field(description=_PROBABILITY, examples=[0.9998])
    best_record_id: str = Field(
        description="The record of it that the query resembles most",
        examples=["casework:0000000600"],
    )
    n_records: int = Field(description="How many records it has", examples=[3])
    golden: list[GoldenValueAnswer] = Field(description="Its golden record")
    explanation: ExplanationAnswer = Field(description="The query against the best record")


class WatchlistCandidateAnswer(Answer):
    """A watchlist entry the query resembles; always for a person to review."""

    entry: RecordAnswerBody = Field(description="The entry")
    match_weight: float = Field(description=_WEIGHT, examples=[12.39])
    match_probability: float = Field(description=_PROBABILITY, examples=[0.9998])
    explanation: ExplanationAnswer = Field(description="The query against the entry")


class WhoIsReasonAnswer(Answer):
    """One thing that the verdict rests on, or that may be missing."""

    code: WhoIsReasonCode = Field(description="For programs; more may be added")
    in_words: str = Field(
        description="The same, for people",
        examples=["the strongest identity weighs 12.39, at or above the link threshold of 3"],
    )


class WhoIsAnswerBody(Answer):
    """Ranked identities, strongest first, and watchlist hits apart."""

    verdict: WhoIsVerdict = Field(description="match, possible or none, of the best identity")
    reasons: list[WhoIsReasonAnswer] = Field(
        description="Why the verdict is what it is, and what may be missing"
    )
    candidates: list[IdentityCandidateAnswer] = Field(description="Identities, strongest first")
    watchlist_hits: list[WatchlistCandidateAnswer] = Field(description="For a person to review")
    n_weaker: int = Field(description="Candidates above the minimum that the limit left out")
    n_keys_too_common: int = Field(
        description="Above 0, what was asked is too common to be sure: give more attributes"
    )
    minimum_match_weight: float = Field(description="Weaker candidates were left out")
    thresholds: ThresholdsAnswer
    query: dict[str, Any] = Field(description="What was asked, standardised")
    basis: BasisAnswer


class BatchedAnswer(Answer):
    """The answer to one question of many, or why there is none."""

    correlation_id: str = Field(description="As asked", examples=["row-17"])
    answer: WhoIsAnswerBody | None = Field(description="None where the question cannot be used")
    problem: str | None = Field(description="What to mend in the question; none where answered")


class WhoIsBatchAnswer(Answer):
    """One answer to each question, in their order."""

    answers: list[BatchedAnswer]


class IdentityStateAnswer(Answer):
    """An identity id, whether it still stands, and the best values if it does."""

    identity_id: str = Field(description="The identity", examples=["id-mzxw6ytboi4tsmjr"])
    status: IdentityStatus = Field(description="current, superseded or retired")
    superseded_by: list[str] = Field(description="What stands for it now")
    golden: list[GoldenValueAnswer] = Field(description="Its golden record")


class IdentityAnswerBody(Answer):
    """One identity; a superseded or retired one has nothing but its status and successors."""

    state: IdentityStateAnswer
    n_records: int = Field(description="All its records; `records` is one page")
    records: list[RecordAnswerBody]
    next_after: str | None = Field(description="Give it as `after` for the next page")
    n_links: int = Field(description="All links among its records; `links` is the strongest")
    links: list[LinkAnswer]
    watchlist_hits: list[WatchlistHitAnswer]
    events: list[EventAnswer] = Field(description="Its life, oldest first")
    warnings: list[WarningAnswer] = Field(
        description="What speaks for two people in it, the heaviest first"
    )
    basis: BasisAnswer


class ProposedSplitBody(Answer):
    """Where the records of an identity hold together least."""

    identity_id: str = Field(description="The identity")
    groups: list[list[str]] = Field(description="Two groups of record ids, the smaller first")
    n_compared: int = Field(description="Pairs compared across")
    n_links: int = Field(description="Of these, those that reach the link threshold")
    mean_evidence: float | None = Field(description="Across, log2 odds; none if not compared")
    strongest_evidence: float | None = Field(description="Of the pairs across; likewise")
    warnings: list[WarningAnswer] = Field(description="What speaks for two people in it")
    basis: BasisAnswer


class RecordAnswerWhole(Answer):
    """One record, where it belongs and what it was linked to."""

    record: RecordAnswerBody
    identity_id: str | None = Field(description="None for a watchlist entry")
    links: list[LinkAnswer] = Field(description="Its strongest links")
    watchlist_hits: list[WatchlistHitAnswer]
    basis: BasisAnswer


class PairAnswerBody(Answer):
    """The evidence for and against two records, and what came of it."""

    standing: Standing = Field(description="How they stand in the published run")
    in_words: str = Field(description="The same, as a sentence")
    left_identity_id: str | None = Field(description="None for a watchlist entry")
    right_identity_id: str | None = Field(description="None for a watchlist entry")
    thresholds: ThresholdsAnswer
    explanation: ExplanationAnswer
    source_weight: float | None = Field(
        description=_SOURCE_WEIGHT + "; none for a pair that the run did not keep", examples=[-1.45]
    )
    basis: BasisAnswer


class JoiningStepAnswer(Answer):
    """One link that joined two groups of records until then apart."""

    step: int = Field(description="1 for the strongest")
    link: LinkAnswer
    left_group: list[str] = Field(description="Records already together with the left one")
    right_group: list[str] = Field(description="Records already together with the right one")
    explanation: ExplanationAnswer = Field(description="The evidence")


class QualityAnswer(Answer):
    """How well the records of an identity hang together, by the links that count."""

    n_records: int = Field(description="Its records")
    n_links: int = Field(description="Links at or above the link threshold")
    density: float = Field(description="Links present of all possible ones")
    is_connected: bool = Field(description="Whether links alone reach every record")
    diameter: int | None = Field(description="Most links on a shortest way; None: not told")
    bridges: list[tuple[str, str]] = Field(
        description="Links whose removal splits it: look here first for false links"
    )
    articulation_points: list[str] = Field(description="Records whose removal splits it")


class DoubtAnswer(Answer):
    """A compared pair inside an identity that is too weak to link."""

    link: LinkAnswer
    explanation: ExplanationAnswer


class FormationAnswerBody(Answer):
    """How an identity was formed: the links that joined its records, strongest first."""

    state: IdentityStateAnswer
    steps: list[JoiningStepAnswer] = Field(description="Of very many, the weakest")
    n_steps: int = Field(description="All of them")
    groups: list[list[str]] = Field(
        description="What the steps leave together; several: more than links joined them"
    )
    doubts: list[DoubtAnswer] = Field(
        description="Pairs inside it that are too weak to link, weakest first"
    )
    n_doubts: int = Field(description="All of them; `doubts` is bounded")
    quality: QualityAnswer | None = Field(description="None for an id that no longer stands")
    thresholds: ThresholdsAnswer
    basis: BasisAnswer
