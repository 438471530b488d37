"""Golden records: the best value of each field of an identity, each with where it came from.

Survivorship, the same for every field: the value most records agree on; of equals the one that
says most (the longest), then the first in order of record id. Fields that can hold several values
at once (nationality, document, address, phone, e-mail, and names that are aliases) keep each.
"""

import duckdb

from models.tables import STANDARDISED_ATTRIBUTES

# field -> (attribute, SQL of the value over item `x`, one value only, most values kept)
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
    """Make table `golden_records` (GOLDEN_RECORDS) from `memberships` and a standardised table."""
    fields = []
    for field, (attribute, value, kept) in GOLDEN_FIELDS.items():
        if attribute not in STANDARDISED_ATTRIBUTES:
            raise KeyError(attribute)
        fields.append(_ranked(field, attribute, value, kept, standardised))
    fields.append(_ranked("alias", *GOLDEN_FIELDS["name"][:2], ALIASES_KEPT, standardised))
    connection.execute(f"""
        create or replace table golden_values as {" union all ".join(fields)}""")
    connection.execute("""
        create or replace table golden_records as
        select identity_id, list({'field': field, 'value': value, 'record_id': record_id,
            'raw_path': raw_path, 'raw': raw, 'support': support::integer}
            order by field, place, value) as "values"
        from golden_values v
        -- the golden name is no alias of itself
        where not (field = 'alias' and exists (
            select 1 from golden_values n where n.identity_id = v.identity_id
            and n.field = 'name' and n.value = v.value))
        group by identity_id""")
    connection.execute("drop table golden_values")


def _ranked(field: str, attribute: str, value: str, kept: int, standardised: str) -> str:
    """Return SQL that ranks the values of one field within each identity."""
    return f"""
        (select identity_id, '{field}' as field, value, record_id, raw_path, raw, support,
            row_number() over (partition by identity_id
                order by support desc, length(value) desc, record_id, value) as place
         from (
            select identity_id, value, min(record_id) as record_id,
                arg_min(raw_path, record_id) as raw_path, arg_min(raw, record_id) as raw,
                count(distinct record_id) as support
            from (select m.identity_id, s.record_id, x.raw_path as raw_path, x.raw as raw,
                      {value} as value
                  from (select record_id, unnest({attribute}) as x from {standardised}) s
                  join memberships m using (record_id))
            where value is not null group by identity_id, value)
         qualify place <= {kept})"""
