"""What every part of an answer is."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A part of an answer, read from a use case's object by attribute."""

    model_config = ConfigDict(from_attributes=True)
