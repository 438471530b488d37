"""Read document numbers, references and e-mail addresses; fillers become null."""

import re
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise.countries import UNKNOWN_COUNTRY, US_STATES, country_code
from resolution.standardise.dates import iso_date
from resolution.standardise.text import (
    Issue,
    Issues,
    compact,
    fold_or_none,
    normalise_unicode,
    words,
)

NO_NUMBER = Issue("no_document_number", "there is no number")
PLACEHOLDER_NUMBER = Issue("placeholder_number", "the number is a filler such as 12345678")
UNPARSABLE_EMAIL = Issue("unparsable_email", "the text is not an e-mail address")
PLACEHOLDER_EMAIL = Issue("placeholder_email", "the e-mail address is a filler")
UNPARSABLE_VALIDITY = Issue("unparsable_date", "a date of validity could not be read")

_TYPES = {
    "PASSPORT": "PASSPORT|PPT|PP|P|PASSEPORT|PASAPORTE|REISEPASS|PASSAPORTO|TRAVEL PASSPORT"
    "|DIPLOMATIC PASSPORT|OFFICIAL PASSPORT|SERVICE PASSPORT|PASSPORT NUMBER|PASSPORT NO"
    "|PASSPORT NUM",
    "ID_CARD": "ID CARD|ID|IDENTITY CARD|IDENTITY|IDENTITY DOCUMENT|NATIONAL ID"
    "|NATIONAL ID CARD|NID"
    "|NATIONAL IDENTITY CARD|NATIONAL IDENTITY|NATIONAL IDENTIFICATION NUMBER|NATIONAL ID NO"
    "|NATIONAL ID NUMBER|CNIC|NIC|TAZKIRA|TAZKERA|DNI|CEDULA|CEDULA NO|CEDULA DE CIUDADANIA|CURP|IC"
    "|PERSONAL ID CARD|PERSONAL ID|IDENTIFICATION NUMBER|AADHAAR|I|C|CARTE D IDENTITE"
    "|CARTE NATIONALE D IDENTITE|PERSONALAUSWEIS|EMIRATES ID|HKID|RG|PESEL|NRIC",
    "VISA": "VISA|V|VIS|ENTRY VISA|VISA NUMBER|VISA VIGNETTE|EVISA|ENTRY CLEARANCE",
    "RESIDENCE_PERMIT": "RESIDENCE PERMIT|RESIDENCE CARD|BRP|BRC|BIOMETRIC RESIDENCE PERMIT|RP"
    "|BIOMETRIC RESIDENCE CARD|RESIDENT PERMIT|RESIDENT CARD|GREEN CARD|PERMANENT RESIDENT CARD"
    "|IQAMA"
    "|TITRE DE SEJOUR|AUFENTHALTSTITEL|NIE",
    "TRAVEL_DOCUMENT": "TRAVEL DOCUMENT|TD|REFUGEE TRAVEL DOCUMENT|CONVENTION TRAVEL DOCUMENT"
    "|CTD|RTD"
    "|STATELESS TRAVEL DOCUMENT|EMERGENCY TRAVEL DOCUMENT|ETD|LAISSEZ PASSER|CERTIFICATE OF TRAVEL"
    "|CERTIFICATE OF IDENTITY|SEAMAN BOOK|SEAMANS BOOK|SEAFARERS IDENTITY DOCUMENT",
    "DRIVING_LICENCE": "DRIVING LICENCE|DRIVERS LICENSE|DRIVER LICENSE|DRIVING LICENSE"
    "|DRIVERS LICENCE"
    "|DRIVER LICENCE|DL|DRVLIC|DRLIC|LICENCE|LICENSE|PERMIS DE CONDUIRE|FUHRERSCHEIN"
    "|DRIVERS LICENSE NO",
    "SOCIAL_SECURITY": "SOCIAL SECURITY|SSN|SOCIAL SECURITY NUMBER|SOCIAL SECURITY NO|SIN|SOC SEC"
    "|SOC SEC ID|SOCIAL INSURANCE NUMBER|SSN ITIN",
    "NATIONAL_INSURANCE": "NATIONAL INSURANCE|NINO|NI|NI NUMBER|NATIONAL INSURANCE NUMBER|NI NO",
    "TAX": "TAX|TAX ID|TIN|ITIN|TAX NUMBER|TAX ID NO|TAX IDENTIFICATION NUMBER|UTR|CPF|NIF|RFC"
    "|INN|PAN"
    "|CODICE FISCALE|TAX ID NUMBER|VAT",
    "BIRTH_CERTIFICATE": "BIRTH CERTIFICATE|BC|CERTIFICATE OF BIRTH|BIRTH CERT|ACTE DE NAISSANCE",
}  # fmt: skip
DOCUMENT_TYPES = tuple(_TYPES)
_TYPE_OF = {name: kind for kind, names in _TYPES.items() for name in names.split("|")}

