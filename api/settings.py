"""Settings of one deployment: the only place that reads the environment.

What is given on the command line wins over `IDENTIGRAPH_*` variables, which win over
`identigraph.yaml` in the workspace, which wins over the defaults here.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    YamlConfigSettingsSource,
)

from models.errors import InvalidInputError
from models.workspace import Workspace

_PREFIX = "IDENTIGRAPH_"
_KNOWN_PASSWORDS = {"", "neo4j", "password", "changeme", "changethis", "secret", "identigraph"}
_REPOSITORY = Path(__file__).resolve().parent.parent


class Environment(StrEnum):
    """Where this deployment runs; only development may do without sign-in."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Everything a deployment may choose; what is secret has no default and is never printed.

    Attributes:
        workspace: the folder that holds this deployment's state.
        data: where the `files` patterns of mappings start; the workspace unless set.
        environment: development, or production, which needs sign-in.
        subject: who asks in development, where nobody signs in.
        host: the address the API listens on.
        port: the port it listens on; 0 takes a free one.
        workers: processes that answer; each holds the match model, and takes one core at most.
        allowed_hosts: the names the API may be asked under; "*" is any.
        audit: the append-only audit file; `audit.sqlite` in the workspace unless set.
        databases: the address behind every database name that a mapping may use, such as
            `sqlite:///path` or `postgresql://...`; secret, so better a variable than the file.
        examples: the folder of example mappings that the demo uses.
        neo4j_address: the Neo4j server that is the store, such as `bolt://127.0.0.1:7687` or
            `neo4j+s://graph.example:7687`; without it the store is a file in the workspace.
        neo4j_user: whom the server knows us as.
        neo4j_password: secret, so better a variable than the file; there is no default.
        neo4j_password_file: a file that holds it, as secrets are given to containers.
        neo4j_database: the database on that server.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    workspace: Path = Path("workspace")
    data: Path | None = None
    environment: Environment = Environment.DEVELOPMENT
    subject: Annotated[str, Field(min_length=1, max_length=200)] = "developer-1"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    audit: Path | None = None
    databases: dict[str, SecretStr] = Field(default_factory=dict)
    examples: Path = _REPOSITORY / "examples"
    neo4j_address: str | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr | None = None
    neo4j_password_file: Path | None = None
    neo4j_database: str = "neo4j"

    @model_validator(mode="after")
    def _neo4j_has_a_secret(self) -> Self:
        """Refuse a server without a password, and in production a password everybody knows."""
        if self.neo4j_address is None:
            return self
        if (self.neo4j_password is None) == (self.neo4j_password_file is None):
            raise ValueError(
                "neo4j_address needs either neo4j_password or neo4j_password_file; neither has a"
                " default"
            )
        given = self.neo4j_secret.lower()
        if self.environment is Environment.PRODUCTION and given in _KNOWN_PASSWORDS:
            raise ValueError("the Neo4j password is one that everybody knows: choose another")
        return self

    @property
    def neo4j_secret(self) -> str:
        """Return the password of the Neo4j server, open.

        Raises:
            ValueError: if its file cannot be read.
        """
        if self.neo4j_password is not None:
            return self.neo4j_password.get_secret_value()
        if self.neo4j_password_file is None:
            return ""
        path = self.places.root / self.neo4j_password_file
        try:
            return path.read_text("utf-8").strip()
        except OSError as error:
            raise ValueError(f"neo4j_password_file {path} cannot be read") from error

    @property
    def places(self) -> Workspace:
        """Return where everything is; a relative `data` starts at the workspace."""
        root = self.workspace.resolve()
        return Workspace(root=root, data=(root / self.data).resolve() if self.data else root)

    @property
    def database_addresses(self) -> dict[str, str]:
        """Return the address of every database, its secrets open."""
        return {name: address.get_secret_value() for name, address in self.databases.items()}

    @property
    def audit_file(self) -> Path:
        """Return where the audit is kept; a relative path starts at the workspace."""
        places = self.places
        return (places.root / self.audit).resolve() if self.audit else places.audit


def load_settings(workspace: Path | None = None, **chosen: Any) -> Settings:
    """Read the settings of a workspace.

    Args:
        workspace: the folder; else `IDENTIGRAPH_WORKSPACE`, else `workspace` here.
        chosen: settings that win over all others; None means not chosen.

    Raises:
        InvalidInputError: if a setting is unknown or unusable; every one is named.
    """
    _refuse_unknown_variables()
    root = workspace or Path(os.environ.get(f"{_PREFIX}WORKSPACE", "workspace"))
    file = Workspace(root=root, data=root).settings_file

    class InWorkspace(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            from_file = YamlConfigSettingsSource(settings_cls, yaml_file=file)
            return init_settings, env_settings, from_file

    # What a person types starts where they are; what is written in a file, at the workspace.
    given: dict[str, Any] = {
        name: value.resolve() if isinstance(value, Path) else value
        for name, value in chosen.items()
        if value is not None
    }
    try:
        return InWorkspace(workspace=root, **given)
    except ValidationError as error:
        raise InvalidInputError(_in_words(error, file)) from error
    except SettingsError as error:
        raise InvalidInputError(f"{error}: write lists and objects as JSON") from error
    except (yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInputError(f"{file} is not YAML of the form `setting: value`") from error


def _refuse_unknown_variables() -> None:
    """Refuse a misspelt variable, which would otherwise be ignored in silence."""
    names = {name.upper() for name in os.environ if name.upper().startswith(_PREFIX)}
    unknown = sorted(names - {_PREFIX + name.upper() for name in Settings.model_fields})
    if unknown:
        known = ", ".join(_PREFIX + name.upper() for name in Settings.model_fields)
        raise InvalidInputError(f"no such setting: {', '.join(unknown)}; there are {known}")


def _in_words(error: ValidationError, file: Path) -> str:
    known = ", ".join(Settings.model_fields)
    lines = [
        f"  {'.'.join(str(part) for part in problem['loc'])}: "
        + (
            f"no such setting; there are {known}"
            if problem["type"] == "extra_forbidden"
            else problem["msg"]
        )
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return f"unusable settings ({file} or {_PREFIX}* variables):\n" + "\n".join(lines)
