import re
from pathlib import Path

import pytest

from models.errors import InvalidInputError, MappingError
from resolution.sources.mapping import load_mapping, load_mappings

GOOD = """
source: casework
format: {type: csv}
files: ["casework*.csv"]
key: PERSON_ID
record:
  names:
    - {given: FORENAMES, family: SURNAME}
"""


def load(folder: Path, text: str | bytes) -> object:
    path = folder / "one.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_mapping(path)


def problems(folder: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(MappingError) as caught:
        load(folder, text)
    return [(each.line, each.field, each.message) for each in caught.value.problems]


def test_a_plain_mapping_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(GOOD)

    mapping = load_mapping(path)

    assert (mapping.source, mapping.role, mapping.delivery) == ("casework", "person", "delta")
    assert (mapping.repeats, mapping.duplicate_free) == ("replace", False)
    assert mapping.key == ("PERSON_ID",)


def test_every_problem_is_listed_with_its_line_and_field(tmp_path: Path) -> None:
    text = GOOD.replace("given:", "givn:").replace("type: csv", "type: csv, delimitr: x")

    found = problems(tmp_path, text + "role: persn\n")

    assert found == [
        (3, "format.delimitr", "unknown field; did you mean 'delimiter'?"),
        (8, "record.names[0].givn", "unknown field; did you mean 'given'?"),
        (9, "role", "write 'person' or 'watchlist', not 'persn'"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        pytest.param("source: casework", "", "source", "missing", id="no source"),
        pytest.param("casework\n", "Case Work\n", "source", "a-z", id="source name"),
        pytest.param("key: PERSON_ID", "", "key", "missing", id="no key"),
        pytest.param("type: csv", "type: excel", "format", "csv", id="unknown format"),
        pytest.param("type: csv", "encoding: utf-8", "format", "write `type:`", id="untyped"),
        pytest.param("type: csv", "type: csv, encoding: klingon", "format.encoding",
                     "klingon", id="unknown encoding"),
        pytest.param("type: csv", "type: csv, delimiter: ab", "format", "one ASCII", id="ab"),
        pytest.param("type: csv", "type: csv, header: false", "format", "columns", id="no columns"),
        pytest.param('"casework*.csv"', '"/etc/passwd"', "files", "below the data root", id="abs"),
        pytest.param('"casework*.csv"', '"a/../../x"', "files", "below the data root", id="dots"),
        pytest.param('files: ["casework*.csv"]', "", "files", "missing", id="no files"),
        pytest.param("given: FORENAMES", 'given: {path: A, find: "("}', "record.names[0].given",
                     "regular expression", id="broken pattern"),
        pytest.param("given: FORENAMES", 'given: {path: A, find: "(a)(b)"}',
                     "record.names[0].given", "one group", id="two groups"),
        pytest.param("given: FORENAMES", "given: {value: A, path: B}", "record.names[0].given",
                     "exactly one", id="constant and path"),
        pytest.param("given: FORENAMES", "each: ALIASES, full: .", "record.names[0].each",
                     "has no nested lists", id="nested list in CSV"),
        pytest.param("given: FORENAMES", "given: .", "record.names[0].given", "each", id="dot"),
        pytest.param("given: FORENAMES, family: SURNAME", "kind: {value: alias}",
                     "record.names[0]", "nothing is taken", id="constants only"),
        pytest.param("    - {given: FORENAMES, family: SURNAME}", "    []", "record",
                     "nothing is mapped", id="nothing mapped"),
        pytest.param("key: PERSON_ID", "key: row\ndetails:\n  - {files: [b.csv], key: A, "
                     "format: {type: csv}, record: {phones: [P]}}", "key", "details",
                     id="details without a key"),
        pytest.param("key: PERSON_ID", "key: A\nkey: B", "key", "already on line 5", id="twice"),
        pytest.param("key: PERSON_ID", "key: &k [A]\nwhere: *k", "where", "aliases", id="alias"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, field: str, message: str
) -> None:
    assert old in GOOD

    found = problems(tmp_path, GOOD.replace(old, new, 1))

    assert any(field in at and message in said for _, at, said in found), found
    assert all(line > 0 for line, _, _ in found)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("- a\n- b\n", id="a list"),
        pytest.param("a: [1, 2\n", id="broken YAML"),
        pytest.param("a: !!python/object/apply:os.system [ls]\n", id="a tag"),
        pytest.param(b"source: caf\xe9\n", id="not UTF-8"),
        pytest.param("a: " + "[" * 2000, id="nested without end"),
        pytest.param(
            "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n", id="aliases of aliases"
        ),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str | bytes) -> None:
    assert problems(tmp_path, text)


def test_the_version_depends_on_what_is_said_and_not_on_how(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.yaml" for n in range(3)]
    paths[0].write_text(GOOD)
    paths[1].write_text("# a comment\n" + GOOD.replace("{type: csv}", '{"type": "csv"}'))
    paths[2].write_text(GOOD.replace("FORENAMES", "FIRST"))

    versions = [load_mapping(path).version for path in paths]

    assert versions[0] == versions[1] != versions[2]


def test_a_country_called_no_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(GOOD + "  nationalities: [{text: {value: NO}}, {text: C}]\n".replace(
        "{text: {value: NO}}, ", ""
    ) + "  documents: [{number: P, country: {value: NO}}]\n")  # fmt: skip

    mapping = load_mapping(path)

    items = dict(mapping.typed_record.item_mappings())
    assert items["documents"].parts["country"].value == "NO"


def test_a_folder_of_mappings_is_read_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(GOOD)
    (tmp_path / "a.yml").write_text(GOOD.replace("source: casework", "source: border"))

    assert [mapping.source for mapping in load_mappings(tmp_path)] == ["border", "casework"]


def test_two_mappings_of_one_source_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)

    with pytest.raises(MappingError, match=r"already mapped by a\.yaml"):
        load_mappings(tmp_path)


def test_a_folder_without_mappings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no mapping file"):
        load_mappings(tmp_path)


def documented_mappings() -> list[str]:
    text = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("text", documented_mappings(), ids=lambda text: text.split("\n")[0])
def test_every_mapping_in_the_documentation_is_usable(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text)


def test_every_reason_for_quarantine_is_documented() -> None:
    root = Path(__file__).parents[3]
    documented = (root / "docs" / "mapping.md").read_text(encoding="utf-8")
    code = "".join(path.read_text() for path in (root / "resolution" / "sources").rglob("*.py"))
    reasons = set(re.findall(r'reason_code="(\w+)"', code))
    reasons |= set(re.findall(r'reject\(\s*at,\s*"(\w+)"', code))
    reasons |= set(re.findall(r'_[A-Z_]+: \(\s*"(\w+)"', code))

    assert len(reasons) == 12
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in documented] == []
