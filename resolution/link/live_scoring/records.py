"""Makes of one standardised record what the match model compares: the batch's `model_input`."""

from collections.abc import Collection, Mapping
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

    def __init__(
        self,
        program: Program,
        frequencies: FrozenFrequencies,
        *,
        compared: Collection[str] | None = None,
    ) -> None:
        """Compile the declared features.

        Args:
            program: that knows the macros.
            frequencies: of the match model.
            compared: the only columns that are worked out, besides those whose frequencies are;
                the others stay null. All unless given.

        Raises:
            NotCompiledError: if one cannot be compiled exactly.
        """
        self._frequencies = frequencies
        self._columns = [
            *WHOLE_FEATURES,
            *(one for one in RECORD_FEATURES if one not in SCAFFOLDING),
        ]
        wanted = {*self._columns} if compared is None else {*compared, *FrozenFrequencies.READ}
        suffix = "of_all" if compared is None else "of_compared"
        whole = {name: sql for name, sql in WHOLE_FEATURES.items() if name in wanted}
        self._names, _ = program.columns(
            f"names_{suffix}", {"n": NAMES_COMPARED}, row="s", kind=_RECORD
        )
        parts = NAME_FEATURES | NAME_PLACES
        self._parts = [part for part in parts if any(f"n.{part}" in sql for sql in whole.values())]
        self._of_names, of_names = program.columns(
            f"name_features_{suffix}", parts, row="n", kind=_NAMED, keep=self._parts
        )
        # where a record has no name all of them are null
        maybe = {name: _maybe_null(kind) for name, kind in of_names.items()}
        self._whole, whole_kinds = program.columns(
            f"whole_features_{suffix}", WHOLE_FEATURES, row="n",
            kind=struct_of({"given": _TEXT, "family": _TEXT} | maybe),
            keep=[one if one in wanted else None for one in WHOLE_FEATURES],
        )  # fmt: skip
        self._of_record, record_kinds = program.columns(
            f"record_features_{suffix}", RECORD_FEATURES, row="s", kind=_RECORD,
            keep=[one if one in wanted else None for one in self._columns[len(WHOLE_FEATURES) :]],
        )  # fmt: skip
        kinds = whole_kinds | record_kinds
        frequency_columns = [f"tf_{name}" for name in ("name", *FREQUENCY_COLUMNS)]
        self.kinds: dict[str, Kind] = {name: kinds[name] for name in self._columns}
        self.kinds |= dict.fromkeys(frequency_columns, kind_of_arrow(pa.float64()))
        self.places = {name: place for place, name in enumerate(self.kinds)}

    def record(self, standardised: Mapping[str, Any]) -> ComparedRecord:
        """Return a row of STANDARDISED_RECORDS as the match model sees it."""
        features = dict(
            zip(
                self._columns,
                self._whole(self._named(standardised)) + self._of_record(standardised),
                strict=True,
            )
        )
        self._frequencies.drop_common(features)
        values = (*features.values(), *self._frequencies.of(features))
        is_watchlist = standardised["role"] == "watchlist"
        return ComparedRecord(standardised["record_id"], values, is_watchlist)

    def _named(self, standardised: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row that WHOLE_FEATURES are worked out on."""
        (names,) = self._names(standardised)
        if not names:
            return dict.fromkeys(("given", "family", *self._parts))
        coded = [
            {"tokens": tokens, "roots": [root_of(one) for one in tokens],
             "sounds": [sound_of(one) for one in tokens]}
            for tokens in (name["tokens"] for name in names)
        ]  # fmt: skip
        row = {"given": names[0]["given"], "family": names[0]["family"], "names": coded}
        return row | dict(zip(self._parts, self._of_names(row), strict=True))


def _maybe_null(kind: Kind) -> Kind:
    """Return the kind without the promise that it is never null."""
    return Kind(kind.name, kind.item, kind.fields)
