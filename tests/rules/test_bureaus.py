"""Each bureau's year by its own paper: every clause with a number is computed, and met or reported as missed."""

from datetime import date

import pytest

from sjj.rules import figures
from sjj.rules.bureaus import BUREAUS, ECOLOGY, FORESTRY, Bureau, ClauseResult, DoneOn, clause_results
from sjj.rules.forecast import Verdict, forecast
from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.forecast_warnings import Topic, forecast_warnings
from sjj.rules.indicator_list import INDICATORS
from sjj.rules.indicators import State, judge_year
from sjj.rules.plan_generation import required_lines
from sjj.rules.plan_lines import Joint
from sjj.rules.quota import parse_quota
from sjj.rules.quota_lines import Part, PoolCount, QuotaRule, line_quota
from sjj.rules.targets import read_targets
from sjj.rules.visit_counting import Counting
from sjj.rules.workdays import WorkCalendar
from tests.rules.plan_makers import county

YEAR = 2024
CALENDAR = WorkCalendar({date(2024, 1, 1): "元旦", date(2025, 1, 1): "元旦"}, frozenset(), {2024, 2025})
AFTER = date(2025, 3, 1)
IN_TIME = [
    *(
        DoneOn(figures.QUARTER_SUMMARY_WORKING_DAYS, day, quarter)
        for quarter, day in enumerate(
            (date(2024, 3, 28), date(2024, 6, 27), date(2024, 9, 30), date(2024, 12, 31)), start=1
        )
    ),
    *(
        DoneOn(figures.QUARTER_TABLE_WORKING_DAYS, day, quarter)
        for quarter, day in enumerate(
            (date(2024, 4, 2), date(2024, 7, 1), date(2024, 10, 2), date(2025, 1, 3)), start=1
        )
    ),
]
PLAN_IN_TIME = [
    DoneOn(figures.PLAN_DUE_JANUARY_DAY, date(2024, 1, 20), what="制定"),
    DoneOn(figures.PLAN_DUE_JANUARY_DAY, date(2024, 1, 25), what="上报"),
    DoneOn(figures.PLAN_DUE_JANUARY_DAY, date(2024, 1, 31), what="公示"),
]
FORESTRY_YEAR = {
    None: {
        "enterprises": 1180,
        "enterprises_inspected": 36,
        "draws": 14,
        "draws_by_credit": 12,
        "results_due": 36,
        "results_in_time": 36,
        "followups_due": 5,
        "followups_in_time": 5,
    }
}
A_QUARTER = {
    "special": 9,
    "special_inspected": 5,
    "key": 45,
    "key_inspected": 12,
    "positive": 31,
    "positive_off_site": 31,
    "general": 187,
    "general_inspected": 6,
    "cross_joint_draws": 1,
}
ECOLOGY_YEAR = {
    None: {"draws": 16, "internal_joint_draws": 5, "enterprise_draws": 15, "enterprise_draws_by_credit": 12},
    **dict.fromkeys((1, 2, 3, 4), A_QUARTER),
}


def results(bureau: Bureau, counts, done, today: date = AFTER) -> dict[str, ClauseResult]:
    readings = judge_year(bureau.targets, YEAR, counts, today)
    found = clause_results(bureau, YEAR, readings, done, CALENDAR, today)
    return {f"{one.clause.place} {one.clause.about}": one for one in found}


@pytest.mark.parametrize("bureau", BUREAUS.values(), ids=lambda one: one.name)
def test_every_target_is_cited_and_has_a_clause(bureau: Bureau):
    about = {clause.about for clause in bureau.clauses}
    for target in bureau.targets:
        assert target.source.startswith(bureau.paper)
        assert target.indicator in about
    for clause in bureau.clauses:
        assert clause.about in INDICATORS or clause.about in figures.FIGURES
    assert read_targets([one.stored() for one in bureau.targets]) == bureau.targets


@pytest.mark.parametrize(
    ("bureau", "counts", "done"),
    [(FORESTRY, FORESTRY_YEAR, PLAN_IN_TIME), (ECOLOGY, ECOLOGY_YEAR, IN_TIME)],
    ids=["迁西林业", "新乐生态"],
)
def test_a_year_that_keeps_its_paper_meets_every_clause(bureau: Bureau, counts, done):
    found = results(bureau, counts, done)
    assert {one.state for one in found.values()} == {State.MET}
    assert len(found) == len(bureau.clauses)


