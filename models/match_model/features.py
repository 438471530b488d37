"""What the match model sees of a record: the columns comparisons and blocking rules speak of.

Every column is derived from STANDARDISED_RECORDS by the SQL below; nothing else is compared.
Lists are distinct, sorted, and never null; tokens, roots and sounds keep the order of the name.
"""

# Personal numbers are given once for life; every other document is renewed.
PERSON_NUMBER_TYPES = ("SOCIAL_SECURITY", "NATIONAL_INSURANCE", "TAX", "NATIONAL_ID")

_numbers = "', '".join(PERSON_NUMBER_TYPES)

# name -> expression over one row `s` of STANDARDISED_RECORDS
RECORD_FEATURES: dict[str, str] = {
    "source": "s.source",
    "duplicate_free": "s.duplicate_free",
    "is_watchlist": "s.role = 'watchlist'",
    "known_births": "list_filter(s.dates_of_birth, lambda x: x.year is not null)",
    "birth_year": "known_births[1].year::integer",
    "birth_default": "coalesce(known_births[1].is_default, false)",
    "births": (
        "distinct_of(list_transform(list_filter(known_births,"
        " lambda x: x.precision = 'day'), lambda x: x.date))"
    ),
    "birth": "list_filter(known_births, lambda x: x.precision = 'day')[1].date",
    # with the month or better
    "birth_month": (
        "list_filter(known_births, lambda x: x.precision in ('day', 'month'))[1].date[1:7]"
    ),
    "birth_swapped": (
        "case when birth[9:] <= '12' and birth[9:] <> birth[6:7]"
        " then birth[1:5] || birth[9:] || '-' || birth[6:7] end"
    ),
    "nationality_codes": (
        "distinct_of(list_filter(list_transform(s.nationalities, lambda x: x.code),"
        " lambda x: x is not null))"
    ),
    "birth_country": (
        "list_filter(list_transform(s.birth_places, lambda x: x.country),"
        " lambda x: x is not null)[1]"
    ),
    # years of the Ethiopian calendar look like ours, and a clerk may have left out whose they are
    "births_by_ethiopian_calendar": (
        "case when list_has_any(nationality_codes, ['ETH', 'ERI'])"
        " or coalesce(birth_country, '') in ('ETH', 'ERI') then"
        " list_filter(list_transform(list_filter(known_births, lambda x: x.precision = 'day'),"
        " lambda x: from_ethiopian(x.year::bigint, x.month::bigint, x.day::bigint)),"
        " lambda x: x is not null) else [] end"
    ),
    "readings": (
        "distinct_of(list_concat(list_concat(births, births_by_ethiopian_calendar),"
        " list_filter(flatten(list_transform(known_births,"
        " lambda x: coalesce(x.alternatives, []))), lambda x: length(x) = 10)))"
    ),
    "reads_otherwise": (
        "list_bool_or(list_transform(readings, lambda x:"
        " not list_contains(births, x) and x is distinct from birth_swapped))"
    ),
    "birth_years": (
        "distinct_of(list_concat(list_transform(known_births, lambda x: x.year::varchar),"
        " list_transform(readings, lambda x: x[1:4])))"
    ),
    # 1 January says nothing about the day a person was born
    "birth_days": (
        "distinct_of(list_filter(list_transform(readings, lambda x: x[6:]),"
        " lambda x: x <> '01-01'))"
    ),
    "birth_text": (
        "list_aggregate(list_transform(known_births, lambda x: x.date), 'string_agg', ', ')"
    ),
    "sexes_known": (
        "distinct_of(list_filter(list_transform(s.sexes, lambda x: x.code),"
        " lambda x: x in ('M', 'F')))"
    ),
    "sex": "case when len(sexes_known) = 1 then sexes_known[1] end",
    "nationality_text": "list_aggregate(nationality_codes, 'string_agg', ', ')",
    "places_of_birth": (
        "distinct_of(list_filter(list_transform(s.birth_places, lambda x: x.place),"
        " lambda x: x is not null))"
    ),
    "birth_place": "places_of_birth[1]",
    "birth_place_text": (
        "nullif(concat_ws(', ', birth_place, birth_country), '')"
    ),
    "document_numbers": (
        "distinct_of(list_transform(list_filter(s.documents, lambda x: length(x.number) >= 4"
        f" and coalesce(x.type, '') not in ('{_numbers}')), lambda x: x.number))"
    ),
    "document_text": "list_aggregate(document_numbers, 'string_agg', ', ')",
    "person_numbers": (
        "distinct_of(list_transform(list_filter(s.documents, lambda x: length(x.number) >= 4"
        f" and x.type in ('{_numbers}')), lambda x: x.number))"
    ),
    "person_number_text": "list_aggregate(person_numbers, 'string_agg', ', ')",
    "number_parts": (
        "distinct_of(flatten(list_transform(list_filter("
        "list_concat(document_numbers, person_numbers), lambda x: length(x) >= 6), lambda x:"
        " ['<' || x[1:length(x) // 2], '>' || x[length(x) // 2 + 1:]])))"
    ),
    "case_refs": (
        "distinct_of(list_filter(list_transform(s.references, lambda x: x.number),"
        " lambda x: length(x) >= 3))"
    ),
    "reference_text": "list_aggregate(case_refs, 'string_agg', ', ')",
    "phone_numbers": (
        "distinct_of(list_filter(list_transform(s.phones, lambda x: x.number),"
        " lambda x: length(x) >= 6))"
    ),
    "phone_text": "list_aggregate(phone_numbers, 'string_agg', ', ')",
    "email_addresses": (
        "distinct_of(list_filter(list_transform(s.emails, lambda x: x.address),"
        " lambda x: x is not null))"
    ),
    "email_names": (
        "distinct_of(list_filter(list_transform(email_addresses, lambda x: split_part(x, '@', 1)),"
        " lambda x: length(x) >= 4))"
    ),
    "email_text": "list_aggregate(email_addresses, 'string_agg', ', ')",
    "address_keys": (
        "distinct_of(list_filter(list_transform(s.addresses, lambda x: case"
        " when x.street is not null then concat_ws(' ', x.number, x.street)"
        # a town or a postcode alone is no address
        " when x.city is null and regexp_matches(x.text, '^\\S+ \\S+ \\S+') then x.text end),"
        " lambda x: length(x) >= 5))"
    ),
    "address": "address_keys[1]",
    "postcodes": (
        "distinct_of(list_filter(list_transform(s.addresses, lambda x: x.postcode),"
        " lambda x: x is not null))"
    ),
    "postcode": "postcodes[1]",
    "postcode_parts": (
        "distinct_of(flatten(list_transform(list_filter(postcodes, lambda x: length(x) >= 4),"
        " lambda x: ['<' || x[1:length(x) - 1], '>' || x[2:]])))"
    ),
    "places": (
        "distinct_of(list_filter(list_transform(s.addresses, lambda x: x.city),"
        " lambda x: x is not null))"
    ),
    "address_text": (
        "nullif(list_aggregate(list_transform(s.addresses, lambda x:"
        " coalesce(x.text, concat_ws(' ', x.number, x.street, x.city, x.postcode))),"
        " 'string_agg', '; '), '')"
    ),
}  # fmt: skip

