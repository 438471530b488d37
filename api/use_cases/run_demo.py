"""Generates people, runs everything on them and measures it against the truth."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from api.use_cases.auditing import Auditor
from api.use_cases.init_workspace import init_workspace
from models.access import Principal
from models.errors import InvalidInputError
from models.workspace import Workspace
from resolution.ports import Progress

_STAMP = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What a demo generates; the same plan gives the same files."""

    people: int
    seed: int
    hardness: str


class Generate(Protocol):
    """Writes generated sources and the truth about them into a folder."""

    def __call__(
        self,
        people: int,
        *,
        seed: int,
        hardness: str,
        folder: Path,
        progress: Callable[[int, int], None] | None = None,
    ) -> Any:
        """Write `folder/incoming/*` and `folder/truth/truth.csv`."""
        ...


def prepare_demo(
    plan: DemoPlan,
    *,
    principal: Principal,
    workspace: Workspace,
    auditor: Callable[[], Auditor],
    example_mappings: Sequence[Path],
    generate: Generate,
    progress: Progress,
) -> Path:
    """Make a workspace of generated people; return the file of the truth about them.

    A workspace of the same plan is used again as it is, so that a demo may be repeated.

    Raises:
        InvalidInputError: if the folder holds something else, or there are no example mappings.
    """
    root = workspace.root
    stamp = root / _STAMP
    wanted = {"people": plan.people, "seed": plan.seed, "hardness": plan.hardness}
    truth = root / "truth" / "truth.csv"
    if stamp.exists():
        if json.loads(stamp.read_text("utf-8")) != wanted:
            raise InvalidInputError(f"{root} holds another demo: choose another --workspace")
        return truth
    if not example_mappings:
        raise InvalidInputError("the example mappings are missing: run from a whole checkout")
    if root.exists() and any(root.iterdir()):
        raise InvalidInputError(
            f"{root} is not empty and holds no demo: choose another --workspace, or remove it"
        )
    root.mkdir(parents=True, exist_ok=True)
    generate(
        plan.people,
        seed=plan.seed,
        hardness=plan.hardness,
        folder=root,
        progress=lambda done, total: progress("generating", done, total),
    )
    init_workspace(
        principal=principal,
        workspace=workspace,
        auditor=auditor(),
        example_mappings=example_mappings,
    )
    # Last: a demo that was broken off is not taken for a whole one.
    stamp.write_text(json.dumps(wanted), "utf-8")
    return truth
