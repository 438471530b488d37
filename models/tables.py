"""The Arrow schema of every table that crosses a stage.

Stages written apart meet only here. Lists are empty, never null; a missing scalar is null.
"""

import pyarrow as pa

_text = pa.string()


def _items(**parts: pa.DataType) -> pa.ListType:
    """Describe a list of items, each a struct of the given parts."""
    return pa.list_(pa.struct([pa.field(name, kind) for name, kind in parts.items()]))


def _texts(*parts: str) -> pa.ListType:
    """Describe a list of items whose parts are all text."""
    return _items(**dict.fromkeys(parts, _text))


# The attributes of a person as sources hold them: raw text only, never parsed.
# `raw_path` is where in the source row the item stands: "FORENAME, SURNAME" for columns,
# "person.names[1]" for the second element of a nested list (0-based, as in the file).
SOURCE_ATTRIBUTES: dict[str, pa.ListType] = {
    # kind: primary | alias | former | native; order: given_first | family_first | null
    "names": _texts("kind", "full", "given", "middle", "family", "suffix", "order", "raw_path"),
    # either text, or year/month/day; order: dmy | mdy | ymd; calendar: gregorian | persian |
    # ethiopian | hijri | null; precision: day | month | year | null, as the source states it
    "dates_of_birth": _texts(
        "text", "year", "month", "day", "order", "calendar", "precision", "raw_path"
    ),
    "sexes": _texts("text", "raw_path"),
    "nationalities": _texts("text", "raw_path"),
    "birth_places": _texts("country", "place", "raw_path"),
    "documents": _texts("type", "number", "country", "valid_from", "valid_to", "raw_path"),
    "addresses": _texts(
        "kind", "full", "number", "street", "city", "region", "postcode", "country",
        "valid_from", "valid_to", "raw_path",
    ),
    "phones": _texts("text", "country", "raw_path"),
    "emails": _texts("text", "raw_path"),
    "references": _texts("type", "number", "raw_path"),
    # kind: spouse, parent, child, sponsor …; reference: a record id "source:id" or free text
    "relations": _texts("kind", "reference", "raw_path"),
    "events": _texts("kind", "date", "detail", "raw_path"),
}  # fmt: skip

_RECORD_KEY = [
    pa.field("record_id", _text, nullable=False),  # "source:source_record_id"
    pa.field("source", _text, nullable=False),
    pa.field("source_record_id", _text, nullable=False),
    pa.field("role", _text, nullable=False),  # person | watchlist
    pa.field("duplicate_free", pa.bool_(), nullable=False),  # a fact of the source
    pa.field("mapping_version", _text, nullable=False),
    pa.field("file_id", _text, nullable=False),  # SHA-256 of the file's bytes, hex
    pa.field("file_name", _text, nullable=False),
    pa.field("line", pa.int64(), nullable=False),  # 1-based line, row or element
    pa.field("effective_time", _text),
    pa.field("protective_marking", _text),
    pa.field("extra", _text),  # JSON object of every field the mapping does not name
]

SOURCE_RECORDS = pa.schema(
    _RECORD_KEY + [pa.field(name, kind) for name, kind in SOURCE_ATTRIBUTES.items()]
)

