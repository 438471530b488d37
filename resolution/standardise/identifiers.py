"""Read documents and references: their types from a small list, numbers without fillers."""

from functools import lru_cache
from typing import NamedTuple

from resolution.standardise.countries import UNKNOWN_COUNTRY, US_STATES, country_code
from resolution.standardise.text import (
    Issue,
    Issues,
    compact,
    fold_or_none,
    words,
)

NO_NUMBER = Issue("no_number", "there is no number")
PLACEHOLDER_NUMBER = Issue("placeholder_number", "the number is a filler such as 12345678")

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


class PartReading(NamedTuple):
    """One part of a document or reference read."""

    value: str | None
    issues: Issues = ()


def read_document_number(number: str | None) -> PartReading:
    """Read a number; null with an issue when there is none worth comparing."""
    if (compacted := read_number(number)) is not None:
        return PartReading(compacted)
    return PartReading(None, (PLACEHOLDER_NUMBER if number and number.strip() else NO_NUMBER,))


@lru_cache(maxsize=1 << 12)
def read_document_type(text: str | None) -> PartReading:
    """Read the type of a document."""
    return PartReading(document_type(text))


@lru_cache(maxsize=1 << 14)
def read_issuer(country: str | None, type_: str | None) -> PartReading:
    """Read the issuing country of a document; a licence of an American state is American."""
    code = country_code(country)
    if code is not None or not country or not country.strip():
        return PartReading(code)
    if document_type(type_) == "DRIVING_LICENCE" and country.strip().upper() in US_STATES:
        return PartReading("USA")
    return PartReading(None, (UNKNOWN_COUNTRY,))


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
