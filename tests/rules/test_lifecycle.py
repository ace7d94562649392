"""States: each is in its table, each has a name, a refused move says what is possible."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from sjj.rules import lifecycle as life
from sjj.rules.lifecycle import CampaignState as Campaign
from sjj.rules.lifecycle import DrawState as Draw
from sjj.rules.lifecycle import ProblemState as Found
from sjj.rules.lifecycle import ResultState as Result

MACHINES: list[tuple[type[StrEnum], Mapping[Any, frozenset[Any]]]] = [
    (Campaign, life.CAMPAIGN_MOVES),
    (Draw, life.DRAW_MOVES),
    (Result, life.RESULT_MOVES),
    (Found, life.PROBLEM_MOVES),
    (life.PlanState, life.PLAN_MOVES),
    (life.ApprovalState, life.APPROVAL_MOVES),
    (life.ObjectionState, life.OBJECTION_MOVES),
    (life.JobState, life.JOB_MOVES),
]


@pytest.mark.parametrize(("states", "moves"), MACHINES, ids=lambda one: getattr(one, "__name__", ""))
def test_every_state_is_in_its_table_and_has_its_own_name(
    states: type[Any], moves: Mapping[Any, frozenset[Any]]
):
    assert set(moves) == set(states)
    for state, possible in moves.items():
        assert type(state) is states
        assert all(type(one) is states for one in possible)
    labels = [state.label for state in states]
    assert len(set(labels)) == len(labels)
    assert not any(label.isascii() for label in labels)


@pytest.mark.parametrize(("states", "moves"), MACHINES, ids=lambda one: getattr(one, "__name__", ""))
def test_every_state_can_be_reached_from_the_first(states: type[Any], moves: Mapping[Any, frozenset[Any]]):
    reached = {next(iter(states))}
    while more := {to for frm in reached for to in moves[frm]} - reached:
        reached |= more
    assert reached == set(states)


@pytest.mark.parametrize(("states", "moves"), MACHINES, ids=lambda one: getattr(one, "__name__", ""))
def test_every_move_is_made_or_refused_as_the_table_says(
    states: type[Any], moves: Mapping[Any, frozenset[Any]]
):
    for frm in states:
        for to in states:
            if to in moves[frm]:
                assert life.move(moves, frm, to) is to
            else:
                with pytest.raises(life.RefusedMove, match=f"当前为“{frm.label}”"):
                    life.move(moves, frm, to)


@pytest.mark.parametrize(
    ("moves", "frm", "to"),
    [
        (life.CAMPAIGN_MOVES, Campaign.SUBMITTED, Campaign.DRAFT),
        (life.CAMPAIGN_MOVES, Campaign.FROZEN, Campaign.PUBLISHED),
        (life.CAMPAIGN_MOVES, Campaign.IN_PROGRESS, Campaign.PUBLISHED),
        (life.CAMPAIGN_MOVES, Campaign.PUBLISHED, Campaign.CANCELLED),
        (life.DRAW_MOVES, Draw.DRAWN, Draw.VOIDED),
        (life.RESULT_MOVES, Result.SENT_BACK, Result.AWAITING_REVIEW),
        (life.RESULT_MOVES, Result.PUBLISHED, Result.CORRECTED),
        (life.PROBLEM_MOVES, Found.OPEN, Found.CLOSED),
    ],
)
def test_moves_the_office_needs(moves: Mapping[Any, frozenset[Any]], frm: Any, to: Any):
    assert life.move(moves, frm, to) is to


@pytest.mark.parametrize(
    ("moves", "frm", "to", "said"),
    [
        (life.CAMPAIGN_MOVES, Campaign.DRAFT, Campaign.FROZEN, "只能变为“待审批”"),
        (life.CAMPAIGN_MOVES, Campaign.FROZEN, Campaign.CANCELLED, "“方案已公示”"),
        (life.DRAW_MOVES, Draw.VOIDED, Draw.DRAWN, "不能再变更"),
        (life.RESULT_MOVES, Result.NOT_ENTERED, Result.PUBLISHED, "“待审核”"),
    ],
)
def test_a_refused_move_says_what_is_possible(
    moves: Mapping[Any, frozenset[Any]], frm: Any, to: Any, said: str
):
    with pytest.raises(life.RefusedMove, match=said):
        life.move(moves, frm, to)
