"""Which visits count to the cap is a setting, said in words."""

from datetime import date

import pytest

from sjj.rules.visit_counting import CountedVisit, Counting, at_cap, count_visits, visited_lately

SPRING, SUMMER = date(2026, 3, 2), date(2026, 7, 1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("visit", "setting"),
    [
        (CountedVisit("甲", SPRING, check_type="个案"), Counting(individual_cases=False)),
        (CountedVisit("甲", SPRING, off_site=True), Counting(off_site=False)),
        (CountedVisit("甲", SPRING, own_agency=False), Counting(other_agencies=False)),
        (CountedVisit("甲", SPRING, from_draw=False), Counting(outside_draws=False)),
    ],
    ids=["个案", "非现场", "其他部门", "抽查以外"],
)
def test_what_a_setting_leaves_out_does_not_count(visit: CountedVisit, setting: Counting):
    everything = Counting(other_agencies=True)
    assert not setting.counts(visit)
    assert everything.counts(visit)
    assert setting.counts(CountedVisit("甲", SPRING))


def test_the_year_is_counted_by_object():
    visits = [
        CountedVisit("甲", SPRING),
        CountedVisit("甲", SUMMER, off_site=True),
        CountedVisit("乙", SUMMER, own_agency=False),
        CountedVisit("乙", date(2025, 12, 31)),
        CountedVisit("乙", date(2026, 12, 31)),
    ]
    counts = count_visits(visits, Counting(), *YEAR)
    assert counts == {"甲": 2, "乙": 1}
    assert at_cap(counts, 2) == {"甲": "本年已检查 2 次，达到频次上限 2 次"}
    assert at_cap(counts, None) == {}


def test_the_setting_is_said_in_words():
    assert Counting().sentence == "个案检查、非现场检查、抽查以外的检查计入频次；其他部门的检查不计入"
    assert Counting(other_agencies=True).sentence == (
        "个案检查、非现场检查、其他部门的检查、抽查以外的检查计入频次"
    )


def test_the_same_firm_again_within_sixty_days_is_noticed():
    visits = [CountedVisit("甲", date(2026, 1, 1)), CountedVisit("甲", SPRING), CountedVisit("乙", SUMMER)]
    assert visited_lately(visits, "甲", date(2026, 5, 1)) == (
        "2026年3月2日刚检查过，相隔 60 天，未超过 60 天"
    )
    assert visited_lately(visits, "甲", date(2026, 5, 2)) == ""
    assert visited_lately(visits, "甲", date(2025, 12, 31)) == ""
