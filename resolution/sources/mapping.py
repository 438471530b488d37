"""Loads mapping files and checks them before anything runs, naming line, field and mend."""

import difflib
import hashlib
import json
import typing
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from models.errors import InvalidInputError, MappingError, MappingProblem
from resolution.sources.mapping_checks import problems_in
from resolution.sources.mapping_language import SourceMapping as MappingContent
from resolution.sources.mapping_yaml import MAX_MAPPING_BYTES, LinedYaml, Place, dotted

# Raised when the same mapping text comes to mean something else, so that files are read anew.
LANGUAGE_VERSION = 1


class SourceMapping(MappingContent):
    """A checked mapping, with the version its records are stamped with."""

    @property
    def version(self) -> str:
        """Return a short hash of what the mapping says; comments and layout do not count."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps([LANGUAGE_VERSION, said], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_mapping(path: Path) -> SourceMapping:
    """Read and check one mapping file.

    Raises:
        MappingError: with every problem found.
        InvalidInputError: if the file cannot be read.
    """
    document = LinedYaml(_text_of(path))
    if document.problems:
        raise MappingError(str(path), document.problems)
    try:
        mapping = SourceMapping.model_validate(document.content)
    except ValidationError as error:
        problems = [_problem(details, document) for details in error.errors()]
        unique = list(dict.fromkeys(problems))
        raise MappingError(str(path), sorted(unique, key=lambda each: each.line)) from error
    problems = [
        MappingProblem(document.line_of(place), dotted(place), message)
        for place, message in problems_in(mapping)
    ]
    if problems:
        raise MappingError(str(path), problems)
    return mapping


def load_mappings(folder: Path) -> list[SourceMapping]:
    """Read and check every mapping file (*.yaml, *.yml) in a folder, in order of file name.

    Raises:
        MappingError: for the first file that has problems, or when two files name one source.
        InvalidInputError: if there is no mapping file.
    """
    paths = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not paths:
        raise InvalidInputError(f"no mapping file (*.yaml) in {folder}")
    mappings: dict[str, tuple[Path, SourceMapping]] = {}
    for path in paths:
        mapping = load_mapping(path)
        if mapping.source in mappings:
            other = mappings[mapping.source][0].name
            problem = MappingProblem(
                1, "source", f"{mapping.source!r} is already mapped by {other}"
            )
            raise MappingError(str(path), [problem])
        mappings[mapping.source] = (path, mapping)
    return [mapping for _, mapping in mappings.values()]


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_MAPPING_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(f"cannot read the mapping {path}: {error.strerror}") from error
    if len(content) > MAX_MAPPING_BYTES:
        raise MappingError(str(path), [MappingProblem(0, "(whole file)", "larger than 1 MiB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = MappingProblem(line, "(whole file)", "not UTF-8: save the file as UTF-8")
        raise MappingError(str(path), [problem]) from error


def _problem(details: Any, document: LinedYaml) -> MappingProblem:
    """Turn one of pydantic's errors into a problem at a line of the file."""
    location = details["loc"]
    place = _place(location)
    kind, message = details["type"], details["msg"].removeprefix("Value error, ")
    if kind == "missing":
        message = f"this field is missing: add `{place[-1]}: ...`"
    elif kind == "extra_forbidden":
        message = _unknown_field(location)
    elif kind == "union_tag_not_found":
        message = "write `type:` csv, json_lines, json, xml, parquet or database"
    elif "should be" in message or "Input should" in message:
        message = f"{message.replace('Input should be', 'write')}, not {details['input']!r:.60}"
    return MappingProblem(document.line_of(place), dotted(place), message)


def _place(location: Place) -> Place:
    """Drop the tag pydantic puts after a field that may be one of several models."""
    return tuple(
        step for at, step in enumerate(location) if not (at and location[at - 1] == "format" and
        step in ("csv", "json_lines", "json", "xml", "parquet", "database"))
    )  # fmt: skip


def _unknown_field(location: Place) -> str:
    known = sorted(_fields_at(location[:-1]))
    close = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.6)
    if close:
        return f"unknown field; did you mean {close[0]!r}?"
    return f"unknown field; known here: {', '.join(known)}"


def _fields_at(location: Place) -> list[str]:
    """Return the names of the fields that may stand at a place."""
    models: list[type[BaseModel]] = [SourceMapping]
    for step in location:
        if isinstance(step, int):
            continue
        found = [model.model_fields[step] for model in models if step in model.model_fields]
        if found:
            models = [inner for field in found for inner in _models_in(field.annotation)]
        else:  # the tag of a format
            models = [
                m for m in models if step in typing.get_args(m.model_fields["type"].annotation)
            ]
    return [name for model in models for name in model.model_fields]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in typing.get_args(annotation) for model in _models_in(inner)]
