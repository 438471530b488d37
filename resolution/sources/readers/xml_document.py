"""Reads the record elements of an XML document one by one, refusing entities."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from models.errors import InvalidInputError
from resolution.sources.formats import XmlFormat
from resolution.sources.readers.documents import (
    DocumentError,
    MeteredFile,
    document_rows,
)
from resolution.sources.rows import RowStream

_MAX_DEPTH = 100


def read_xml_document(path: Path, form: XmlFormat, max_element_bytes: int) -> RowStream:
    """Read every element of the given name; namespaces are left out of names.

    An element with attributes or children becomes an object: attributes under "@name", text
    beside them under "#text", children of the same name a list.

    Raises:
        InvalidInputError: if the file is empty; while rows are read, if it declares entities or
            has no such element.
    """
    file = path.open("rb")
    metered = MeteredFile(file, max_element_bytes)
    return document_rows(path, _elements(path, form.record, file, metered), metered)


def _elements(path: Path, name: str, file: BinaryIO, metered: MeteredFile) -> Iterator[Any]:
    n_found = 0
    with file:
        try:
            for element in _records(name, metered):
                n_found += 1
                yield element
        except DefusedXmlException as error:
            raise InvalidInputError(
                f"{path.name} declares entities, which are refused: remove its DOCTYPE"
            ) from error
        except (LookupError, ValueError) as error:
            # What the parser says of an encoding that it does not know, or reads not.
            raise InvalidInputError(
                f"{path.name} declares an encoding that cannot be read: save it as UTF-8"
            ) from error
        except ParseError as error:
            line, column = error.position
            raise DocumentError(f"it is not valid XML at line {line}, column {column}") from error
    if not n_found:
        raise InvalidInputError(f"{path.name} has no element <{name}>: check `record: {name}`")


def _records(name: str, metered: MeteredFile) -> Iterator[Any]:
    """Walk the document, keeping nothing of what is outside of records."""
    open_elements: list[Element] = []
    n_open_records = 0
    for event, element in iterparse(metered, ("start", "end"), forbid_dtd=False):
        is_record = _local(element.tag) == name
        if event == "start":
            open_elements.append(element)
            n_open_records += is_record
            if len(open_elements) > _MAX_DEPTH:
                raise DocumentError(f"elements are nested more than {_MAX_DEPTH} deep")
            continue
        open_elements.pop()
        n_open_records -= is_record
        if n_open_records:
            continue
        metered.element_completed()
        if is_record:
            content = _content(element)
            yield content if isinstance(content, dict) else {"#text": content}
        if open_elements:
            open_elements[-1].remove(element)


def _content(element: Element) -> Any:
    """Turn an element into text, or into an object when it has attributes or children."""
    if not len(element) and not element.attrib:
        return element.text or ""
    content: dict[str, Any] = {f"@{_local(name)}": text for name, text in element.attrib.items()}
    texts = [element.text or ""]
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(_local(child.tag), []).append(_content(child))
        texts.append(child.tail or "")
    for name, values in children.items():
        content[name] = values[0] if len(values) == 1 else values
    text = " ".join(each.strip() for each in texts if each.strip())
    if text:
        content["#text"] = text
    return content


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
