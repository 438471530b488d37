"""Plain Splink for simulated sources with columns of their own."""

import splink.comparison_library as cl
from splink import block_on

from benchmarks.plain_models.declaration import PlainModel, dob

_ALL_SIMULATED = (
    "first_name", "middle", "last_name", "dob", "sex", "ssn", "street_number", "street_name",
)  # fmt: skip
# What each source calls a column, and the format of its dates; the rest it does not hold.
_SIMULATED = {
    "census": ({"middle": "middle_initial"}, "%m/%d/%Y"),
    "ssa": ({"middle": "left(middle_name, 1)"}, "%Y%m%d"),
    "w2": (
        {
            "middle": "middle_initial",
            "street_number": "mailing_address_street_number",
            "street_name": "mailing_address_street_name",
        },
        None,
    ),
    "t1040": (
        {
            "middle": "middle_initial",
            "street_number": "mailing_address_street_number",
            "street_name": "mailing_address_street_name",
        },
        None,
    ),
    "wic": ({"middle": "middle_initial"}, "%m%d%Y"),
}
_MISSING = {
    "census": ("ssn",),
    "ssa": ("street_number", "street_name"),
    "w2": ("sex",),
    "t1040": ("sex",),
    "wic": ("ssn",),
}


def _simulated(source: str) -> str:
    names, date_format = _SIMULATED[source]
    parts = []
    for column in _ALL_SIMULATED:
        if column == "dob" and date_format:
            value = f"strftime(try_strptime(date_of_birth, '{date_format}'), '%Y-%m-%d')"
        elif column == "dob" or column in _MISSING[source]:
            value = "null::varchar"
        else:
            value = f"nullif(trim(lower({names.get(column, column)})), '')"
        parts.append(f"{value} as {column}")
    return (
        f"select '{source}:' || (file_row_number + 1) as unique_id, "
        f"'{source}' as source_dataset, {', '.join(parts)} "
        f"from read_parquet(getvariable('data') || '/pseudopeople/{source}.parquet', "
        "file_row_number = true)"
    )


_SIMULATED_BLOCKING = (
    block_on("first_name", "last_name"),
    block_on("dob"),
    block_on("substr(first_name,1,2)", "substr(last_name,1,3)", "substr(dob,1,4)"),
)

CENSUS_SSA = PlainModel(
    columns=" union all ".join(_simulated(source) for source in ("census", "ssa")),
    comparisons=lambda: [
        cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
        cl.ExactMatch("middle"),
        cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
        dob("dob"),
        cl.ExactMatch("sex"),
    ],
    blocking=_SIMULATED_BLOCKING,
    deterministic=(block_on("first_name", "last_name", "dob"), block_on("first_name", "dob")),
    recall=0.9,
    training=(block_on("dob"), block_on("first_name", "last_name")),
)

PSEUDOPEOPLE = PlainModel(
    columns="select *, street_number || ' ' || street_name as address from ("
    + " union all ".join(_simulated(source) for source in _SIMULATED)
    + ")",
    # Number and street apart, and training that blocks on them, make households of one person.
    comparisons=lambda: [
        *CENSUS_SSA.comparisons(),
        cl.DamerauLevenshteinAtThresholds("ssn", [1, 2]),
        cl.JaroWinklerAtThresholds("address", [0.9]).configure(term_frequency_adjustments=True),
    ],
    blocking=(
        *_SIMULATED_BLOCKING,
        block_on("ssn"),
        block_on("address", "first_name"),
        block_on("address", "last_name"),
    ),
    deterministic=(
        block_on("first_name", "last_name", "dob"),
        block_on("ssn", "last_name"),
        block_on("ssn", "first_name"),
        block_on("first_name", "last_name", "address"),
    ),
    recall=0.9,
    training=(block_on("dob"), block_on("first_name", "last_name")),
)
