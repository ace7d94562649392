"""Quotas: rounded up, exact, explained."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules.quota import Quota, WrongQuota, parse_quota, required


@pytest.mark.parametrize(
    ("total", "quota", "number", "sentence"),
    [
        (9, "25%", 3, "不低于25%，9户取3户"),
        (8, "25%", 2, "不低于25%，8户取2户"),
        (100, "7%", 7, "不低于7%，100户取7户"),
        (1, "3%", 1, "不低于3%，1户取1户"),
        (0, "50%", 0, "不低于50%，0户取0户"),
        (200, "0.5%", 1, "不低于0.5%，200户取1户"),
        (10, "100%", 10, "不低于100%，10户取10户"),
        (10, "3", 3, "不低于3户，10户取3户"),
        (10, "３户", 3, "不低于3户，10户取3户"),
        (10, "不低于25％", 3, "不低于25%，10户取3户"),
    ],
)
def test_not_less_than_rounds_up(total: int, quota: str, number: int, sentence: str):
    found = required(total, quota)
    assert (found.number, found.sentence) == (number, sentence)


def test_a_minimum_counts_but_never_more_than_there_are():
    assert required(100, "1%", minimum=3).number == 3
    assert "不少于3户" in required(100, "1%", minimum=3).sentence
    assert required(2, "1%", minimum=3).number == 2


@settings(derandomize=True)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_ratio_is_exact(total: int, millionths: int):
    ratio = Fraction(millionths, 10**6)
    number = required(total, Quota(ratio=ratio)).number
    assert number == ceil(ratio * total)
    assert number >= ratio * total > number - 1


@pytest.mark.parametrize("text", ["", "25", "25%", "0.000001%", "12.5%"])
def test_what_is_read_is_said_the_same_way(text: str):
    if text:
        assert parse_quota(parse_quota(text).label) == parse_quota(text)


@pytest.mark.parametrize("text", ["", "abc", "-3", "101%", "2.5", "25%%", "1e3", "１/4", "99999999"])
def test_what_cannot_be_read_is_refused(text: str):
    with pytest.raises(WrongQuota):
        parse_quota(text)


def test_more_than_there_are_is_refused_with_both_numbers():
    with pytest.raises(WrongQuota, match="要抽11户，只有10户"):
        required(10, "11")
    with pytest.raises(WrongQuota, match="不能为负"):
        required(-1, "3%")
    with pytest.raises(WrongQuota, match="请填写"):
        required(1, Quota())