_NO_NUMBER_WORDS = words(
    "NA NONE NULL NIL UNKNOWN UNK NOTKNOWN NOTAVAILABLE NOTPROVIDED NOTGIVEN NOTSTATED TBC TBA"
    " LOST STOLEN EXPIRED NOTAPPLICABLE NODOCUMENT NOPASSPORT NODOC NAN TEST PENDING XXX"
    " MISSING"
)
_ASCENDING = "01234567890123456789"
_DESCENDING = "98765432109876543210"
_PUBLISHED_NUMBERS = frozenset({"078051120", "219099999", "AB123456C", "QQ123456C"})
_EMAIL = re.compile(r"[^@\s,;<>()\[\]]+@(?:[^@\s,;<>()\[\].]+\.)+[^@\s,;<>()\[\].\d]{2,}")
_FILLER_MAILBOX = re.compile(
    r"(?:no|none|na|n/a|noemail|no-email|no\.email|nomail|unknown|test|email|refused|notprovided|xxx+)@"
    r"|[^@]+@(?:none|noemail|nomail|test|unknown|email)\.(?:com|org|net)$"
)


class DocumentReading(NamedTuple):
    """One document read; `number` is None when there is none worth comparing."""

    type: str | None
    number: str | None
    country: str | None
    valid_from: str | None
    valid_to: str | None
    issues: Issues


def read_document(
    type_: str | None,
    number: str | None,
    country: str | None,
    valid_from: str | None,
    valid_to: str | None,
) -> DocumentReading:
    """Read a document: its type from a small list, its number as A-Z and 0-9 only."""
    compacted = read_number(number)
    issues: list[Issue] = []
    if compacted is None:
        issues.append(PLACEHOLDER_NUMBER if number and number.strip() else NO_NUMBER)
    kind = document_type(type_)
    code = country_code(country) if country else None
    if code is None and kind == "DRIVING_LICENCE" and (country or "").strip().upper() in US_STATES:
        code = "USA"
    if country and country.strip() and code is None:
        issues.append(UNKNOWN_COUNTRY)
    starts, ends = iso_date(valid_from), iso_date(valid_to)
    if (valid_from and not starts) or (valid_to and not ends):
        issues.append(UNPARSABLE_VALIDITY)
    return DocumentReading(kind, compacted, code, starts, ends, tuple(issues))


@lru_cache(maxsize=1 << 12)
def document_type(text: str | None) -> str | None:
    """Return the type of a document from `DOCUMENT_TYPES`, else the text folded."""
    folded = fold_or_none(text)
    if folded is None:
        return None
    kind = folded.replace(" ", "_")
    return kind if kind in _TYPES else _TYPE_OF.get(folded, folded)


def read_number(text: str | None) -> str | None:
    """Return a number as A-Z and 0-9 only; None when it is a filler or nothing."""
    if not text:
        return None
    number = compact(text)
    return None if not number or is_filler(number) else number


def is_filler(number: str) -> bool:
    """Tell whether a compact number was typed only to fill the field."""
    if (
        number in _NO_NUMBER_WORDS
        or number in _PUBLISHED_NUMBERS
        or number == number[0] * len(number)
    ):
        return True
    # Short runs are as likely real: 1234 may be a reference, 12345678 is no passport.
    return len(number) >= 6 and (number in _ASCENDING or number in _DESCENDING)


class ReferenceReading(NamedTuple):
    """One case reference read."""

    type: str | None
    number: str | None
    issues: Issues


def read_reference(type_: str | None, number: str | None) -> ReferenceReading:
    """Read a reference: its type folded, its number as A-Z and 0-9 only."""
    compacted = read_number(number)
    issues = () if compacted else (PLACEHOLDER_NUMBER if number else NO_NUMBER,)
    return ReferenceReading(fold_or_none(type_), compacted, issues)


class EmailReading(NamedTuple):
    """One e-mail address read."""

    address: str | None
    issues: Issues


def read_email(text: str | None) -> EmailReading:
    """Read an e-mail address: lower case, taken out of <>; None when it is none or a filler."""
    found = _EMAIL.search(normalise_unicode(text or "").lower().replace("mailto:", ""))
    if found is None:
        return EmailReading(None, (UNPARSABLE_EMAIL,))
    if _FILLER_MAILBOX.match(found[0]):
        return EmailReading(None, (PLACEHOLDER_EMAIL,))
    return EmailReading(found[0], ())
