"""The comparisons of the match model for people: what is compared, how, and what to expect.

Every level carries the m and u to start from and to fall back on where data cannot teach them.
Conditions are DuckDB SQL over the columns of `features.py`; macros are in `macros.py`.
Weights are log2(m / u). A level with a `tf` column is adjusted by how common the value is: with
`tf_weight` 1 its weight becomes log2(m / tf), whatever u is.
"""

from models.match_model.comparisons.births import (
    BIRTH_PLACE,
    DATE_OF_BIRTH,
    NATIONALITY,
    SEX,
)
from models.match_model.comparisons.contacts import ADDRESS, EMAIL, PHONE
from models.match_model.comparisons.level import Comparison, Level
from models.match_model.comparisons.macros import MACROS
from models.match_model.comparisons.names import NAME
from models.match_model.comparisons.numbers import DOCUMENT, PERSON_NUMBER, REFERENCE

COMPARISONS = (
    NAME, DATE_OF_BIRTH, SEX, NATIONALITY, BIRTH_PLACE, DOCUMENT, PERSON_NUMBER, REFERENCE,
    PHONE, EMAIL, ADDRESS,
)  # fmt: skip

__all__ = ["COMPARISONS", "MACROS", "Comparison", "Level"]