@pytest.mark.parametrize(
    ("count", "number", "clause", "said"),
    [
        ("enterprises_inspected", 35, "一、二（二） inspected_share", "还差 1 户"),
        ("draws_by_credit", 11, "一 credit_share", "11 次 ÷ 14 次 = 78.57%"),
        ("results_in_time", 35, "一 in_time", "已无法补上"),
        ("results_in_time", 35, "二（四） in_time", "35 户次 ÷ 36 户次 = 97.22%"),
        ("followups_in_time", 4, "一 followup_in_time", "4 件 ÷ 5 件 = 80%"),
    ],
)
def test_the_forestry_bureau_sees_each_clause_it_misses(count: str, number: int, clause: str, said: str):
    counts = {None: FORESTRY_YEAR[None] | {count: number}}
    found = results(FORESTRY, counts, PLAN_IN_TIME)
    assert found[clause].state is State.NOT_MET
    assert said in found[clause].sentences[0]
    missed = {one.clause.about for one in found.values() if one.state is not State.MET}
    assert missed == {found[clause].clause.about}


@pytest.mark.parametrize(
    ("count", "number", "clause", "said"),
    [
        ("special_inspected", 4, "二（四） special_quarter", "2024年第3季度：4 户 ÷ 9 户 = 44.44%"),
        ("key_inspected", 11, "二（四） key_quarter", "11 户 ÷ 45 户 = 24.44%，未达到“不低于25%”，还差 1 户"),
        ("positive_off_site", 30, "二（四） positive_quarter", "还差 1 户"),
        ("general_inspected", 5, "二（四） general_quarter", "5 户 ÷ 187 户 = 2.67%"),
        ("cross_joint_draws", 0, "二（五） cross_joint_quarter", "还差 1 次"),
    ],
)
def test_the_ecology_bureau_sees_the_quarter_it_misses(count: str, number: int, clause: str, said: str):
    counts = ECOLOGY_YEAR | {3: A_QUARTER | {count: number}}
    found = results(ECOLOGY, counts, IN_TIME)
    assert found[clause].state is State.NOT_MET
    assert said in found[clause].sentences[2]
    assert [one.clause.about for one in found.values() if one.state is not State.MET] == [
        found[clause].clause.about
    ]


@pytest.mark.parametrize(
    ("changed", "clause"),
    [
        ({"internal_joint_draws": 4}, "二（五） internal_joint_share"),
        ({"enterprise_draws_by_credit": 11}, "二（三） credit_share"),
    ],
)
def test_the_ecology_bureau_sees_the_shares_it_misses(changed: dict[str, int], clause: str):
    counts = ECOLOGY_YEAR | {None: ECOLOGY_YEAR[None] | changed}
    assert results(ECOLOGY, counts, IN_TIME)[clause].state is State.NOT_MET


def test_a_report_sent_too_late_is_missed_and_one_not_sent_is_due():
    late = [DoneOn(figures.QUARTER_TABLE_WORKING_DAYS, date(2024, 4, 3), 1)]
    table, summary = (
        f"四（四） {name}" for name in ("quarter_table_working_days", "quarter_summary_working_days")
    )
    found = results(ECOLOGY, ECOLOGY_YEAR, late)
    assert found[table].sentences == ("2024年第1季度：期限2024年4月2日，2024年4月3日才完成",)
    assert (found[table].state, found[summary].state) == (State.NOT_MET, State.PENDING)
    waiting = [DoneOn(figures.QUARTER_TABLE_WORKING_DAYS, None, 1)]
    found = results(ECOLOGY, {}, waiting, today=date(2024, 4, 2))
    assert found[table].state is State.NOT_YET_DUE
    found = results(ECOLOGY, {}, waiting, today=date(2024, 4, 3))
    assert found[table].sentences == ("2024年第1季度：期限2024年4月2日，还没有完成",)


def test_a_year_without_calendar_leaves_its_reports_undecided():
    gap = [DoneOn(figures.QUARTER_TABLE_WORKING_DAYS, date(2024, 4, 1), 1)]
    readings = judge_year(ECOLOGY.targets, YEAR, ECOLOGY_YEAR, AFTER)
    empty = WorkCalendar({}, frozenset(), ())
    found = {one.clause.about: one for one in clause_results(ECOLOGY, YEAR, readings, gap, empty, AFTER)}
    assert found[figures.QUARTER_TABLE_WORKING_DAYS].state is State.PENDING
    assert "放假安排尚未录入" in found[figures.QUARTER_TABLE_WORKING_DAYS].sentences[0]


