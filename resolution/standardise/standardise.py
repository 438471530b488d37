"""Standardise records: the one definition, for a batch of any size and for a single record."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS, STANDARDISED_RECORDS
from resolution.standardise.addresses import read_address
from resolution.standardise.columns import Attribute, Reading, gather_issues, standardise_column
from resolution.standardise.countries import read_birth_place, read_nationalities
from resolution.standardise.dates import read_date, read_day
from resolution.standardise.emails import read_email
from resolution.standardise.identifiers import (
    read_document_number,
    read_document_type,
    read_issuer,
)
from resolution.standardise.labels import read_label, read_words
from resolution.standardise.names import read_names
from resolution.standardise.phones import read_phone
from resolution.standardise.sexes import read_sex

STANDARDISER_VERSION = "1"
"""Moves whenever any record could come out differently; frozen with every match model version."""

_ROWS_AT_ONCE = 50_000

_NAME_PARTS = ("full", "given", "middle", "family", "suffix")
_DATE_PARTS = ("text", "year", "month", "day")
_ADDRESS_PARTS = ("full", "number", "street", "city", "region", "postcode", "country")

ATTRIBUTES = (
    Attribute(
        "names",
        raw=("given", "middle", "family", "suffix"),
        raw_separator=" ",
        raw_first="full",
        readings=(Reading(
            reads=("kind", *_NAME_PARTS, "order"),
            writes=("kind", "full", "given", "family", "tokens", "suffix", "script"),
            function=read_names,
            expands=True,
        ),),
    ),
    Attribute(
        "dates_of_birth",
        raw=("year", "month", "day"),
        raw_separator="-",
        raw_first="text",
        readings=(Reading(
            reads=(*_DATE_PARTS, "order", "calendar", "precision"),
            writes=(
                "date", "year", "month", "day", "precision", "is_default", "alternatives",
            ),
            function=read_date,
        ),),
    ),
    Attribute("sexes", raw=("text",), readings=(Reading(("text",), ("code",), read_sex),)),
    Attribute(
        "nationalities",
        raw=("text",),
        readings=(Reading(("text",), ("code",), read_nationalities, expands=True),),
    ),
    Attribute(
        "birth_places",
        raw=("place", "country"),
        readings=(Reading(("country", "place"), ("country", "place"), read_birth_place),),
    ),
    Attribute(
        "documents",
        raw=("type", "number", "country"),
        readings=(
            Reading(("type",), ("type",), read_document_type),
            Reading(("number",), ("number",), read_document_number),
            Reading(("country", "type"), ("country",), read_issuer),
            Reading(("valid_from",), ("valid_from",), read_day),
            Reading(("valid_to",), ("valid_to",), read_day),
        ),
    ),
    Attribute(
        "addresses",
        raw=_ADDRESS_PARTS,
        readings=(
            Reading(
                reads=_ADDRESS_PARTS,
                writes=("text", *_ADDRESS_PARTS[1:]),
                function=read_address,
            ),
            Reading(("valid_from",), ("valid_from",), read_day),
            Reading(("valid_to",), ("valid_to",), read_day),
        ),
        carried=("kind", "raw_path"),
    ),
    Attribute(
        "phones", raw=("text",), readings=(Reading(("text", "country"), ("number",), read_phone),)
    ),
    Attribute("emails", raw=("text",), readings=(Reading(("text",), ("address",), read_email),)),
    Attribute(
        "references",
        raw=("type", "number"),
        readings=(
            Reading(("type",), ("type",), read_label),
            Reading(("number",), ("number",), read_document_number),
        ),
    ),
    Attribute(
        "relations",
        raw=("kind", "reference"),
        readings=(
            Reading(("kind",), ("kind",), read_label),
            Reading(("reference",), ("reference",), read_words),
        ),
    ),
    Attribute(
        "events",
        raw=("kind", "date", "detail"),
        readings=(
            Reading(("kind",), ("kind",), read_label),
            Reading(("date",), ("date",), read_day),
            Reading(("detail",), ("detail",), read_words),
        ),
    ),
)  # fmt: skip


def standardise(records: pa.Table) -> pa.Table:
    """Standardise source records, row for row.

    Args:
        records: n rows of `SOURCE_RECORDS`. It is worked through in bounded pieces, but the whole
            result is held: callers with many records hand over one piece at a time.

    Returns:
        n rows of `STANDARDISED_RECORDS` in the same order. A value that cannot be read keeps its
        raw text, has null parts and an entry in `issues`; an item without any text is left out.
        Pure: the same row gives the same result alone, in any piece and in any order.
    """
    with _collection_paused():
        pieces = [
            _standardise_piece(records.slice(start, _ROWS_AT_ONCE))
            for start in range(0, records.num_rows, _ROWS_AT_ONCE)
        ]
    return pa.concat_tables(pieces) if pieces else STANDARDISED_RECORDS.empty_table()


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keep the garbage collector from walking the many short-lived tuples, none in a cycle.

    It finds nothing and takes a third of the time. Another thread may turn it on again meanwhile:
    that costs speed only.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _standardise_piece(records: pa.Table) -> pa.Table:
    """Standardise one piece of a table, attribute by attribute."""
    columns = {
        name: records[name] for name in SOURCE_RECORDS.names if name not in SOURCE_ATTRIBUTES
    }
    columns["standardiser_version"] = pa.array([STANDARDISER_VERSION] * records.num_rows)
    standardised = {
        attribute.name: standardise_column(attribute, records[attribute.name].combine_chunks())
        for attribute in ATTRIBUTES
    }
    columns |= {name: result.column for name, result in standardised.items()}
    columns["issues"] = gather_issues(list(standardised.values()), records.num_rows)
    ordered = [columns[name] for name in STANDARDISED_RECORDS.names]
    return pa.Table.from_arrays(ordered, schema=STANDARDISED_RECORDS)