# What each raw item becomes. Folded text is ASCII upper case. `raw` is the item's raw text.
STANDARDISED_ATTRIBUTES: dict[str, pa.ListType] = {
    "names": _items(
        kind=_text,
        full=_text,  # given then family where known, else the order of the source
        given=_text,  # given and middle tokens, joined by a space; null when unknown
        family=_text,  # particles glued: "DE LA CRUZ" is "DELACRUZ"; null when unknown
        tokens=pa.list_(_text),  # every token of the name, in the order of `full`
        suffix=_text,  # JR, SR, II …
        script=_text,  # ISO 15924 of the original: Latn, Arab, Cyrl …
        raw_path=_text,
        raw=_text,
    ),
    "dates_of_birth": _items(
        date=_text,  # ISO: 1980-02-03, 1980-02, or 1980
        year=pa.int16(),
        month=pa.int8(),
        day=pa.int8(),
        precision=_text,  # day | month | year
        is_default=pa.bool_(),  # 1 January: as likely a filler as a birthday
        alternatives=pa.list_(_text),  # other readings: day and month swapped, other calendars
        raw_path=_text,
        raw=_text,
    ),
    "sexes": _items(code=_text, raw_path=_text, raw=_text),  # M | F | X
    "nationalities": _items(code=_text, raw_path=_text, raw=_text),  # ISO 3166-1 alpha-3
    "birth_places": _items(country=_text, place=_text, raw_path=_text, raw=_text),
    "documents": _items(
        type=_text,  # PASSPORT, ID_CARD, VISA, DRIVING_LICENCE, SOCIAL_SECURITY, TAX, … or as given
        number=_text,  # A-Z and 0-9 only
        country=_text,  # alpha-3
        valid_from=_text,
        valid_to=_text,
        raw_path=_text,
        raw=_text,
    ),
    "addresses": _items(
        kind=_text,
        text=_text,  # the whole address folded, house number first where known
        number=_text,
        street=_text,
        city=_text,
        region=_text,
        postcode=_text,  # no spaces
        country=_text,
        valid_from=_text,
        valid_to=_text,
        raw_path=_text,
        raw=_text,
    ),
    "phones": _items(number=_text, raw_path=_text, raw=_text),  # E.164, or bare digits
    "emails": _items(address=_text, raw_path=_text, raw=_text),  # lower case
    "references": _items(type=_text, number=_text, raw_path=_text, raw=_text),
    "relations": _items(kind=_text, reference=_text, raw_path=_text, raw=_text),
    "events": _items(kind=_text, date=_text, detail=_text, raw_path=_text, raw=_text),
}

STANDARDISED_RECORDS = pa.schema(
    _RECORD_KEY
    + [pa.field("standardiser_version", _text, nullable=False)]
    + [pa.field(name, kind) for name, kind in STANDARDISED_ATTRIBUTES.items()]
    # what could not be read well: field "dates_of_birth[0]", code "unparsable_date", and in words
    + [pa.field("issues", _texts("field", "code", "detail"))]
)

# Records that were deleted outside runs.
ENDED_RECORDS = pa.schema([pa.field("record_id", _text, nullable=False)])

