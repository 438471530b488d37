"""Whom a request or a command acts for."""

import os
import pwd

import pytest

from api.auth.sign_in import DevelopmentSignIn, operating_system_user
from models.errors import InvalidInputError


def test_in_development_everybody_is_the_configured_subject() -> None:
    principal = DevelopmentSignIn("developer-7").principal(None)

    assert (principal.subject, principal.purpose) == ("developer-7", "development")


def test_a_purpose_is_kept_trimmed() -> None:
    assert DevelopmentSignIn("d").principal("  case 7 ").purpose == "case 7"


@pytest.mark.parametrize("purpose", ["x" * 201, "a\nb", "a\x00b"])
def test_a_purpose_that_could_garble_the_audit_is_refused(purpose: str) -> None:
    with pytest.raises(InvalidInputError, match="purpose"):
        DevelopmentSignIn("d").principal(purpose)


def test_the_command_line_acts_for_the_user_of_the_system_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")

    principal = operating_system_user("case 7")

    assert principal.subject == pwd.getpwuid(os.getuid()).pw_name
    assert principal.purpose == "case 7"


def test_a_user_without_a_name_is_known_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)

    assert operating_system_user(None).subject == "uid-3999999999"
