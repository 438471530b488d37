"""The kinds of value that SQL expressions have, as far as compiling needs to tell them apart."""

from dataclasses import dataclass, field, replace

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is.

    Attributes:
        name: text, whole, decimal (a literal such as 0.86), real, truth, nothing (a bare null),
            list or struct.
        item: of a list, what its elements are.
        fields: of a struct, its fields in order.
        never_null: a promise of whoever gives the values, as our tables make of their lists.
    """

    name: str
    item: "Kind | None" = None
    fields: tuple[tuple[str, "Kind"], ...] = ()
    never_null: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        """Write it as an error shows it."""
        return f"list of {self.item}" if self.item else self.name

    def part(self, name: str) -> "Kind | None":
        """Return what a field of a struct is; None if it has none of that name."""
        return dict(self.fields).get(name)


TEXT = Kind("text")
WHOLE = Kind("whole")
DECIMAL = Kind("decimal")
REAL = Kind("real")
TRUTH = Kind("truth")
NOTHING = Kind("nothing")

_NUMBERS = (WHOLE, DECIMAL, REAL)


def list_of(item: Kind) -> Kind:
    """Return the kind of a list."""
    return Kind("list", item=item)


def struct_of(fields: dict[str, Kind]) -> Kind:
    """Return the kind of a struct."""
    return Kind("struct", fields=tuple(fields.items()))


def kind_of_arrow(kind: pa.DataType) -> Kind:
    """Return the kind of the values of a column of our tables, whose lists are never null.

    Raises:
        ValueError: if values of that type are not compiled.
    """
    if pa.types.is_string(kind):
        return TEXT
    if pa.types.is_integer(kind):
        return WHOLE
    if pa.types.is_floating(kind):
        return REAL
    if pa.types.is_boolean(kind):
        return TRUTH
    if pa.types.is_list(kind):
        return replace(list_of(kind_of_arrow(kind.value_type)), never_null=True)
    if pa.types.is_struct(kind):
        fields = {part.name: kind_of_arrow(part.type) for part in kind}
        return replace(struct_of(fields), never_null=True)
    raise ValueError(f"values of type {kind} are not compiled")


def is_number(kind: Kind) -> bool:
    """Tell whether values of this kind are numbers."""
    return kind in _NUMBERS


def unite(kinds: list[Kind]) -> Kind | None:
    """Return the kind that holds values of all of these; None if SQL would have to convert."""

    def both(left: Kind | None, right: Kind | None) -> Kind | None:
        if left == right or right == NOTHING:
            return left
        if left == NOTHING:
            return right
        if left is None or right is None:
            return None
        if is_number(left) and is_number(right):
            return max(left, right, key=_NUMBERS.index)
        if left.item and right.item and (item := both(left.item, right.item)):
            return list_of(item)
        return None

    united: Kind | None = NOTHING
    for kind in kinds:
        united = both(united, kind)
    return united
