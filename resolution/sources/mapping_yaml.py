"""Reads YAML as plain text values and remembers on which line every field stands."""

from typing import Any

import yaml

from models.errors import MappingProblem

# A mapping is written by hand; anything larger is not one.
MAX_MAPPING_BYTES = 1 << 20
MAX_DEPTH = 30

Place = tuple[str | int, ...]
"""Where in the document a value stands: names of fields and positions in lists."""


def dotted(place: Place) -> str:
    """Write a place as people do: `record.names[0].given`."""
    written = ""
    for step in place:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{step}" if written else step
    return written or "(whole file)"


class LinedYaml:
    """A YAML document whose scalars are all text, as written, with the line of each value.

    Scalars stay text because YAML would make a boolean of the country code NO and a number of
    a document number.

    Attributes:
        content: dicts, lists and text.
        lines: 1-based line of every place.
        problems: what is wrong with the YAML itself; `content` is unusable when there are any.
    """

    def __init__(self, text: str) -> None:
        """Read the text; problems are kept rather than raised."""
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[MappingProblem] = []
        self.content: Any = None
        self._seen: set[int] = set()
        try:
            root = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            self._complain(line, (), f"this is not YAML: {error.problem or error.context}")
        except (yaml.YAMLError, RecursionError) as error:
            self._complain(0, (), f"this is not YAML: {str(error).splitlines()[0]}")
        else:
            if not isinstance(root, yaml.MappingNode):
                self._complain(1, (), "write fields, beginning with `source: name`")
            else:
                self.content = self._value(root, ())

    def line_of(self, place: Place) -> int:
        """Return the line of a place, or of the nearest place that holds it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def _complain(self, line: int, place: Place, message: str) -> None:
        self.problems.append(MappingProblem(line, dotted(place), message))

    def _value(self, node: yaml.Node, place: Place) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        # Two places sharing one node is an alias; refused, for aliases can blow up without bound.
        if id(node) in self._seen:
            self._complain(line, place, "anchors and aliases are not used here: write it out")
            return None
        self._seen.add(id(node))
        if len(place) > MAX_DEPTH:
            self._complain(line, place, "this is nested too deeply")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._fields(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*place, at)) for at, item in enumerate(node.value)]
        return node.value

    def _fields(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._complain(line, place, "a field name must be text")
                continue
            name = str(key.value)
            if name in fields:
                first = self.lines[(*place, name)]
                self._complain(
                    line, (*place, name), f"this field is already on line {first}: keep one"
                )
                continue
            self.lines[(*place, name)] = line
            fields[name] = self._value(value, (*place, name))
        return fields