# Rows of a source that could not become records; nothing is dropped.
QUARANTINE = pa.schema(
    [
        pa.field("source", _text, nullable=False),
        pa.field("mapping_version", _text, nullable=False),
        pa.field("file_id", _text, nullable=False),
        pa.field("file_name", _text, nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("byte_offset", pa.int64()),
        pa.field("reason_code", _text, nullable=False),
        pa.field("reason", _text, nullable=False),  # in words, with what to do
        pa.field("field", _text),
        pa.field("raw", _text, nullable=False),  # the first 1,024 characters of the row
        pa.field("raw_bytes", pa.int64(), nullable=False),  # its whole length
        pa.field("raw_sha256", _text, nullable=False),
    ]
)

# A scored candidate pair of two person records: left_id < right_id, each pair once.
PREDICTIONS = pa.schema(
    [
        pa.field("left_id", _text, nullable=False),
        pa.field("right_id", _text, nullable=False),
        pa.field("match_weight", pa.float64(), nullable=False),  # log2 odds, prior included
        # the first blocking rule that brought the pair together, from 0;
        # COMPLETED_WITHIN_COMPONENT when no rule did and the clustering asked for it
        pa.field("blocking_rule", pa.int16(), nullable=False),
        # what the two sources add or take when records are clustered: evidence that no comparison
        # of two records sees
        pa.field("source_weight", pa.float64(), nullable=False),
    ]
)
COMPLETED_WITHIN_COMPONENT = -1

# A watchlist entry and a person record that may be the same person: never joins two people.
WATCHLIST_HITS = pa.schema(
    [
        pa.field("entry_id", _text, nullable=False),
        pa.field("record_id", _text, nullable=False),
        pa.field("match_weight", pa.float64(), nullable=False),
        pa.field("blocking_rule", pa.int16(), nullable=False),
    ]
)

# One row per person record, clustered or alone. cluster_id is the smallest record_id in it.
CLUSTERS = pa.schema(
    [
        pa.field("record_id", _text, nullable=False),
        pa.field("cluster_id", _text, nullable=False),
    ]
)

MEMBERSHIPS = pa.schema(
    [
        pa.field("record_id", _text, nullable=False),
        pa.field("identity_id", _text, nullable=False),
    ]
)

GOLDEN_RECORDS = pa.schema(
    [
        pa.field("identity_id", _text, nullable=False),
        # one item per golden value: field is name, date_of_birth, sex, nationality, birth_place,
        # document, address, phone, email; support is the number of records that agree
        pa.field(
            "values",
            _items(
                field=_text, value=_text, record_id=_text, raw_path=_text, raw=_text,
                support=pa.int32(),
            ),
        ),
    ]
)  # fmt: skip

# What a record gives that others may share: the same document, phone, e-mail or address connects
# people without being one person.
ATTRIBUTE_USES = pa.schema(
    [
        pa.field("record_id", _text, nullable=False),
        pa.field("kind", _text, nullable=False),  # document | phone | email | address
        pa.field("value", _text, nullable=False),  # as standardised
    ]
)

# What a source says of two records: family, sponsor; only where the other record is known.
RELATIONS = pa.schema(
    [
        pa.field("record_id", _text, nullable=False),
        pa.field("other_id", _text, nullable=False),
        pa.field("kind", _text, nullable=False),
    ]
)

# How well the records of an identity hold together, by its links at or above the link threshold;
# of identities of two records or more.
IDENTITY_QUALITY = pa.schema(
    [
        pa.field("identity_id", _text, nullable=False),
        pa.field("n_records", pa.int64(), nullable=False),
        pa.field("n_links", pa.int64(), nullable=False),
        pa.field("density", pa.float64(), nullable=False),
        # most links on a shortest way; null when some are not connected, or there are too many
        pa.field("diameter", pa.int64()),
        pa.field("n_bridges", pa.int64(), nullable=False),
        pa.field("n_articulation_points", pa.int64(), nullable=False),
        # values of which a person has one: how many different ones the records give
        pa.field("n_dates_of_birth", pa.int64(), nullable=False),
        pa.field("n_sexes", pa.int64(), nullable=False),
        # what to review first: the higher, the sooner: chance times impact
        pa.field("concern", pa.float64(), nullable=False),
        # how likely it holds two people, by its warnings, as learned: like a probability
        pa.field("chance", pa.float64(), nullable=False),
        # how much harm is done if so: more for more records and sources, and for a watchlist hit
        pa.field("impact", pa.float64(), nullable=False),
        # JSON: of each warning the kind, weight, records on one side and on the other, and facts
        pa.field("warnings", _text, nullable=False),
    ]
)

# kind: created | changed | merged | split | retired | restored
IDENTITY_EVENTS = pa.schema(
    [
        pa.field("identity_id", _text, nullable=False),
        pa.field("kind", _text, nullable=False),
        # the other identities this event is about: what it took in, split into, or became
        pa.field("related_ids", pa.list_(_text)),
        pa.field("added_record_ids", pa.list_(_text)),
        pa.field("removed_record_ids", pa.list_(_text)),
        pa.field("cause", _text, nullable=False),  # in words
    ]
)

# 64 bits of a specified hash of (rule, values), as a signed integer.
BLOCKING_KEYS = pa.schema(
    [
        pa.field("key", pa.int64(), nullable=False),
        pa.field("record_id", _text, nullable=False),
    ]
)

# Must-link and cannot-link as clustering sees them: every record of one group against the other.
CONSTRAINTS = pa.schema(
    [
        pa.field("kind", _text, nullable=False),  # must_link | cannot_link
        pa.field("left_id", _text, nullable=False),
        pa.field("right_id", _text, nullable=False),
        pa.field("decision_id", _text, nullable=False),
    ]
)

# Who is who, for evaluation only.
TRUTH = pa.schema(
    [
        pa.field("record_id", _text, nullable=False),
        pa.field("person_id", _text, nullable=False),
    ]
)
