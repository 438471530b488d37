"""Golden records: the best value of each field of an identity, each with where it came from.

Survivorship, the same for every field: the value most records agree on; of equals the one that
says most (the longest), then the first in order of record id. Fields that can hold several values
at once (nationality, document, address, phone, e-mail, and names that are aliases) keep each.
"""

import duckdb

# field -> (attribute, SQL of the value over item `x`, most values kept)
GOLDEN_FIELDS: dict[str, tuple[str, str, int]] = {
    "name": ("names", "nullif(coalesce(x.full, array_to_string(x.tokens, ' ')), '')", 1),
    "date_of_birth": ("dates_of_birth", "x.date", 1),
    "sex": ("sexes", "x.code", 1),
    "nationality": ("nationalities", "x.code", 5),
    "birth_place": ("birth_places", "nullif(concat_ws(', ', x.place, x.country), '')", 1),
    "document": (
        "documents",
        "nullif(concat_ws(' ', x.type, x.country, x.number), '')",
        10,
    ),
    "address": (
        "addresses",
        "nullif(coalesce(x.text, concat_ws(' ', x.number, x.street, x.city, x.postcode)), '')",
        5,
    ),
    "phone": ("phones", "x.number", 5),
    "email": ("emails", "x.address", 5),
}
ALIASES_KEPT = 10


def make_golden_records(connection: duckdb.DuckDBPyConnection, standardised: str) -> None:
    """Make table `golden_records` (GOLDEN_RECORDS) from `memberships` and a standardised table.

    The records are read once, and ids stand aside as numbers until the end.
    """
    connection.execute("""
        create or replace temp table members as
        select record_id, identity_id, row_number() over (order by record_id) as member_no
        from memberships""")
    items = ", ".join(
        f"list_transform({attribute}, lambda x: {{'field': '{field}', 'value': {value},"
        " 'raw_path': x.raw_path, 'raw': x.raw})"
        for field, (attribute, value, _) in GOLDEN_FIELDS.items()
    )
    connection.execute(f"""
        create or replace temp table golden_items as
        select identity_id, member_no, unnest(list_concat({items}), recursive := true)
        from {standardised} join members using (record_id)""")
    # a record that gives a value twice supports it once
    connection.execute("""
        create or replace temp table golden_values as
        select identity_id, field, value, min(member_no) as member_no,
            arg_min(raw_path, member_no) as raw_path, arg_min(raw, member_no) as raw,
            count(*) as support
        from (
            select identity_id, field, value, member_no, min(raw_path) as raw_path,
                arg_min(raw, raw_path) as raw
            from golden_items where value is not null
            group by identity_id, field, value, member_no)
        group by identity_id, field, value""")
    connection.execute(f"""
        create or replace table golden_records as
        with ranked as (
            select v.identity_id, list_sort(list({{'support': -support, 'length': -length(value),
                'member_no': v.member_no, 'value': value, 'field': field, 'raw_path': raw_path,
                'raw': raw, 'record_id': m.record_id}})) as found
            from golden_values v join members m on m.member_no = v.member_no
            group by v.identity_id)
        select identity_id, list_transform({_kept()}, lambda x: {{'field': x.field,
            'value': x.value, 'record_id': x.record_id, 'raw_path': x.raw_path, 'raw': x.raw,
            'support': (-x.support)::integer}}) as "values" from ranked""")
    connection.execute("drop table members; drop table golden_items; drop table golden_values")


def _kept() -> str:
    """Return SQL of what is kept of list `found`: by name of the field, the best value first."""
    kept = {field: _best(field, 1, most) for field, (_, _, most) in GOLDEN_FIELDS.items()}
    # the golden name is no alias of itself
    aliases = _best("name", 2, ALIASES_KEPT)
    kept["alias"] = f"list_transform({aliases}, lambda x: struct_update(x, field := 'alias'))"
    return f"list_concat({', '.join(kept[field] for field in sorted(kept))})"


def _best(field: str, first: int, last: int) -> str:
    return f"list_filter(found, lambda x: x.field = '{field}')[{first}:{last}]"
