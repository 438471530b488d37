"""The small path language of mapping files: dots, [0] for one element, [*] for every one."""

import re

# A name is anything but dots and brackets; a dot inside a name is written "\.".
_STEP = re.compile(r"(?P<name>(?:\\.|[^.\[\]\\])+)|\[(?P<index>\d{1,9}|\*)\]")

Step = str | int | None
"""A field name, the position of an element, or None for every element."""


def parse_path(path: str) -> tuple[Step, ...]:
    """Part a path into its steps; "." alone is the element itself and has none.

    Raises:
        ValueError: if the path is not of the form `name.name[0].name`.
    """
    if path == ".":
        return ()
    steps: list[Step] = []
    at = 0
    while at < len(path):
        if path[at] == "." and steps and at + 1 < len(path) and path[at + 1] not in ".[":
            at += 1
        elif steps and path[at] != "[":
            raise ValueError(f"{path!r} is not a path: write names with dots, [0] or [*]")
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"{path!r} is not a path: write names with dots, [0] or [*]")
        name, index = step["name"], step["index"]
        if name is not None:
            steps.append(re.sub(r"\\(.)", r"\1", name))
        else:
            steps.append(None if index == "*" else int(index))
        at = step.end()
    if not steps:
        raise ValueError("a path may not be empty")
    return tuple(steps)


def json_path(steps: tuple[Step, ...]) -> str:
    """Write steps as a JSON path whose names are quoted, so that no name is read as syntax.

    Raises:
        ValueError: if a name holds a double quote, which a JSON path cannot quote.
    """
    written = ["$"]
    for step in steps:
        if step is None:
            written.append("[*]")
        elif isinstance(step, int):
            written.append(f"[{step}]")
        elif '"' in step:
            raise ValueError(f"{step!r} holds a double quote: no path can name it")
        else:
            written.append(f'."{step}"')
    return "".join(written)
