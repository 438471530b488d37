"""What warns of a false merge, as a pydantic model."""

from pydantic import Field, computed_field

from api.routes.answer import Answer
from api.use_cases.warning_words import warning_in_words
from models.quality import IdentityWarning, WarningKind


class WarningAnswer(Answer):
    """One thing that speaks for an identity holding records of two people."""

    kind: WarningKind = Field(description="For programs; more may be added")
    weight: float = Field(
        description="What it adds to the log2 odds that these are two people", examples=[4.2]
    )
    one_side: list[str] = Field(
        description="The records it is about, 20 at most; of two groups the smaller"
    )
    other_side: list[str] = Field(description="The records on the other side; empty for none")
    facts: dict[str, str | int | float | None] = Field(description="What was found, by name")

    @computed_field(description="The same as a sentence")  # type: ignore[prop-decorator]
    @property
    def in_words(self) -> str:
        """Return the sentence."""
        return warning_in_words(
            IdentityWarning(
                self.kind, self.weight, tuple(self.one_side), tuple(self.other_side), self.facts
            )
        )
