"""The order of a day's visits, and the coordinates that a map link needs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sjj.rules.places import gcj02, is_on_earth
from sjj.rules.submission_flags import distance_metres
from sjj.rules.visit_order import Pressing, Stop, in_order, pressing_of

TODAY = date(2026, 3, 5)


def keys(stops: list[Stop], start: tuple[float, float] | None = None) -> list[int]:
    """The keys in the order proposed."""
    return [one.stop.key for one in in_order(stops, TODAY, start)]


def test_what_presses_comes_first() -> None:
    stops = [
        Stop(1, due_on=date(2026, 3, 20)),
        Stop(2, planned_on=date(2026, 3, 9)),
        Stop(3, planned_on=date(2026, 3, 7)),
        Stop(4, planned_on=TODAY),
        Stop(5, due_on=date(2026, 3, 4)),
        Stop(6, due_on=date(2026, 3, 1), sent_back=True),
        Stop(7, planned_on=date(2026, 3, 2)),
    ]
    assert keys(stops) == [6, 5, 4, 7, 1, 3, 2]
    assert pressing_of(stops[6], TODAY) is Pressing.TODAY
    assert [one.pressing.label for one in in_order(stops, TODAY)][:2] == ["退回更正", "已超期"]


def test_from_one_to_the_nearest_next() -> None:
    row = [Stop(number, place=(40.0, 118.0 + number / 10)) for number in (4, 1, 3, 2)]
    first = Stop(9, place=(40.0, 118.9), due_on=TODAY)
    assert keys([*row, first]) == [9, 4, 3, 2, 1]
    assert keys(row, start=(40.0, 118.0)) == [1, 2, 3, 4]


def test_a_stop_without_a_place_comes_after_those_that_have_one() -> None:
    stops = [Stop(1, due_on=TODAY), Stop(2, place=(40.0, 118.0)), Stop(3, due_on=date(2026, 3, 31))]
    assert keys(stops) == [2, 1, 3]


def test_the_distance_is_told_from_the_stop_before() -> None:
    stops = [Stop(1, (40.0, 118.0), TODAY), Stop(2), Stop(3, (40.01, 118.0))]
    placed = in_order(stops, TODAY)
    assert placed[0].metres is None
    assert placed[1].metres == pytest.approx(1112, abs=1)
    assert placed[2].metres is None


@given(
    st.lists(
        st.builds(
            Stop,
            st.integers(),
            st.none() | st.tuples(st.floats(-89, 89), st.floats(-179, 179)),
            st.none() | st.dates(),
            st.none() | st.dates(),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_nobody_is_left_out_and_groups_never_mix(stops: list[Stop]) -> None:
    placed = in_order(stops, TODAY)
    assert sorted(map(repr, stops)) == sorted(repr(one.stop) for one in placed)
    assert [one.pressing for one in placed] == sorted(one.pressing for one in placed)


def test_a_map_link_is_shifted_as_chinese_maps_are() -> None:
    lat, lon = gcj02(31.1774276, 121.5272106)
    assert (lat, lon) == pytest.approx((31.17530398, 121.53154186), abs=1e-6)
    assert gcj02(48.8584, 2.2945) == (48.8584, 2.2945)  # nothing to shift outside China


@given(st.floats(18, 53), st.floats(74, 134))
def test_the_shift_is_some_hundred_metres(lat: float, lon: float) -> None:
    assert 1 < distance_metres((lat, lon), gcj02(lat, lon)) < 1500


def test_degrees_are_degrees() -> None:
    assert is_on_earth(40.1, 118.3)
    assert not is_on_earth(118.3, 40.1)
