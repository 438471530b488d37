"""Read sex as stated, in words or codes of several languages."""

from typing import NamedTuple

from resolution.standardise.text import Issue, Issues, fold_or_none, words

UNKNOWN_SEX = Issue("unknown_sex", "the text states no sex we know")

_CODES = {
    "M": "M MALE MAN BOY MASCULINE MASC MASCULINO HOMME MASCULIN MANNLICH MAENNLICH MANN HOMBRE MR"
    " MUZHSKOY MUZH MASCHIO MAS 1 MAL GENTLEMAN ERKEK DHKR MRD",
    "F": "F FEMALE WOMAN GIRL FEMININE FEM FEMENINO FEMININO FEMME FEMININ WEIBLICH FRAU MUJER"
    " MRS MS"
    " MISS W K ZHENSKIY ZHEN FEMMINA 2 LADY KADIN ZN",
    "X": "X OTHER NONBINARY NON-BINARY INDETERMINATE INTERSEX DIVERS D NB DIVERSE 9",
}
_CODE_OF = {word: code for code, words in _CODES.items() for word in words.split()}
_CODE_OF |= {"NON BINARY": "X", "M MALE": "M", "F FEMALE": "F"}
_FILLERS = words("U|UNKNOWN|0|NOT KNOWN|N A|NOT STATED|UNSPECIFIED", "|") | {None}


class SexReading(NamedTuple):
    """One sex read: M, F, X or None."""

    code: str | None
    issues: Issues = ()


def read_sex(text: str | None) -> SexReading:
    """Read a stated sex; ISO 5218 numbers are known too."""
    folded = fold_or_none(text)
    code = _CODE_OF.get(folded or "")
    return SexReading(code, () if code or folded in _FILLERS else (UNKNOWN_SEX,))
