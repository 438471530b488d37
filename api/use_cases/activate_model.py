"""Makes a match model version the one that runs use."""

from dataclasses import dataclass
from pathlib import Path

from api.use_cases.auditing import Auditor
from api.use_cases.batch_ports import MatchModelShelf
from models.access import Principal


@dataclass(frozen=True, slots=True)
class Activation:
    """Which version runs use from now on, and which they used."""

    version: str
    former_version: str | None


def activate_model(
    version: str, *, principal: Principal, shelf: MatchModelShelf, auditor: Auditor
) -> Activation:
    """Activate a version; the published run stays until the next run.

    Raises:
        MatchModelError: if there is no such version, or it is damaged.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_change("activate_model", principal) as seen:
        seen.add(version)
        former = shelf.active_version()
        shelf.activate(version)
        return Activation(version, former)


def adopt_model(
    place: Path, *, principal: Principal, shelf: MatchModelShelf, auditor: Auditor
) -> Activation:
    """Copy a package that was trained elsewhere into the workspace, and activate it.

    Raises:
        MatchModelError: if there is no package there, or it is damaged.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_change("adopt_model", principal) as seen:
        version = shelf.adopt(place)
        seen.add(version)
        former = shelf.active_version()
        shelf.activate(version)
        return Activation(version, former)
