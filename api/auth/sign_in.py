"""Tells whom a request or a command acts for; until people can sign in, only in development."""

import os
import pwd

from models.access import Principal
from models.errors import InvalidInputError

DEFAULT_PURPOSE = "development"
_LONGEST_PURPOSE = 200


class DevelopmentSignIn:
    """Takes every caller for one configured subject: for development on one's own machine."""

    def __init__(self, subject: str) -> None:
        """Act for this subject."""
        self._subject = subject

    def principal(self, purpose: str | None) -> Principal:
        """Return the configured subject with the purpose given, or the default one.

        Raises:
            InvalidInputError: if the purpose is too long or holds control characters.
        """
        return Principal(
            subject=self._subject,
            roles=frozenset({"developer"}),
            purpose=check_purpose(purpose) or DEFAULT_PURPOSE,
        )


def operating_system_user(purpose: str | None) -> Principal:
    """Return the person at the command line, as the operating system knows them.

    Asked of the system rather than the environment, which the caller could set.
    """
    try:
        subject = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        subject = f"uid-{os.getuid()}"
    return Principal(
        subject=subject,
        roles=frozenset({"operator"}),
        purpose=check_purpose(purpose) or "command line",
    )


def check_purpose(purpose: str | None) -> str:
    """Return the purpose trimmed; empty when there is none.

    Raises:
        InvalidInputError: if it is too long or holds control characters.
    """
    trimmed = (purpose or "").strip()
    if len(trimmed) > _LONGEST_PURPOSE or not trimmed.isprintable():
        raise InvalidInputError(
            f"a purpose is printable text of {_LONGEST_PURPOSE} characters at most"
        )
    return trimmed
