"""Adds what a new delivery says of a record to what former deliveries said of it."""

import pyarrow as pa

from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS


def collected_records(*, delivered: str, former: str) -> str:
    """Write the query of the delivered records, each with all that is known of it so far.

    Args:
        delivered: a table of schema SOURCE_RECORDS, each record once.
        former: the same, of what was current of these records; records may be missing.

    Returns:
        SQL that gives SOURCE_RECORDS: of every attribute the former items, then those that are new
        in the order they came; everything else as delivered. Items that differ only in where they
        stood in the row are one.
    """
    columns = ", ".join(
        _items(name, SOURCE_ATTRIBUTES[name]) if name in SOURCE_ATTRIBUTES else f'd."{name}"'
        for name in SOURCE_RECORDS.names
    )
    return f"select {columns} from {delivered} d left join {former} f using (record_id)"


def _items(attribute: str, kind: pa.ListType) -> str:
    """Write the former items and the new ones; where there is no former record, the new ones."""
    parts = [part.name for part in kind.value_type if part.name != "raw_path"]

    def said(item: str) -> str:
        return "{" + ", ".join(f"'{part}': {item}.\"{part}\"" for part in parts) + "}"

    return (
        f'list_concat(coalesce(f."{attribute}", []), list_filter(d."{attribute}", lambda i: not '
        f'list_contains(list_transform(coalesce(f."{attribute}", []), lambda j: {said("j")}), '
        f'{said("i")}))) as "{attribute}"'
    )
