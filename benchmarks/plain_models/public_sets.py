"""Plain Splink for the public sets that are one table or two."""

from typing import Any

import splink.comparison_library as cl
from splink import block_on

from benchmarks.plain_models.declaration import PlainModel, dob, plain, tf

FAKE_1000 = PlainModel(
    columns="select 'fake:' || unique_id as unique_id, 'fake' as source_dataset, "
    + plain("first_name", "surname", "dob", "city", "email")
    + " from read_csv(getvariable('data') || '/fake_1000/fake_1000.csv', all_varchar = true)",
    comparisons=lambda: [
        cl.ForenameSurnameComparison("first_name", "surname"),
        dob("dob"),
        tf("city"),
        cl.EmailComparison("email"),
    ],
    blocking=tuple(block_on(column) for column in ("first_name", "surname", "dob", "email")),
    deterministic=(
        "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
        "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        block_on("email"),
    ),
    recall=0.7,
    training=(block_on("first_name", "surname"), block_on("dob")),
)


def _febrl(source: str, file: str) -> str:
    texts = ("given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state")
    return (
        f"select '{source}:' || rec_id as unique_id, '{source}' as source_dataset, "
        + plain(*texts, "soc_sec_id")
        + ", strftime(try_strptime(trim(date_of_birth), '%Y%m%d'), '%Y-%m-%d') as date_of_birth "
        f"from read_csv(getvariable('data') || '/febrl/{file}', all_varchar = true, "
        "normalize_names = true)"
    )


_FEBRL_DETERMINISTIC = (
    block_on("soc_sec_id"),
    block_on("given_name", "surname", "date_of_birth"),
    "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
)

FEBRL3 = PlainModel(
    columns=_febrl("febrl3", "dataset3.csv"),
    comparisons=lambda: [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        dob("date_of_birth"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        tf("street_number"),
        tf("postcode"),
    ],
    blocking=tuple(
        block_on(column)
        for column in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
    ),
    deterministic=_FEBRL_DETERMINISTIC,
    recall=0.9,
    training=(block_on("date_of_birth"), block_on("postcode")),
    max_pairs=1e6,
)

FEBRL4 = PlainModel(
    columns=_febrl("febrl4a", "dataset4a.csv") + " union all " + _febrl("febrl4b", "dataset4b.csv"),
    comparisons=lambda: [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        dob("date_of_birth"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        tf("street_number"),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
            term_frequency_adjustments=True
        ),
    ],
    blocking=(
        block_on("given_name", "surname"),
        block_on("date_of_birth"),
        block_on("soc_sec_id"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
        block_on("postcode"),
    ),
    deterministic=_FEBRL_DETERMINISTIC[:2],
    recall=0.9,
    training=(block_on("date_of_birth"), block_on("postcode")),
    link_only=True,
    max_pairs=1e6,
)

_HISTORICAL_COLUMNS = (
    "select 'historical:' || unique_id as unique_id, 'historical' as source_dataset, "
    + plain("first_name", "surname", "full_name", "birth_place", "postcode_fake", "occupation")
    + ", nullif(trim(dob), '') as dob, "
    "trim(lower(first_name)) || ' ' || trim(lower(surname)) as first_name_surname "
    "from read_parquet(getvariable('data') || '/historical_50k/*.parquet')"
)
_HISTORICAL_BLOCKING = (
    block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
    block_on("surname", "dob"),
    block_on("first_name", "dob"),
    block_on("postcode_fake", "first_name"),
    block_on("postcode_fake", "surname"),
    block_on("dob", "birth_place"),
    block_on("substr(postcode_fake,1,3)", "dob"),
    block_on("substr(postcode_fake,1,3)", "first_name"),
    block_on("substr(postcode_fake,1,3)", "surname"),
    block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
)


def _historical(blocking: tuple[Any, ...]) -> PlainModel:
    return PlainModel(
        columns=_HISTORICAL_COLUMNS,
        comparisons=lambda: [
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="first_name_surname"
            ),
            dob("dob"),
            cl.PostcodeComparison("postcode_fake"),
            tf("birth_place"),
            tf("occupation"),
        ],
        blocking=blocking,
        deterministic=(
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ),
        recall=0.6,
        training=(block_on("first_name", "surname"), block_on("dob")),
    )


HISTORICAL = _historical(_HISTORICAL_BLOCKING)
# What a user gains who widens the documentation's rules until most matches are compared.
HISTORICAL_WIDE = _historical(
    (
        *_HISTORICAL_BLOCKING,
        block_on("dob"),
        block_on("postcode_fake"),
        block_on("full_name"),
        block_on("surname", "birth_place"),
        block_on("first_name", "birth_place"),
        block_on("surname", "substr(dob,1,4)"),
        block_on("first_name", "substr(dob,1,4)"),
        block_on("substr(full_name,1,8)"),
        block_on("birth_place", "substr(dob,1,4)"),
        "l.first_name = r.surname and l.surname = r.first_name",
    )
)

_SENZING_FILES = ("customers", "reference", "watchlist")
SENZING = PlainModel(
    columns=" union all ".join(
        f"select '{source}:' || RECORD_ID as unique_id, '{source}' as source_dataset, "
        "lower(trim(coalesce(PRIMARY_NAME_FIRST, "
        "regexp_extract(PRIMARY_NAME_FULL, '^(\\S+)', 1)))) as first_name, "
        "lower(trim(coalesce(PRIMARY_NAME_LAST, "
        "regexp_extract(PRIMARY_NAME_FULL, '(\\S+)$', 1)))) as last_name, "
        "strftime(try_strptime(DATE_OF_BIRTH, ['%m/%d/%y', '%m/%d/%Y', '%Y-%m-%d', '%d/%m/%Y', "
        "'%b %d %Y', '%d-%b-%y']), '%Y-%m-%d') as dob, "
        "nullif(regexp_replace(PHONE_NUMBER, '[^0-9]', '', 'g'), '') as phone, "
        "lower(EMAIL_ADDRESS) as email, lower(ADDR_LINE1) as street, "
        "lower(ADDR_POSTAL_CODE) as postcode "
        f"from read_csv(getvariable('data') || '/senzing_truth/{source}.csv', all_varchar = true) "
        "where RECORD_TYPE = 'PERSON'"
        for source in _SENZING_FILES
    ),
    comparisons=lambda: [
        cl.NameComparison("first_name"),
        cl.NameComparison("last_name"),
        dob("dob"),
        cl.ExactMatch("phone"),
        cl.ExactMatch("email"),
        cl.JaroWinklerAtThresholds("street", [0.9]),
    ],
    blocking=tuple(
        block_on(column)
        for column in ("first_name", "last_name", "dob", "phone", "email", "street")
    ),
    deterministic=(
        block_on("first_name", "last_name"),
        block_on("last_name", "dob"),
        block_on("email"),
        block_on("phone", "last_name"),
    ),
    recall=0.7,
    training=(block_on("last_name"), block_on("dob"), block_on("email")),
)
