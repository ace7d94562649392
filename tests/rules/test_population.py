"""Groups are computed once; meeting, joining and splitting them loses nobody."""

from hypothesis import given
from hypothesis import settings as cases
from hypothesis import strategies as st

from sjj.rules.forecast_cells import Cells
from sjj.rules.partition import FORGET_AFTER, SPLIT_UNTIL
from sjj.rules.population import CountedGroup, Population

ROWS = [
    ("甲", {"class": "特殊", "tag": ["苗圃", "湿地"], "township": "城关镇"}),
    ("乙", {"class": "重点", "tag": [], "township": None}),
    ("丙", {"class": "重点", "tag": ("湿地",), "township": "城关镇"}),
]


def test_a_group_is_any_of_the_values_in_every_field():
    found = Population.from_rows(ROWS)

    def keys(**wanted):
        return found.keys_of(found.group(wanted))

    assert keys() == ["甲", "乙", "丙"]
    assert keys(tag=["苗圃", "湿地"]) == ["甲", "丙"]
    assert keys(tag=["湿地"], **{"class": ["重点"]}) == ["丙"]
    assert keys(township=["没有"]) == []
    assert keys(township=()) == ["甲", "乙", "丙"]
    assert found.keys_of(found.group_of(["丙", "甲", "丁"])) == ["甲", "丙"]


def test_parts_of_a_group():
    found = Population.from_rows(ROWS)
    assert found.parts("tag") == {"苗圃": 1, "湿地": 2}
    assert found.parts("tag", found.group({"class": ("重点",)})) == {"湿地": 1}


def test_counted_groups_stand_beside_each_other():
    found = Population.from_groups(
        [CountedGroup(3, {"class": ("特殊",)}), CountedGroup(5, {"class": ("重点",), "tag": ("湿地",)})]
    )
    assert found.size == 8
    assert found.group({"class": ("特殊",)}).bit_count() == 3
    assert found.group({"class": ("特殊",), "tag": ("湿地",)}) == 0
    assert found.everything.bit_count() == 8


@cases(derandomize=True, max_examples=50)
@given(st.lists(st.sets(st.integers(0, 29)), max_size=6), st.integers(0, 30))
def test_cells_split_and_count_everybody_once(sets: list[set[int]], size: int):
    found = Population.from_rows((number, {}) for number in range(size))
    groups = [found.group_of(one) for one in sets]
    cells = Cells(found, groups)
    assert sum(cells.sizes) == size
    for first in groups:
        members = cells.members(cells.of(first))
        assert {part for _, part in members} <= {1.0}
        assert sum(cells.sizes[place] for place, _ in members) == cells.size(cells.of(first))
        for second in groups:
            assert cells.shared(cells.of(first), cells.of(second)) == (first & second).bit_count()
            for third in groups:
                three = cells.shared_by_three(*(cells.of(one) for one in (first, second, third)))
                assert three >= (first & second & third).bit_count()


def test_asking_for_other_groups_later_does_not_change_the_answer():
    found = Population.from_rows((number, {}) for number in range(10))
    small, large = found.group_of({1, 2}), found.group_of({2, 3, 4})
    cells = Cells(found, [small])
    assert (sorted(cells.sizes), cells.size(cells.of(small))) == ([2, 8], 2)
    again = Cells(found, [large, small])
    assert (sorted(again.sizes), again.size(again.of(small))) == ([1, 1, 2, 6], 2)


def test_where_cells_would_be_too_many_groups_count_in_part():
    size = SPLIT_UNTIL * 8
    found = Population.from_rows((number, {}) for number in range(size))
    bits = [found.group_of(n for n in range(size) if n >> bit & 1) for bit in range(size.bit_length())]
    cells = Cells(found, bits)
    assert SPLIT_UNTIL <= len(cells.sizes) < 2 * SPLIT_UNTIL
    for group in bits:
        members = cells.members(cells.of(group))
        assert sum(cells.sizes[place] * part for place, part in members) == group.bit_count()
    assert {part for _, part in cells.members(cells.of(bits[0]))} == {1.0}
    assert {part for _, part in cells.members(cells.of(bits[-1]))} != {1.0}


def test_groups_of_long_ago_are_forgotten():
    found = Population.from_rows((number, {}) for number in range(40))
    for number in range(FORGET_AFTER + 5):
        Cells(found, [number])
    group = found.group_of(range(10))
    cells = Cells(found, [group])
    assert (cells.size(cells.of(group)), sum(cells.sizes)) == (10, 40)


def test_an_empty_register_has_no_cells():
    found = Population.from_rows([])
    assert (found.size, found.everything, Cells(found, [0]).sizes) == (0, 0, [])
