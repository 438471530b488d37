"""Makes of one standardised record what the match model compares: the batch's `model_input`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from models.match_model.features import (
    FREQUENCY_COLUMNS,
    NAME_FEATURES,
    NAME_PLACES,
    NAMES_COMPARED,
    RECORD_FEATURES,
    SCAFFOLDING,
    WHOLE_FEATURES,
)
from models.tables import STANDARDISED_RECORDS
from resolution.engines.compiled_sql import Kind, Program, kind_of_arrow, struct_of
from resolution.link.live_scoring.frequencies import FrozenFrequencies
from resolution.link.name_codes import root_of, sound_of

_RECORD = struct_of({field.name: kind_of_arrow(field.type) for field in STANDARDISED_RECORDS})
_TEXT, _TEXTS = kind_of_arrow(pa.string()), kind_of_arrow(pa.list_(pa.string()))
_NAMED = struct_of(
    {
        "given": _TEXT,
        "family": _TEXT,
        "names": kind_of_arrow(
            pa.list_(
                pa.struct([(part, pa.list_(pa.string())) for part in ("tokens", "roots", "sounds")])
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class ComparedRecord:
    """One record as the match model sees it.

    Attributes:
        values: a row of `model_input`; `RecordMaker.places` says where each column stands.
        is_watchlist: it is an entry of a watchlist.
    """

    record_id: str
    values: tuple[Any, ...]
    is_watchlist: bool


class RecordMaker:
    """Makes compared records; one serves many threads.

    Attributes:
        places: where each column of `model_input` stands in a record's values.
        kinds: what each column is.
    """

    def __init__(self, program: Program, frequencies: FrozenFrequencies) -> None:
        """Compile the declared features.

        Raises:
            NotCompiledError: if one cannot be compiled exactly.
        """
        self._frequencies = frequencies
        self._names, _ = program.columns(
            "names_compared", {"n": NAMES_COMPARED}, row="s", kind=_RECORD, known={}
        )
        self._of_names, of_names = program.columns(
            "name_features", NAME_FEATURES | NAME_PLACES, row="n", kind=_NAMED, known={}
        )
        self._name_columns = tuple(of_names)
        # where a record has no name all of them are null
        maybe = {name: _maybe_null(kind) for name, kind in of_names.items()}
        self._whole, whole = program.columns(
            "whole_features", WHOLE_FEATURES, row="n", known={},
            kind=struct_of({"given": _TEXT, "family": _TEXT} | maybe),
        )  # fmt: skip
        kept = [name for name in RECORD_FEATURES if name not in SCAFFOLDING]
        self._of_record, of_record = program.columns(
            "record_features", RECORD_FEATURES, row="s", kind=_RECORD, known={}, keep=kept
        )
        columns = [*whole, *kept, *(f"tf_{name}" for name in ("name", *FREQUENCY_COLUMNS))]
        real = kind_of_arrow(pa.float64())
        self.kinds: dict[str, Kind] = dict.fromkeys(columns, real) | whole
        self.kinds |= {name: of_record[name] for name in kept}
        self.places = {name: place for place, name in enumerate(columns)}
        self._features = (*whole, *kept)

    def record(self, standardised: Mapping[str, Any]) -> ComparedRecord:
        """Return a row of STANDARDISED_RECORDS as the match model sees it."""
        named = self._named(standardised)
        whole: tuple[Any, ...] = self._whole(named)
        features = dict(zip(self._features, whole + self._of_record(standardised), strict=True))
        self._frequencies.drop_common(features)
        values = (*features.values(), *self._frequencies.of(features))
        return ComparedRecord(standardised["record_id"], values, bool(features["is_watchlist"]))

    def _named(self, standardised: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row that WHOLE_FEATURES are worked out on."""
        (names,) = self._names(standardised)
        if not names:
            return dict.fromkeys(("given", "family", *self._name_columns))
        coded = [
            {"tokens": tokens, "roots": [root_of(one) for one in tokens],
             "sounds": [sound_of(one) for one in tokens]}
            for tokens in (name["tokens"] for name in names)
        ]  # fmt: skip
        row = {"given": names[0]["given"], "family": names[0]["family"], "names": coded}
        return row | dict(zip(self._name_columns, self._of_names(row), strict=True))


def _maybe_null(kind: Kind) -> Kind:
    """Return the kind without the promise that it is never null."""
    return Kind(kind.name, kind.item, kind.fields)