# However rare its parts, this share of people has a relative of the same name in a population:
# fathers and sons bear one name, and its parts do not come together by chance.
RELATIVES_OF_ONE_NAME = 0.003

# How often an initial agrees by chance: letters are not spread evenly, so more than 1 in 26.
CHANCE_OF_AN_INITIAL = 0.08

# Derived on the way, not kept.
SCAFFOLDING = ("known_births", "sexes_known", "births_by_ethiopian_calendar")

# The names of a row `s` of STANDARDISED_RECORDS that are compared: a primary name comes first; of a
# record with more names than these, the rest say nothing new.
NAMES_COMPARED = (
    "list_filter(list_concat(list_filter(s.names, lambda x: x.kind = 'primary'),"
    " list_filter(s.names, lambda x: x.kind is distinct from 'primary')),"
    " lambda x: len(x.tokens) > 0)[1:20]"
)

# name -> expression over one row `n` of a record; `n.names` holds (tokens, roots, sounds) of each
# of its names, the primary first, at least one; `tokens` and `roots` keep the order of the name;
# `n.given` and `n.family` are the primary name's
NAME_FEATURES: dict[str, str] = {
    "tokens": "n.names[1].tokens",
    "roots": "n.names[1].roots",
    "full_roots": "list_filter(roots, lambda x: length(x) > 1)",
    "full_count": "len(list_distinct(full_roots))",
    "full_key": "array_to_string(distinct_of(full_roots), ' ')",
    "full_tokens": "list_filter(tokens, lambda x: length(x) > 1)",
    "last_root": "full_roots[-1]",
    "middle_initials": "list_transform(roots[2:len(roots) - 1], lambda x: x[1])",
    "name_key": "array_to_string(list_sort(tokens), ' ')",
    "root_key": "array_to_string(list_sort(roots), ' ')",
    # of two sounds at least: one sound is shared by too many names
    "sound_key": (
        "case when full_count > 1"
        " then array_to_string(distinct_of(n.names[1].sounds), ' ') end"
    ),
    "joined": "array_to_string(tokens, '')",
    "name_keys": (
        "distinct_of(list_transform(list_filter(n.names, lambda x: len(x.roots) > 1),"
        " lambda x: array_to_string(list_sort(x.roots), ' ')))"
    ),
    "root_keys": (
        "distinct_of(list_transform(n.names, lambda x: array_to_string(list_sort(x.roots), ' ')))"
    ),
    "all_roots": (
        "distinct_of(list_filter(flatten(list_transform(n.names, lambda x: x.roots)),"
        " lambda x: length(x) > 2))"
    ),
    "sounds": "distinct_of(flatten(list_transform(n.names, lambda x: x.sounds)))",
    "initials": (
        "distinct_of(list_transform(flatten(list_transform(n.names, lambda x: x.roots)),"
        " lambda x: x[1]))"
    ),
    "sound_pairs": (
        "distinct_of(flatten(list_transform(n.names,"
        " lambda name: pairs_of(list_distinct(name.sounds[1:6])))))"
    ),
    "name_text": (
        "array_to_string(list_transform(n.names, lambda x: array_to_string(x.tokens, ' ')), '; ')"
    ),
}  # fmt: skip

