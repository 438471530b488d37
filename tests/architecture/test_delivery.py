"""What is delivered: who it runs as, what it may write, where its secrets come from."""

import re
from typing import Any

import pytest
import yaml

from tests.architecture.repository import LAYERS, PROJECT, ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
POM = (ROOT / "tests" / "neo4j_pom.xml").read_text("utf-8")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_confined_and_watched(service: str) -> None:
    declared = SERVICES[service]

    assert declared["read_only"] is True
    assert declared["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in declared["security_opt"]
    assert "healthcheck" in declared or "HEALTHCHECK" in DOCKERFILE
    assert "user" in declared or re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)


def test_secrets_come_from_files_that_are_not_kept_here() -> None:
    given = str([declared["environment"] for declared in SERVICES.values()])

    assert not re.search(r"(PASSWORD|AUTH)'", given)
    assert all(one["file"].startswith("./secrets/") for one in COMPOSE["secrets"].values())
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_nothing_but_this_machine_reaches_the_services() -> None:
    ports = [port for declared in SERVICES.values() for port in declared.get("ports", [])]

    assert ports == ["127.0.0.1:8000:8000"]
    assert COMPOSE["networks"]["graph"] == {"internal": True}
    assert SERVICES["neo4j"]["networks"] == ["graph"]


def test_the_image_holds_every_layer_and_the_version_of_the_project() -> None:
    assert SERVICES["api"]["image"] == f"identigraph:{PROJECT['project']['version']}"
    for layer in LAYERS:
        assert f"COPY {layer} {layer}\n" in DOCKERFILE


def test_the_server_in_production_is_the_one_that_tests_run_against() -> None:
    tested = re.search(r"<neo4j.version>(.*)</neo4j.version>", POM)

    assert tested is not None
    assert SERVICES["neo4j"]["image"] == f"neo4j:{tested[1]}-community"
