"""What explorations answer, as pydantic models: read from what the use cases return."""

from typing import Annotated

from pydantic import Field

from api.routes.answer import Answer
from api.routes.answers import BasisAnswer
from api.routes.warning_answers import WarningAnswer
from graph.neighbours import PartyKind
from models.connection import AttributeKind


class PartyAnswer(Answer):
    """An identity, or a record of a watchlist, which belongs to none."""

    kind: PartyKind = Field(description="identity, or record for an entry of a watchlist")
    id: str = Field(description="Identity id or record id", examples=["id-pujhdjfd2vguqh57"])


class NamedPartyAnswer(Answer):
    """A party as it is shown."""

    party: PartyAnswer
    name: str | None = Field(description="Golden name of an identity")
    n_records: int = Field(description="Records of an identity; 1 of a record")


class ConnectionAnswer(Answer):
    """One reason to connect two parties."""

    left: PartyAnswer
    right: PartyAnswer
    kind: str = Field(
        description="document, phone, email, address: both give it; possible_link: two of their "
        "records may be one person; watchlist_hit; else what a source says, such as spouse"
    )
    value: str = Field(description="What they share; empty where it is no value")
    left_record_id: str = Field(description="A record that shows it, the first one")
    right_record_id: str = Field(description="The record at the other end")
    match_weight: float | None = Field(description="Of a possible link or a hit")


class AttributeAnswer(Answer):
    """A document, phone, e-mail or address."""

    kind: AttributeKind
    value: str = Field(description="As standardised")


class SharedByManyAnswer(Answer):
    """What so many give that it is one group and was not followed."""

    attribute: AttributeAnswer
    n_records: int = Field(description="All records that give it")
    parties: list[PartyAnswer] = Field(description="Those asked about that do")


class PartyAtDepthAnswer(Answer):
    """A party of a network."""

    depth: int = Field(description="Steps from the start")
    shown: NamedPartyAnswer


class NetworkAnswerBody(Answer):
    """Who is around a person, a page at a time."""

    start: PartyAnswer
    depth: int = Field(description="Steps asked for")
    n_parties: int = Field(description="All that fit the limits; `parties` is a page of them")
    parties: list[PartyAtDepthAnswer] = Field(description="Nearest first")
    next_after: int | None = Field(description="`after` of the next page; null on the last")
    connections: list[ConnectionAnswer]
    shared_by_many: list[SharedByManyAnswer] = Field(description="Not followed; on the first page")
    n_parties_left_out: int = Field(description="Parties a step away that did not fit the limits")
    n_records_left_out: int = Field(description="Records not followed, as there are too many")
    basis: BasisAnswer


class EvidencePathAnswer(Answer):
    """A shortest path."""

    start: PartyAnswer
    end: PartyAnswer
    connections: list[ConnectionAnswer] | None = Field(
        description="From start to end; empty when both are one identity; null when none was found"
    )
    n_visited: int = Field(description="Parties that were looked at")
    is_whole: bool = Field(description="False: the search was cut, and may have missed a path")
    shared_by_many: list[SharedByManyAnswer] = Field(description="What was not followed")


class PathAnswerBody(Answer):
    """How two people are connected."""

    path: EvidencePathAnswer
    parties: list[NamedPartyAnswer] = Field(description="From start to end")
    basis: BasisAnswer


class CommonNeighbourAnswer(Answer):
    """A party that both are connected to, and by what."""

    shown: NamedPartyAnswer
    connections: list[ConnectionAnswer]


class CommonNeighboursAnswerBody(Answer):
    """What two people have in common."""

    left: PartyAnswer
    right: PartyAnswer
    direct: list[ConnectionAnswer] = Field(description="What connects the two themselves")
    n_common: int = Field(description="All common neighbours; `common` is the first of them")
    common: list[CommonNeighbourAnswer]
    shared_by_many: list[SharedByManyAnswer] = Field(description="What both give, with many others")
    basis: BasisAnswer


class AttributeUserAnswer(Answer):
    """Who used it, and which of its records on this page say so."""

    shown: NamedPartyAnswer
    record_ids: list[str]


class UsersAnswerBody(Answer):
    """Who used a document, phone, e-mail or address."""

    attribute: AttributeAnswer
    n_records: int = Field(description="All records that give it")
    users: Annotated[list[AttributeUserAnswer], Field(description="A page of records, by party")]
    next_after: str | None = Field(description="`after` of the next page; null on the last")
    basis: BasisAnswer


class IdentityQualityAnswer(Answer):
    """How well an identity of two records or more holds together."""

    identity_id: str = Field(description="The identity")
    n_records: int = Field(description="Its records")
    n_links: int = Field(description="Links among them at or above the link threshold")
    density: float = Field(description="Links present of all possible ones")
    diameter: int | None = Field(
        description="Most links on a shortest way; null when some records are not connected"
    )
    n_bridges: int = Field(description="Links whose removal splits it")
    n_articulation_points: int = Field(description="Records whose removal splits it")
    n_dates_of_birth: int = Field(description="Different whole dates of birth its records give")
    n_sexes: int = Field(description="Different sexes its records give, M and F")
    concern: float = Field(description="Chance times impact: the higher, the sooner to review")
    chance: float = Field(
        description="How likely it holds two people, by its warnings, as learned on generated data"
    )
    impact: float = Field(
        description="How much harm that does: more for more records and sources, and for a hit"
    )
    warnings: list[WarningAnswer] = Field(
        description="What speaks for two people, the heaviest first"
    )


class ReviewAnswerBody(Answer):
    """Identities, those where a false merge is likely and harmful first."""

    identities: list[IdentityQualityAnswer] = Field(description="By concern, then by id")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last")
    basis: BasisAnswer
