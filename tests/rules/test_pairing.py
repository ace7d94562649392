"""Needs are written with the scarcest place first."""

from sjj.rules.draw import OfficerEntry, TeamRule
from sjj.rules.pairing import needs_for_objects

OFFICERS = [
    OfficerEntry("A", ("甲",), ("林政",)),
    OfficerEntry("B", ("甲",), ("林政",)),
    OfficerEntry("C", ("乙",), ("林政", "种苗")),
    OfficerEntry("D", ("乙",), ("种苗",)),
]
PAIR = TeamRule(2, "officer")


def test_the_scarcer_expertise_comes_first():
    needs = needs_for_objects({"N-1": [["林政"], ["种苗"]]}, OFFICERS, {}, PAIR)
    assert needs == {"N-1": [["种苗"], ["林政"]]}


def test_bars_of_the_object_count():
    barred = {"N-1": {"A": "亲属", "B": "同村"}}
    needs = needs_for_objects({"N-1": [["种苗"], ["林政"]]}, OFFICERS, barred, PAIR)
    assert needs == {"N-1": [["林政"], ["种苗"]]}


def test_places_for_anybody_and_objects_without_needs_are_left_out():
    assert needs_for_objects({"N-1": [[], ["种苗", "林政"]], "N-2": [[]]}, OFFICERS, {}, PAIR) == {
        "N-1": [["林政", "种苗"]]
    }


def test_groups_bear_the_tags_of_all_their_members():
    needs = needs_for_objects({"N-1": [["林政"], ["种苗"]]}, OFFICERS, {}, TeamRule(2, "group"))
    assert needs == {"N-1": [["种苗"], ["林政"]]}
