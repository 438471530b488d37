"""Shows how long work goes on: on a terminal, to standard error, never anything personal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.commands.output import notices
from resolution import ports


@contextmanager
def shown_progress() -> Iterator[ports.Progress]:
    """Give what long work reports to; silent where standard error is no terminal."""
    if not notices.is_terminal:
        yield _silent
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notices, transient=True) as bars:
        task = bars.add_task("starting", total=None)
        current = ""

        def report(stage: str, done: int, total: int) -> None:
            nonlocal current
            if stage != current:
                current = stage
                bars.reset(task, description=stage, total=None)
            bars.update(task, completed=done, total=total or None)

        yield report


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total
