"""Plain Splink on generated data: its own small reading of the files, no standardiser of ours."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element  # the type only; files are parsed by defusedxml

import splink.comparison_library as cl
from defusedxml.ElementTree import iterparse
from splink import block_on

from benchmarks.plain_models.declaration import PlainModel, dob, tf
from resolution.generate.wording import COUNTRY_NAMES

PLAIN_FILE = "plain.csv"
_FIELDS = ("unique_id", "given", "family", "dob", "nationality", "document")
_ALPHA3 = {name: code for code, name in COUNTRY_NAMES.items()}
Row = dict[str, str]


def write_plain_file(folder: Path) -> None:
    """Read the generated sources as a user would by hand, into one CSV file in the folder."""
    incoming = folder / "incoming"
    with (folder / PLAIN_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _FIELDS)
        writer.writeheader()
        writer.writerows(_casework(incoming / "casework.csv"))
        writer.writerows(_in_country(incoming / "in_country.jsonl"))
        writer.writerows(_passengers(incoming / "passengers.xml"))


def _casework(path: Path) -> Iterator[Row]:
    """Give each person-record the newest filled value of each column."""
    records: dict[str, Row] = {}
    with path.open(encoding="windows-1252", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            if not row["PERSON_ID"] or None in row or None in row.values():
                continue
            record = records.setdefault(row["PERSON_ID"], {})
            record.update({column: value for column, value in row.items() if value})
    for key, row in records.items():
        day, month, year = [*row.get("DOB", "").split("/"), "", ""][:3]
        nationality = row.get("NATIONALITY", "")
        if key.startswith("0009999990"):
            continue  # a planted row, of nobody
        yield {
            "unique_id": f"casework:{key}",
            "given": row.get("FORENAMES", ""),
            "family": row.get("SURNAME", ""),
            "dob": f"{year}-{month}-{day}" if year else "",
            "nationality": _ALPHA3.get(nationality, nationality),
            "document": (row.get("PASSPORT_NO") or row.get("OTHER_DOC_NO", "")).replace(" ", ""),
        }


def _in_country(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                record = json.loads(line)
                person = record["person"]
                key = record["id"]
            except (json.JSONDecodeError, KeyError):
                continue
            name, date = person["names"][0], person["birth"].get("date", {})
            documents = record["documents"]
            yield {
                "unique_id": f"in_country:{key}",
                "given": f"{name['given']} {name.get('middle', '')}".strip(),
                "family": name.get("family", ""),
                "dob": f"{date['year']:04}-{date.get('month', 1):02}-{date.get('day', 1):02}"
                if date
                else "",
                "nationality": person["nationalities"][0],
                "document": documents[0]["number"] if documents else "",
            }


def _text(element: Element, path: str) -> str:
    return element.findtext(path) or ""


def _passengers(path: Path) -> Iterator[Row]:
    for _, element in iterparse(str(path)):
        if element.tag != "passenger":
            continue
        if element.get("id"):
            document = element.find("document")
            yield {
                "unique_id": f"passengers:{element.get('id')}",
                "given": _text(element, "name/given"),
                "family": _text(element, "name/surname"),
                "dob": _text(element, "birth"),
                "nationality": _text(element, "nationality"),
                "document": document.get("number", "") if document is not None else "",
            }
        element.clear()


_UNKNOWN = "'', 'not known', 'unknown', 'fnu', 'n/k', 'xxx'"


def _name(column: str) -> str:
    folded = f"trim(lower(strip_accents({column})))"
    return f"case when {folded} in ({_UNKNOWN}) then null else {folded} end as {column}"


GENERATED = PlainModel(
    columns=f"""
        select *, given || ' ' || family as full_name from (
            select unique_id, split_part(unique_id, ':', 1) as source_dataset,
                {_name("given")}, {_name("family")},
                nullif(dob, '') as dob, nullif(nationality, '') as nationality,
                nullif(document, '') as document
            from read_csv(getvariable('data') || '/{PLAIN_FILE}', all_varchar = true))""",
    comparisons=lambda: [
        cl.ForenameSurnameComparison(
            "given", "family", forename_surname_concat_col_name="full_name"
        ),
        dob("dob"),
        tf("nationality"),
        cl.ExactMatch("document"),
    ],
    blocking=(
        block_on("document"),
        block_on("given", "family"),
        block_on("dob", "family"),
        block_on("dob", "given"),
        block_on("dob", "nationality"),
        "l.given = r.family and l.family = r.given",
        block_on("family", "nationality", "substr(given, 1, 1)", "substr(dob, 1, 4)"),
    ),
    deterministic=(block_on("document"), block_on("given", "family", "dob")),
    recall=0.6,
    training=(block_on("given", "family"), block_on("dob", "nationality")),
)

# What a user gains who widens the rules until most matches are compared, whatever the pairs.
GENERATED_WIDE = replace(
    GENERATED,
    blocking=(
        *GENERATED.blocking,
        block_on("dob"),
        block_on("family"),
        block_on("given", "nationality"),
        block_on("given", "substr(dob, 1, 4)"),
        block_on("nationality", "substr(dob, 1, 4)"),
        block_on("substr(family, 1, 4)", "substr(given, 1, 2)"),
        "l.family = r.given and l.nationality = r.nationality",
    ),
)
