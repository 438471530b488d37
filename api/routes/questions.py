"""What callers may ask, as pydantic models: the parts are those of `tables.SOURCE_ATTRIBUTES`."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.use_cases.who_is import MOST_QUESTIONS, WhoIsQuery

SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Text = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
_Items: Any = Field(default_factory=list, max_length=20)


class Question(BaseModel):
    """A part of a question; fields it does not have are refused."""

    model_config = ConfigDict(extra="forbid")


class AskedName(Question):
    """A name: whole, or in parts where they are known."""

    kind: Text | None = Field(None, description="primary, alias, former or native")
    full: Text | None = Field(None, description="The whole name, in any script")
    given: Text | None = Field(None, description="Given names")
    middle: Text | None = Field(None, description="Middle names")
    family: Text | None = Field(None, description="Family name")
    suffix: Text | None = Field(None, description="Such as Jr or III")
    order: Text | None = Field(None, description="Of `full`: given_first or family_first")


class AskedDateOfBirth(Question):
    """A date of birth, whole or partial: as text, or by year, month and day."""

    text: Text | None = Field(None, description="1980-02-03, 03/02/1980, Feb 1980 or 1980")
    year: Text | None = Field(None, description="Four digits")
    month: Text | None = Field(None, description="1 to 12, or its name")
    day: Text | None = Field(None, description="1 to 31")
    order: Text | None = Field(None, description="Of `text`: dmy, mdy or ymd")
    calendar: Text | None = Field(None, description="gregorian, persian, ethiopian or hijri")
    precision: Text | None = Field(None, description="day, month or year")


class AskedText(Question):
    """One value."""

    text: Text | None = Field(None, description="The value, as you have it")


class AskedBirthPlace(Question):
    """Where the person was born."""

    country: Text | None = Field(None, description="A country's name or ISO code")
    place: Text | None = Field(None, description="Town or region")


class AskedDocument(Question):
    """An identity document."""

    type: Text | None = Field(None, description="passport, id card, visa, driving licence …")
    number: Text | None = Field(None, description="Its number")
    country: Text | None = Field(None, description="Who issued it: a country's name or ISO code")
    valid_from: Text | None = Field(None, description="A date")
    valid_to: Text | None = Field(None, description="A date")


class AskedAddress(Question):
    """An address: whole, or in parts."""

    kind: Text | None = Field(None, description="Such as home or work")
    full: Text | None = Field(None, description="The whole address")
    number: Text | None = Field(None, description="House number")
    street: Text | None = Field(None, description="Street")
    city: Text | None = Field(None, description="Town or city")
    region: Text | None = Field(None, description="Region or state")
    postcode: Text | None = Field(None, description="Postcode")
    country: Text | None = Field(None, description="A country's name or ISO code")
    valid_from: Text | None = Field(None, description="A date")
    valid_to: Text | None = Field(None, description="A date")


class AskedPhone(Question):
    """A telephone number."""

    text: Text | None = Field(None, description="The number, as you have it")
    country: Text | None = Field(None, description="The country to read a local number in")


class AskedReference(Question):
    """A case or file reference."""

    type: Text | None = Field(None, description="Such as case")
    number: Text | None = Field(None, description="The reference")


class AskedAttributes(Question):
    """What is known of the person; every attribute may hold several values."""

    names: list[AskedName] = _Items
    dates_of_birth: list[AskedDateOfBirth] = _Items
    sexes: list[AskedText] = _Items
    nationalities: list[AskedText] = _Items
    birth_places: list[AskedBirthPlace] = _Items
    documents: list[AskedDocument] = _Items
    addresses: list[AskedAddress] = _Items
    phones: list[AskedPhone] = _Items
    emails: list[AskedText] = _Items
    references: list[AskedReference] = _Items

    def as_query(self) -> dict[str, Any]:
        """Return only what was given, in the shape of `tables.SOURCE_ATTRIBUTES`."""
        given = self.model_dump(exclude_none=True, exclude_defaults=True)
        query = {
            attribute: [item for item in items if any(item.values())]
            for attribute, items in given.items()
        }
        return {attribute: items for attribute, items in query.items() if items}


class WhoIsQuestion(Question):
    """Who is the person with these attributes?"""

    attributes: AskedAttributes = Field(description="What is known; one attribute at least")
    limit: int = Field(10, ge=1, le=100, description="Most identities in the answer")
    minimum_match_weight: float | None = Field(
        None,
        ge=-1000,
        le=1000,
        description="Leave out weaker candidates; the match model's review threshold unless given",
    )
    sources: Annotated[list[SourceName], Field(min_length=1, max_length=50)] | None = Field(
        None,
        description="Look at records of these sources only; at all unless given",
        examples=[["casework", "in_country"]],
    )

    def as_query(self) -> WhoIsQuery:
        """Return the question as the use case takes it."""
        return WhoIsQuery(
            self.attributes.as_query(),
            limit=self.limit,
            minimum_match_weight=self.minimum_match_weight,
            sources=None if self.sources is None else tuple(self.sources),
        )


class WhoIsQuestionInBatch(WhoIsQuestion):
    """One question of many."""

    correlation_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="Yours: it comes back with the answer", examples=["row-17"]
    )


class WhoIsBatch(Question):
    """Many questions, answered on one state of what is published."""

    questions: list[WhoIsQuestionInBatch] = Field(min_length=1, max_length=MOST_QUESTIONS)


RecordId = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class ExplainQuestion(Question):
    """Why are these two records, or are they not, taken for the same person?"""

    left_id: RecordId = Field(description="A record id, such as casework:00012345")
    right_id: RecordId = Field(description="Another record id")
