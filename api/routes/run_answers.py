"""What the API answers about runs and about itself, as pydantic models."""

from datetime import datetime
from typing import Any

from pydantic import Field

from api.routes.answer import Answer


class RunWarning(Answer):
    """Something that a person should do something about."""

    code: str = Field(description="What it is about: population_outgrown")
    message: str = Field(description="What was found, and what to do")


class RunAnswer(Answer):
    """One passage of the pipeline."""

    run_id: str = Field(description="The run")
    status: str = Field(description="building, published, superseded or failed")
    model_version: str = Field(description="The match model version it was scored by")
    fingerprint: str = Field(description="Hash of all inputs")
    started_at: datetime
    finished_at: datetime | None
    warnings: list[RunWarning] = Field(description="What to do something about; most often none")
    summary: dict[str, Any] = Field(description="Counts by name, seconds by stage")


class RunsAnswer(Answer):
    """Runs, newest first."""

    runs: list[RunAnswer]


class HealthAnswer(Answer):
    """Whether the process answers, or is ready to answer about people."""

    status: str = Field(description="ok or ready")
