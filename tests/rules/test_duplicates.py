"""Objects that may be the same are found by what is alike, with the reason, and others are left alone."""

from itertools import pairwise

import pytest

from sjj.rules.duplicates import Candidate, Kind, Row, address_key, find_duplicates, name_key, one_edit_apart
from sjj.rules.identity import credit_code_with_check

CODE = credit_code_with_check("91130227MA0000001")
OTHER_CODE = credit_code_with_check("91130227MA0000002")


@pytest.mark.parametrize(
    "written",
    [
        "试验（迁西）苗木有限公司",
        "试验(迁西)苗木有限责任公司",
        "试验 迁西 苗木有限公司",
        "试验【迁西】苗木有限公司",
        "　试验（迁西）苗木有限公司",
        "试验·迁西苗木有限公司",
        "试验（迁西）苗木有限公司（已注销）",
    ],
)
def test_ways_to_write_one_name_are_one_key(written: str):
    assert name_key(written) == "试验迁西苗木有限公司"


def test_names_that_mean_different_firms_stay_apart():
    names = ["试验苗木有限公司", "试验苗木股份有限公司", "试验苗木二厂", "试验苗木合伙企业", "ＡＢ试验苗木"]
    assert len({name_key(name) for name in names}) == len(names)
    assert name_key("ＡＢ试验苗木") == name_key("ab试验苗木")


@pytest.mark.parametrize(
    "written",
    [
        "河北省唐山市迁西县城关镇市场路１号",
        "唐山市迁西县城关镇市场路1号",
        "迁西县 城关镇市场路1号",
        "城关镇市场路1号",
    ],
)
def test_an_address_is_the_same_with_and_without_the_province(written: str):
    assert address_key(written) == "城关镇市场路1号"


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("甲乙丙", "甲乙丁", True),
        ("甲乙丙", "甲乙丙丁", True),
        ("乙丙", "甲乙丙", True),
        ("甲丙", "甲乙丙", True),
        ("甲乙丙", "甲乙丙", False),
        ("甲乙丙", "丙乙甲", False),
        ("甲乙", "甲乙丙丁", False),
        ("", "甲", True),
    ],
)
def test_one_character_makes_one_edit(first: str, second: str, apart: bool):
    assert one_edit_apart(first, second) is apart
    assert one_edit_apart(second, first) is apart


def test_each_candidate_says_why():
    rows = [
        Row(1, "试验苗木有限公司", CODE, "城关镇市场路1号"),
        Row(2, "试验花卉有限公司", f" {CODE.lower()} ", "城关镇北路9号"),
        Row(3, "试验木材（迁西）有限公司", "", "城关镇南路3号"),
        Row(4, "试验木材迁西有限责任公司", OTHER_CODE, "河北省唐山市迁西县城关镇南路3号"),
        Row(5, "兴隆家具厂", "N-1", "甲村"),
        Row(6, "兴隆家具厂", "N-2", ""),
        Row(7, "新兴食用菌专业合作社", "N-3", "渔户寨乡8号"),
        Row(8, "新星食用菌专业合作社", "N-4", "渔户寨乡8号"),
        Row(9, "独一份", "N-5", "渔户寨乡8号"),
    ]
    assert find_duplicates(rows) == (
        Candidate((1, 2), Kind.SAME_CODE, f"统一社会信用代码（编号）相同：{CODE}"),
        Candidate(
            (3, 4),
            Kind.SAME_NAME_AND_ADDRESS,
            "名称只是写法不同（试验木材迁西有限责任公司；试验木材（迁西）有限公司），住所也相同",
        ),
        Candidate((5, 6), Kind.SAME_NAME, "名称相同，住所不同或没有登记"),
        Candidate((7, 8), Kind.NEAR_NAME_SAME_ADDRESS, "住所相同，名称只差一个字"),
    )


def test_a_name_within_another_at_one_address_is_noticed():
    rows = [Row(1, "宏达矿山机械有限公司", "", "南路3号"), Row(2, "迁西宏达矿山机械有限公司", "", "南路3号")]
    (found,) = find_duplicates(rows)
    assert found.reason == "住所相同，一个名称包含另一个"


def test_a_group_within_a_surer_one_is_left_out():
    rows = [Row(n, "试验苗木有限公司", CODE, "南路3号") for n in range(3)]
    (found,) = find_duplicates(rows)
    assert (found.keys, found.kind) == ((0, 1, 2), Kind.SAME_CODE)


def test_same_names_at_two_places_are_two_pairs_and_one_larger_group():
    rows = [Row(n, "试验苗木有限公司", "", place) for n, place in enumerate(["甲村", "甲村", "乙村", "乙村"])]
    assert [(one.keys, one.kind) for one in find_duplicates(rows)] == [
        ((0, 1), Kind.SAME_NAME_AND_ADDRESS),
        ((2, 3), Kind.SAME_NAME_AND_ADDRESS),
        ((0, 1, 2, 3), Kind.SAME_NAME),
    ]


def test_a_wrong_code_shared_by_two_is_said_to_be_wrong():
    (found,) = find_duplicates([Row(1, "甲", "123"), Row(2, "乙", "123")])
    assert found.reason.endswith("（该代码不合规，请先核对）")


def test_a_market_is_not_compared_stall_by_stall():
    stalls = [Row(n, f"市场第{n:03d}摊位", "", "城关镇市场") for n in range(60)]
    assert find_duplicates(stalls) == ()
    assert find_duplicates(stalls[:20]) != ()


def test_nothing_alike_is_no_candidate():
    rows = [Row(n, f"第{n}号" + "甲乙丙丁戊己庚辛"[n % 8] * (n + 1), f"N-{n}", f"{n}村") for n in range(50)]
    assert find_duplicates(rows) == ()
    assert find_duplicates([Row(1, "", ""), Row(2, "", "")]) == ()


def test_the_surest_come_first():
    rows = [
        Row(1, "兴隆家具厂", "", "甲"),
        Row(2, "兴隆家具厂", "", "乙"),
        Row(3, "丙", CODE),
        Row(4, "丁", CODE),
    ]
    order = list(Kind)
    found = [order.index(one.kind) for one in find_duplicates(rows)]
    assert all(first <= second for first, second in pairwise(found))
    assert len(found) == 2
