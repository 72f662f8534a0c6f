"""The reliability diagram as the reader's eye meets it."""

from xml.etree import ElementTree as ET

from truceline.present.drawing.reliability_svg import MARGIN_PX, SIZE_PX, ReliabilityPoint, reliability_svg

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(*points: ReliabilityPoint) -> ET.Element:
    return ET.fromstring(reliability_svg(points, title="Line <7>"))  # noqa: S314 -- our own text


def test_a_point_on_the_diagonal_is_as_far_right_as_up():
    (dot,) = drawn(ReliabilityPoint(4, 0.25, 0.25)).findall(f"{SPACE}circle")
    across, up = float(dot.attrib["cx"]) - MARGIN_PX, SIZE_PX - MARGIN_PX - float(dot.attrib["cy"])
    assert across == up == 0.25 * (SIZE_PX - 2 * MARGIN_PX)


def test_the_area_of_a_dot_counts_claims():
    one, four = drawn(ReliabilityPoint(1, 0.1, 0), ReliabilityPoint(4, 0.9, 1)).findall(f"{SPACE}circle")
    assert float(four.attrib["r"]) == 2 * float(one.attrib["r"])
    title = four.find(f"{SPACE}title")
    assert title is not None
    assert title.text == "4 claims, stated 0.90, true 1.00"


def test_the_title_is_escaped_and_nothing_draws_nothing():
    whole = drawn()
    assert whole.findall(f"{SPACE}circle") == []
    assert whole.findtext(f"{SPACE}title") == "Line <7>"
