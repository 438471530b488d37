"""Charts are well-formed whatever the numbers, and never draw outside themselves."""

from xml.etree import ElementTree

from hypothesis import example, given
from hypothesis import strategies as st

from resolution.link.report_charts import Line, histogram, lines, weight_bar

WEIGHTS = st.floats(-100, 200)
MARKS = [("LINK", 0.0), ("REVIEW", -4.0), ("BREAK", -6.0)]
SHARES = st.floats(0, 1)


def drawn(markup: str) -> list[ElementTree.Element]:
    """Parse a chart and hold it to its frame."""
    svg = ElementTree.fromstring(markup)  # noqa: S314  # what is parsed was made here
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    for shape in svg.iter("rect"):
        x, y, w, h = (float(shape.attrib[name]) for name in ("x", "y", "width", "height"))
        assert w >= 0
        assert h >= 0
        assert x >= 0
        assert y >= 0
        assert x + w <= width + 1
        assert y + h <= height + 1
    for shape in svg.iter("polyline"):
        for point in shape.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    return list(svg.iter())


@given(WEIGHTS, WEIGHTS, WEIGHTS)
def test_a_bar_stays_in_its_cell(weight: float, one: float, other: float) -> None:
    drawn(weight_bar(weight, scale=(min(one, other), max(one, other)), bounds=(one, other)))


@given(
    st.dictionaries(st.integers(-60, 120), st.integers(1, 10**10), min_size=1, max_size=60),
    SHARES,
)
def test_a_histogram_stays_in_its_frame(counts: dict[int, int], share: float) -> None:
    bins = [[low, count, count * share] for low, count in sorted(counts.items())]

    drawn(histogram(bins, MARKS, title="weights", described="some"))


@given(st.lists(st.tuples(WEIGHTS, SHARES), min_size=1, max_size=40))
@example([(0.0, 1.0)])
def test_a_line_stays_in_its_frame(points: list[tuple[float, float]]) -> None:
    line = Line("share", sorted(points))

    drawn(lines([line], MARKS, title="shares", described="some"))


def test_what_a_chart_says_is_text() -> None:
    title = "<b>\"a\" & 'b'</b>"

    found = drawn(histogram([[0, 5, 1.0]], [(title, 0.0)], title=title, described=title))

    assert "b" not in {element.tag for element in found}
    assert [element.text for element in found if element.tag == "title"] == [title]
