"""Two bureaus' papers as acceptance cases: a year planned, carried out, and held against every clause with a number.

S1 迁西县林业局 and S3 新乐市分局 are taken over as settings of 2025. One year of each keeps its paper; another misses
some of it on purpose, and each miss is told at its own clause and nowhere else.
"""

from datetime import date

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.home.clauses import clauses_of
from sjj.inspections.deadlines import Deadlines
from sjj.plans.plan_settings import settings_of
from sjj.rules.bureaus import ECOLOGY, FORESTRY, ClauseResult
from sjj.rules.indicators import State
from tests.makers.accounts import make_user
from tests.makers.bureau_rows import YEAR, Missed
from tests.makers.bureau_years import Register, make_bureau_year
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # the counts' SQL: test_indicators

DAY = date(2026, 3, 2)
FORESTRY_REGISTER = Register(special=12, key=40, positive=0, general=248)
ECOLOGY_REGISTER = Register(special=9, key=45, positive=31, general=187)


def judged(agency: Agency) -> dict[str, ClauseResult]:
    """Every clause of the agency's paper by place and subject."""
    found = clauses_of(agency, YEAR, Deadlines(DAY))
    return {f"{one.clause.place} {one.clause.about}": one for one in found}


def test_the_targets_of_both_papers_are_the_settings_of_the_year(app: Flask) -> None:
    for theme, bureau in (("林业", FORESTRY), ("生态", ECOLOGY)):
        made = Agency(id=0, theme=theme, name="", short_name="", division_code="")
        assert settings_of(made, YEAR).targets == bureau.targets


def test_a_forestry_year_that_keeps_its_paper(app: Flask, visitor: Visitor) -> None:
    made = make_bureau_year("林业", FORESTRY_REGISTER)
    assert {one["verdict"] for one in made.plan.content["targets"]} <= {"sure", "likely", "unknown"}
    found = judged(made.agency)
    assert {key: one.state for key, one in found.items() if one.state is not State.MET} == {}
    assert len(found) == len(FORESTRY.clauses)
    said = found["一、二（二） inspected_share"].sentences[0]
    assert "9 户 ÷ 300 户 = 3%" in said
    assert (
        "2025年公示：期限2025年1月31日，2025年1月24日完成" in found["二（二） plan_due_january_day"].sentences
    )
    visitor.sign_in(made.clerk).open(f"/plan-lines/clauses?year={YEAR}")
    for clause in FORESTRY.clauses:
        assert clause.words in visitor.text()
    assert not visitor.page.select("tr.wrong")
    assert "登记报送日期" not in visitor.text(), "its paper asks for no quarterly report"


def test_a_forestry_year_that_misses_each_clause_says_so(app: Flask) -> None:
    missed = Missed(
        plan_published_on=date(YEAR, 2, 10),
        visits={("inspected_share", 4): 1},
        without_credit=1,
        published_late=1,
        closed_late=1,
    )
    found = judged(make_bureau_year("林业", FORESTRY_REGISTER, missed).agency)
    assert {one.state for one in found.values()} == {State.NOT_MET}
    assert "8 户 ÷ 300 户 = 2.66%" in found["一、二（二） inspected_share"].sentences[0]
    assert "还差 1 户" in found["一、二（二） inspected_share"].sentences[0]
    assert "3 次 ÷ 4 次 = 75%" in found["一 credit_share"].sentences[0]
    assert "2025年2月10日才完成" in found["二（二） plan_due_january_day"].sentences[-1]


def test_an_ecology_year_that_keeps_its_paper(app: Flask, visitor: Visitor) -> None:
    made = make_bureau_year("生态", ECOLOGY_REGISTER)
    assert {one["verdict"] for one in made.plan.content["targets"]} == {"sure"}
    found = judged(made.agency)
    assert {key: one.state for key, one in found.items() if one.state is not State.MET} == {}
    assert len(found) == len(ECOLOGY.clauses)
    assert "5 户 ÷ 9 户 = 55.55%" in found["二（四） special_quarter"].sentences[0], "half of 9 is 5"
    assert "12 户 ÷ 45 户" in found["二（四） key_quarter"].sentences[2]
    assert "31 户 ÷ 31 户 = 100%" in found["二（四） positive_quarter"].sentences[3]
    assert "6 户 ÷ 187 户" in found["二（四） general_quarter"].sentences[1]
    visitor.sign_in(made.clerk).open(f"/plan-lines/clauses?year={YEAR}")
    for clause in ECOLOGY.clauses:
        assert clause.words in visitor.text()
    visitor.submit("form.card", what="quarter_table_working_days-2", done_on="2025-07-09")
    visitor.follow()
    assert "2025年7月9日才完成" in visitor.text(), "a date put right counts at once"
    assert len(visitor.page.select("tr.wrong")) == 1
    visitor.submit("form.card", what="quarter_table_working_days-2", done_on="2026-05-01", status=422)
    assert "不能晚于今天" in visitor.text()
    reader = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=made.agency))
    reader.open(f"/plan-lines/clauses?year={YEAR}")
    assert not reader.page.select("form.card")


def test_an_ecology_year_that_misses_some_clauses_in_some_quarters(app: Flask) -> None:
    quarters = {
        ("special_quarter", 1): 1,
        ("key_quarter", 2): 1,
        ("positive_quarter", 3): 1,
        ("general_quarter", 4): 1,
    }
    missed = Missed(
        visits=quarters,
        without_credit=4,
        alone_in=(2,),
        without_sections=1,
        summary_late=(3,),
        table_late=(1, 4),
    )
    found = judged(make_bureau_year("生态", ECOLOGY_REGISTER, missed).agency)
    assert {one.state for one in found.values()} == {State.NOT_MET}
    for key, quarter, number in (
        ("special_quarter", 1, "4 户 ÷ 9 户"),
        ("key_quarter", 2, "11 户 ÷ 45 户"),
        ("positive_quarter", 3, "30 户 ÷ 31 户"),
        ("general_quarter", 4, "5 户 ÷ 187 户"),
    ):
        told = found[f"二（四） {key}"].sentences
        assert number in told[quarter - 1]
        assert [number in one for one in told].count(True) == 1, "the other quarters are as planned"
    assert "0次" in found["二（五） cross_joint_quarter"].sentences[1].replace(" ", "")
    late = found["四（四） quarter_table_working_days"].sentences
    assert ["才完成" in one for one in late] == [True, False, False, True]