# name -> expression over the same row and NAME_FEATURES: where the given and family name stand
NAME_PLACES: dict[str, str] = {
    "given_at": "list_position(tokens, split_part(n.given, ' ', 1))",
    "given_root": "roots[given_at]",
    "given_sound": "n.names[1].sounds[given_at]",
    "own_family_root": "roots[list_position(tokens, n.family)]",
}

# What stays null where a record has no name; the other NAME_FEATURES are empty lists.
_NULL_WITHOUT_A_NAME = (
    "name_key", "root_key", "full_key", "sound_key", "joined", "name_text", "last_root",
    "full_count", "middle_initials",
)  # fmt: skip

# name -> expression over a row `n` of NAME_FEATURES and NAME_PLACES, all null where a record has no
# name: what is kept of them, before RECORD_FEATURES
WHOLE_FEATURES: dict[str, str] = {
    "given": "n.given",
    "family": "n.family",
    "given_root": "n.given_root",
    "given_sound": "n.given_sound",
    "given_spelt": "split_part(n.given, ' ', 1)",
    "plain_name": (
        "coalesce(n.given is not null and position(' ' in n.family) = 0, false)"
    ),
    "given_singles": (
        "coalesce(list_filter(string_split(n.given, ' '), lambda x: length(x) = 1), [])"
    ),
    "given_initials": (
        "coalesce(list_transform(string_split(n.given, ' '), lambda x: x[1]), [])"
    ),
    "family_root": "coalesce(n.own_family_root, n.family)",
    "name_key": "n.name_key",
    "root_key": "n.root_key",
    "full_key": "n.full_key",
    "sound_key": "n.sound_key",
    "joined": "n.joined",
    "name_text": "n.name_text",
    "last_root": "n.last_root",
    "full_count": "n.full_count",
    "name": "n.name_key",
    "middle_initials": (
        "case when n.given is not null and n.family is not null"
        " then list_transform(string_split(n.given, ' ')[2:], lambda x: x[1])"
        " else coalesce(n.middle_initials, []) end"
    ),
} | {
    name: f"coalesce(n.{name}, [])" for name in NAME_FEATURES if name not in _NULL_WITHOUT_A_NAME
}  # fmt: skip

FEATURE_MACROS = (
    # the Julian day of an Ethiopian date turned into a Gregorian one, as
    # resolution/standardise/calendars.py does it; null for a day that its months of 30 days lack
    "create or replace macro two_digits(n) as case when n < 10 then '0' else '' end || n::varchar",
    """create or replace macro iso_date(y, m, d) as
        (y + (14 - m) // 12)::varchar || '-' || two_digits(m) || '-' || two_digits(d)""",
    "create or replace macro month_from_march(n) as case when n < 10 then n + 3 else n - 9 end",
    """create or replace macro by_day_of_year(y, h) as
        iso_date(y, month_from_march(h // 153), (h - h // 153 * 153) // 5 + 1)""",
    """create or replace macro by_quarter_days(e) as
        by_day_of_year(e // 1461 - 4716, (e - e // 1461 * 1461) // 4 * 5 + 2)""",
    """create or replace macro by_julian_day(j) as
        by_quarter_days(4 * (j + 1363 + (4 * j + 274277) // 146097 * 3 // 4) + 3)""",
    """create or replace macro from_ethiopian(y, m, d) as case when d <= 30 then
        by_julian_day(1723855 + 365 * y + y // 4 + 30 * (m - 1) + d) end""",
    # sorted, because the order of list_distinct is not the same from run to run
    "create or replace macro distinct_of(a) as list_sort(list_distinct(a))",
    """create or replace macro pairs_of(a) as flatten(list_transform(a, lambda x:
        list_transform(list_filter(a, lambda y: y > x), lambda y: x || ' ' || y)))""",
)

# Values shared by this many different names are switchboards, hostels, solicitors or fillers:
# they identify nobody, and are frozen with a match model as such.
COMMON_VALUE_NAMES = {
    "phone_numbers": 6,
    "email_addresses": 5,
    "document_numbers": 5,
    "person_numbers": 5,
    "case_refs": 12,
}

# Columns whose values have a term frequency, counted over people as far as they can be told apart.
# The column is compared by the root of its value where `FREQUENCY_SOURCES` names one.
FREQUENCY_COLUMNS = ("given", "family", "birth_place", "postcode", "address")
FREQUENCY_SOURCES = {"given": "given_root", "family": "family_root"}
