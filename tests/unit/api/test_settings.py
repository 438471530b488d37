"""Settings: their order, their refusals, and where places are."""

import json
from pathlib import Path

import pytest

from api.settings import Environment, load_settings
from api.wiring import sign_in_of
from models.errors import InvalidInputError


def write(folder: Path, text: str) -> Path:
    (folder / "identigraph.yaml").write_text(text, "utf-8")
    return folder


def test_without_anything_given_it_is_development_on_this_machine_only(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert settings.environment is Environment.DEVELOPMENT
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.places.data == settings.places.root == tmp_path.resolve()


def test_the_command_line_wins_over_the_environment_which_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "port: 1\nhost: h1\nsubject: s1\n")
    monkeypatch.setenv("IDENTIGRAPH_PORT", "2")
    monkeypatch.setenv("IDENTIGRAPH_HOST", "h2")

    settings = load_settings(tmp_path, port=3)

    assert (settings.port, settings.host, settings.subject) == (3, "h2", "s1")


def test_the_workspace_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTIGRAPH_WORKSPACE", str(write(tmp_path, "port: 7\n")))

    assert load_settings().port == 7


def test_an_empty_settings_file_is_all_defaults(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "# nothing\n")).port == 8000


def test_a_relative_data_folder_in_the_file_starts_at_the_workspace(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "data: extracts\naudit: kept/audit.sqlite\n"))

    assert settings.places.data == tmp_path.resolve() / "extracts"
    assert settings.audit_file == tmp_path.resolve() / "kept" / "audit.sqlite"


def test_a_relative_data_folder_on_the_command_line_starts_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load_settings(Path("work"), data=Path("extracts"))

    assert settings.places.data == tmp_path.resolve() / "extracts"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot: 1\n", "prot: no such setting"),
        ("port: many\n", "port"),
        ("port: 70000\n", "port"),
        ("environment: prod\n", "environment"),
        ("- a list\n", "not YAML of the form"),
        ("a: [\n", "not YAML of the form"),
        ("just text\n", "not YAML of the form"),
    ],
)
def test_an_unusable_setting_is_refused_and_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        load_settings(write(tmp_path, text))


def test_production_without_sign_in_refuses_to_start(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "environment: production\n"))

    with pytest.raises(InvalidInputError, match="production needs sign-in"):
        sign_in_of(settings)


def test_a_misspelt_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTIGRAPH_PROT", "1")

    with pytest.raises(InvalidInputError, match="IDENTIGRAPH_PROT"):
        load_settings(tmp_path)


def test_the_address_of_a_database_is_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "postgresql://reader:opensesame@db/casework"
    monkeypatch.setenv("IDENTIGRAPH_DATABASES", json.dumps({"casework_db": address}))

    settings = load_settings(tmp_path)

    assert settings.database_addresses == {"casework_db": address}
    assert "opensesame" not in repr(settings)
    assert "opensesame" not in str(settings.model_dump())


@pytest.mark.parametrize("value", ["opensesame", '["opensesame"]', '{"a": {"b": "opensesame"}}'])
def test_a_secret_that_cannot_be_read_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("IDENTIGRAPH_DATABASES", value)

    with pytest.raises(InvalidInputError) as refused:
        load_settings(tmp_path)

    assert "opensesame" not in str(refused.value)


def test_without_an_address_the_store_is_in_the_workspace(tmp_path: Path) -> None:
    assert load_settings(tmp_path).neo4j_address is None


@pytest.mark.parametrize(
    "text",
    [
        "neo4j_address: bolt://h:7687\n",
        "neo4j_address: bolt://h:7687\nneo4j_password: opensesame\nneo4j_password_file: secret\n",
        "neo4j_address: bolt://h:7687\nneo4j_password_file: missing\nenvironment: production\n",
    ],
    ids=["no password", "two passwords", "a file that is not there"],
)
def test_a_neo4j_server_needs_one_password(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInputError, match="neo4j_password") as refused:
        load_settings(write(tmp_path, text))

    assert "opensesame" not in str(refused.value)


@pytest.mark.parametrize("password", ["neo4j", "password", "ChangeMe", ""])
def test_production_refuses_a_password_that_everybody_knows(tmp_path: Path, password: str) -> None:
    text = f"neo4j_address: bolt://h:7687\nneo4j_password: '{password}'\n"

    assert load_settings(write(tmp_path, text)).neo4j_secret == password
    with pytest.raises(InvalidInputError, match="everybody knows"):
        load_settings(write(tmp_path, text + "environment: production\n"))


def test_the_neo4j_password_may_come_from_a_file_and_is_never_printed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("open sesame\n", "utf-8")
    text = "neo4j_address: bolt://h:7687\nneo4j_password_file: secret\n"

    settings = load_settings(write(tmp_path, text))

    assert settings.neo4j_secret == "open sesame"  # noqa: S105
    assert "open sesame" not in repr(settings)
