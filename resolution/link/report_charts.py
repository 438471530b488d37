"""Draws the charts of the training report as SVG: numbers in, markup out, no script, no network.

Colours are of high contrast on white and never the only sign: lines are dashed or solid, bars
stand left or right of a zero, and every chart has its numbers in a table beside it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 760, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 52, 42
_FOR, _AGAINST, _PALE = "#1a5a9e", "#a8480f", "#a9c7e6"

Mark = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: its name, and points in order of x; y is a share, 0 to 1."""

    name: str
    points: Sequence[tuple[float, float]]
    is_dashed: bool = False


def weight_bar(
    weight: float, *, scale: tuple[float, float], bounds: tuple[float, float] | None = None
) -> Markup:
    """Draw one match weight as a bar from zero, right if it speaks for a match.

    The number stands beside the bar, so it is hidden from readers of the text.
    """
    width, height = 260, 16
    lowest, highest = min(scale[0], -1.0), max(scale[1], 1.0)

    def x(value: float) -> float:
        return round(width * (min(highest, max(lowest, value)) - lowest) / (highest - lowest), 1)

    parts = [
        Markup('<line x1="{x}" x2="{x}" y1="2" y2="14" stroke="#767676"/>').format(x=x(bound))
        for bound in bounds or ()
    ]
    start, end = sorted((x(0.0), x(weight)))
    parts.append(
        Markup('<rect x="{}" y="3" width="{}" height="10" fill="{}"/>').format(
            start, round(max(0.8, end - start), 1), _FOR if weight >= 0 else _AGAINST
        )
    )
    parts.append(Markup('<line x1="{x}" x2="{x}" y1="0" y2="16" stroke="#000"/>').format(x=x(0.0)))
    return Markup(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true">{parts}</svg>'
    ).format(w=width, h=height, parts=Markup("").join(parts))


def histogram(
    bins: Sequence[Sequence[float]], marks: Sequence[Mark], *, title: str, described: str
) -> Markup:
    """Draw counts by whole match weight on a scale of powers of ten.

    Args:
        bins: (from weight, count, part of the count drawn dark), one weight wide.
        marks: named weights, drawn as lines.
        title: what it shows, for who cannot see it.
        described: what is to be seen in it.
    """
    x = _across(
        min([bins[0][0], *(m[1] for m in marks)]) - 1,
        max([bins[-1][0] + 1, *(m[1] for m in marks)]) + 1,
    )
    decades = max(1, math.ceil(math.log10(max(row[1] for row in bins))))
    # an empty bin and a bin of one must differ, so the axis starts below one
    floor = 0.6

    def y(count: float) -> float:
        share = math.log10(max(count, floor) / floor) / (decades - math.log10(floor))
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [_level(y(10**decade), f"{10**decade:,}") for decade in range(decades + 1)]
    parts += [
        Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
            x(low), y(height), round(x(low + 0.9) - x(low), 1),
            round(_HEIGHT - _BOTTOM - y(height), 1), colour,
        )
        for low, *heights in bins
        for height, colour in zip(heights, (_PALE, _FOR), strict=False)
        if height > floor
    ]  # fmt: skip
    return _chart([*parts, *_axis(x), *_marks(marks, x)], title, described)


def lines(drawn: Sequence[Line], marks: Sequence[Mark], *, title: str, described: str) -> Markup:
    """Draw shares over match weights, each line named where it ends."""
    xs = [x for line in drawn for x, _ in line.points]
    ys = [y for line in drawn for _, y in line.points]
    at = [*xs, *(weight for _, weight in marks)]
    span = max(at) - min(at)
    # room on the left for the name of the lowest threshold
    x = _across(min(at) - 0.1 * span - 0.5, max(at) + 0.02 * span + 0.5)
    # shares that are all 1 still need a scale
    lowest = min(0.9, math.floor(min(ys) * 10) / 10)
    highest = min(1.0, math.ceil(max(max(ys), lowest + 0.05) * 10) / 10)

    def y(share: float) -> float:
        up = (share - lowest) / (highest - lowest)
        return round(_HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM), 1)

    steps = max(1, round((highest - lowest) * 10))
    parts = [
        _level(y(lowest + step / 10), f"{lowest + step / 10:.0%}") for step in range(steps + 1)
    ]
    for line, colour in zip(drawn, (_FOR, _AGAINST), strict=False):
        path = " ".join(f"{x(at)},{y(share)}" for at, share in line.points)
        parts.append(
            Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2.5" {}/>').format(
                path, colour, Markup('stroke-dasharray="7 4"') if line.is_dashed else ""
            )
        )
    return _chart([*parts, *_axis(x), *_marks(marks, x)], title, described)


def _across(lowest: float, highest: float) -> Callable[[float], float]:
    """Return what places a weight on an x axis with these ends."""
    span = highest - lowest

    def place(weight: float) -> float:
        inside = min(highest, max(lowest, weight))
        return round(_LEFT + (inside - lowest) / span * (_WIDTH - _LEFT - _RIGHT), 1)

    return place


def _level(y: float, label: str) -> Markup:
    """Draw one horizontal line of the grid with its label."""
    return Markup(
        '<line x1="{left}" x2="{right}" y1="{y}" y2="{y}" stroke="#ddd"/>'
        '<text x="{at}" y="{low}" text-anchor="end">{label}</text>'
    ).format(left=_LEFT, right=_WIDTH - _RIGHT, y=y, at=_LEFT - 6, low=y + 4, label=label)


def _axis(x: Callable[[float], float]) -> list[Markup]:
    """Draw the weights along the bottom, every five that are inside."""
    bottom = _HEIGHT - _BOTTOM
    inside = [weight for weight in range(-200, 301, 5) if _LEFT < x(weight) < _WIDTH - _RIGHT]
    wanted = inside if len(inside) <= 16 else [weight for weight in inside if weight % 10 == 0]
    ticks = [
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            x(weight), bottom + 16, f"{weight}".replace("-", "\N{MINUS SIGN}")
        )
        for weight in wanted
    ]
    frame = Markup(
        '<line x1="{}" x2="{}" y1="{y}" y2="{y}" stroke="#000"/>'
        '<text x="{}" y="{}" text-anchor="middle">match weight</text>'
    ).format(_LEFT, _WIDTH - _RIGHT, (_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, y=bottom)
    return [*ticks, frame]


def _marks(marks: Sequence[Mark], x: Callable[[float], float]) -> list[Markup]:
    """Draw the thresholds; names stand one below another, away from the next line."""
    return [
        Markup(
            '<line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}" stroke="#000"'
            ' stroke-dasharray="3 3"/><text x="{at}" y="{low}" text-anchor="{end}">{name}</text>'
        ).format(
            x=x(weight), top=6 + 15 * row, bottom=_HEIGHT - _BOTTOM,
            at=x(weight) + (4 if row == 0 else -4),
            end="start" if row == 0 else "end",
            low=15 + 15 * row, name=name,
        )
        for row, (name, weight) in enumerate(sorted(marks, key=lambda mark: -mark[1]))
    ]  # fmt: skip


def _chart(parts: Sequence[Markup], title: str, described: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        "<title>{title}</title>{parts}</svg>"
    ).format(
        w=_WIDTH, h=_HEIGHT, label=f"{title}. {described}", title=title,
        parts=Markup("").join(parts),
    )  # fmt: skip
