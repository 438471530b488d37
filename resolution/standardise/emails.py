"""Read e-mail addresses; fillers become null."""

import re
from typing import NamedTuple

from resolution.standardise.text import Issue, Issues, normalise_unicode, words

UNPARSABLE_EMAIL = Issue("unparsable_email", "the text is not an e-mail address")
PLACEHOLDER_EMAIL = Issue("placeholder_email", "the e-mail address is a filler")

_EMAIL = re.compile(r"[^@\s,;<>()\[\]]+@(?:[^@\s,;<>()\[\].]+\.)+[^@\s,;<>()\[\].\d]{2,}")
_FILLER_MAILBOXES = words(
    "no none na n/a noemail no-email no.email nomail unknown test email refused notprovided xxx"
)
_FILLER_DOMAINS = words(
    "none.com none.org noemail.com nomail.com test.com test.org unknown.com email.com"
)


class EmailReading(NamedTuple):
    """One e-mail address read."""

    address: str | None
    issues: Issues = ()


def read_email(text: str | None) -> EmailReading:
    """Read an e-mail address: lower case, taken out of <>; None when it is none or a filler."""
    found = _EMAIL.search(normalise_unicode(text or "").lower().replace("mailto:", ""))
    if found is None:
        return EmailReading(None, (UNPARSABLE_EMAIL,))
    mailbox, _, domain = found[0].partition("@")
    if mailbox in _FILLER_MAILBOXES or domain in _FILLER_DOMAINS:
        return EmailReading(None, (PLACEHOLDER_EMAIL,))
    return EmailReading(found[0])