def test_a_plan_published_in_february_is_late_though_made_in_january():
    done = [*PLAN_IN_TIME[:2], DoneOn(figures.PLAN_DUE_JANUARY_DAY, date(2024, 2, 1), what="公示")]
    found = results(FORESTRY, FORESTRY_YEAR, done)["二（二） plan_due_january_day"]
    assert found.state is State.NOT_MET
    assert found.sentences[2] == "2024年公示：期限2024年1月31日，2024年2月1日才完成"


def test_no_deadline_without_its_quarter():
    for wrong in (
        DoneOn(figures.QUARTER_TABLE_WORKING_DAYS, None),
        DoneOn(figures.RECORD_TEXT_CHARACTERS, None, 1),
    ):
        with pytest.raises(ValueError, match=r"季度|期限"):
            clause_results(
                Bureau("", "", "", (), tuple(_clause(wrong.figure))), YEAR, (), [wrong], CALENDAR, AFTER
            )


def _clause(about: str):
    first = ECOLOGY.clauses[0]
    yield type(first)(first.place, first.words, about)


@pytest.mark.parametrize(
    ("pool", "ratio", "number"),
    [
        (PoolCount("重点监管对象", 45), "25%", 12),
        (PoolCount("特殊监管对象", 9), "50%", 5),
        (PoolCount("正面清单企业", 31), "100%", 31),
        (PoolCount("一般监管对象", 218, (Part("正面清单", 31),)), "3%", 6),
        (PoolCount("企业", 1180), "3%", 36),
    ],
    ids=["重点25%", "特殊50%", "正面清单全覆盖", "非正面清单3%", "年度3%"],
)
def test_each_ratio_of_the_papers_comes_to_a_number(pool: PoolCount, ratio: str, number: int):
    assert line_quota(pool, QuotaRule(parse_quota(ratio))).draw == number


def test_the_ecology_bureaus_year_is_planned_to_meet_its_paper():
    population = county(special=9)
    groups, settings = Groups.of(population), Settings(YEAR, ECOLOGY.targets)
    found = forecast(required_lines(groups, settings), population, groups, settings)
    assert {one.verdict for one in found.outlooks} == {Verdict.SURE}
    assert len(found.outlooks) == 2 + 4 * 5
    assert [one.drawn for one in found.lines[:4]] == [5, 12, 6, 31]
    said = forecast_warnings(found, population, groups, settings)
    assert {one.topic for one in said} == {Topic.PARTNERS}
    assert [one.lines for one in said] == [
        (one.line.key,) for one in found.lines if one.line.joint is not Joint.NONE
    ]


def test_with_a_cap_of_two_that_year_cannot_be_kept_and_the_lines_are_named():
    """遂昌 allows two visits a year: half of nine four times are twenty, more than the eighteen there are."""
    population = county(special=9)
    groups = Groups.of(population)
    settings = Settings(YEAR, ECOLOGY.targets, cap=2, counting=Counting(off_site=False))
    found = forecast(required_lines(groups, settings), population, groups, settings)
    missed = {
        (one.sure.target.indicator, one.sure.span.quarter)
        for one in found.outlooks
        if one.verdict is Verdict.MISSED
    }
    assert missed == {("special_quarter", 4)}
    warned = forecast_warnings(found, population, groups, settings)
    (over,) = [one for one in warned if one.topic is Topic.POOL and one.is_certain]
    assert over.lines == ("4-special_quarter",)
    assert "全年要检查 20 户次，频次上限每户 2 次只容得下 18 户次" in "".join(one.sentence for one in warned)


def test_the_forestry_bureaus_year_is_planned_to_meet_its_paper():
    population = county(0, 0, 0, 1180)
    groups, settings = Groups.of(population), Settings(YEAR, FORESTRY.targets)
    found = forecast(required_lines(groups, settings), population, groups, settings)
    assert found.visits == 36
    assert {one.sure.target.indicator: one.verdict for one in found.outlooks} == {
        "inspected_share": Verdict.SURE,
        "credit_share": Verdict.SURE,
        "in_time": Verdict.UNKNOWN,
        "followup_in_time": Verdict.UNKNOWN,
    }
