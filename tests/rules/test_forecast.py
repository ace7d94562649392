"""What a plan comes to: exact where it can be, sure bounds that hold in every real draw."""

import random
from fractions import Fraction

import pytest

from sjj.rules import partition
from sjj.rules.forecast import Verdict, forecast
from sjj.rules.forecast_rounds import walk_year
from sjj.rules.plan_lines import Joint, Layer, Line, Skip, quarters_skipped
from sjj.rules.population import Population
from sjj.rules.quota import parse_quota
from sjj.rules.visit_counting import Counting
from tests.rules.plan_makers import county, groups, line, settings, target, yearly


def in_real_draws(lines: list[Line], members: dict[int, set[int]], cap: int | None, seed: int):
    """One year drawn with real lots: the distinct objects inspected by quarter, and by quarter off site."""
    lots = random.Random(seed)  # noqa: S311 - a test of chances
    visits: dict[int, int] = {}
    by_quarter: dict[int, set[int]] = {1: set(), 2: set(), 3: set(), 4: set()}
    off_site: dict[int, set[int]] = {1: set(), 2: set(), 3: set(), 4: set()}
    for one in sorted(lines, key=lambda each: each.in_quarter):
        for layer in one.layers:
            pool, quarter = members[layer.pool], one.in_quarter
            barred = set().union(*(by_quarter[q] for q in quarters_skipped(one.skip, quarter)))
            may = [n for n in sorted(pool - barred) if cap is None or visits.get(n, 0) < cap]
            asked = layer.quota.number or 0
            if layer.quota.ratio is not None:
                asked = -(-layer.quota.ratio.numerator * len(pool) // layer.quota.ratio.denominator)
            if one.counts_inspected:
                asked = max(0, asked - len(pool & by_quarter[quarter]))
            drawn = lots.sample(may, min(asked, len(may)))
            if one.inspected is not None:
                drawn = [n for n in pool if one.inspected >> n & 1]
            for number in drawn:
                visits[number] = visits.get(number, 0) + 1
                by_quarter[quarter].add(number)
                if one.off_site:
                    off_site[quarter].add(number)
    return by_quarter, off_site


A_TO_F = [set(range(20)), set(range(10, 40)), set(range(8)), set(range(30, 60)), set(range(60))]
SKIPS = [Skip.NONE, Skip.QUARTER, Skip.HALF, Skip.YEAR]


def any_plan(seed: int) -> tuple[list[Line], Population, dict[int, set[int]], int | None]:
    """A plan of any kind: overlapping pools, caps, skipping, counting, lines carried out."""
    made = random.Random(seed)  # noqa: S311
    population = Population.from_rows((number, {}) for number in range(60))
    masks = [population.group_of(one) for one in A_TO_F]
    lines = [
        line(
            f"{number}",
            made.choice(masks),
            made.choice(["10%", "25%", "50%", "3", "7"]),
            made.choice([1, 1, 2, 3, 4]),
            skip=made.choice(SKIPS),
            counts_inspected=made.random() < 0.4,
            off_site=made.random() < 0.3,
            inspected=population.group_of(made.sample(range(60), 12)) if made.random() < 0.2 else None,
        )
        for number in range(made.randint(2, 9))
    ]
    return lines, population, dict(zip(masks, A_TO_F, strict=True)), made.choice([None, 1, 2, 3])


@pytest.mark.parametrize("split_until", [160, 2], ids=["细分", "粗分"])
@pytest.mark.parametrize("plan", range(24))
def test_bounds_hold_in_every_real_draw_and_the_mean_is_near(plan: int, split_until: int, monkeypatch):
    """24 plans, each drawn 40 times. Bounds hold even where groups only count in part; then the mean is rough."""
    monkeypatch.setattr(partition, "SPLIT_UNTIL", split_until)
    near = 1.8 if split_until > 2 else 60
    lines, population, members, cap = any_plan(plan)
    walk = walk_year(lines, population, members, cap, Counting())
    years = [in_real_draws(lines, members, cap, seed) for seed in range(40)]
    for mask, objects in members.items():
        group = walk.cells.of(mask)
        for quarter in (1, 2, 3, 4):
            seen = [len(objects & by_quarter[quarter]) for by_quarter, _ in years]
            assert walk.sure(group, quarter) <= min(seen)
            assert walk.expected(group, quarter) == pytest.approx(sum(seen) / len(seen), abs=near)
            assert walk.sure(group, quarter, off_site=True) <= min(
                len(objects & off_site[quarter]) for _, off_site in years
            )
        whole = [len(objects & set().union(*by_quarter.values())) for by_quarter, _ in years]
        assert walk.sure(group, None) <= min(whole)
        assert walk.expected(group, None) == pytest.approx(sum(whole) / len(whole), abs=near)


def test_quotas_of_disjoint_groups_are_sure_and_explained():
    population = county()
    plan = yearly("特殊", groups(population).special, "50%", Skip.QUARTER)
    found = forecast(plan, population, groups(population), settings(target("special_quarter", 50)))
    assert [one.drawn for one in found.lines] == [6, 6, 6, 6]
    assert found.lines[0].sentence == "对象 12 户 × 50% → 6 户"
    assert [one.verdict for one in found.outlooks] == [Verdict.SURE] * 4
    assert found.outlooks[0].sentence == "6 户 ÷ 12 户 = 50%，达到“不低于50%”"


def test_the_same_pool_drawn_twice_without_skipping_is_not_sure_to_reach_more():
    population = county(special=10)
    special = groups(population).special
    wanted = settings(target("special_quarter", 60))
    twice = [line("甲", special, "4"), line("乙", special, "4")]
    found = forecast(twice, population, groups(population), wanted).outlook("special_quarter", 1)
    assert found is not None
    assert (found.sure.upper, found.expected.upper, found.verdict) == (4, 6, Verdict.LIKELY)
    assert found.sentence == "预计 6 户 ÷ 10 户 = 60%，达到“不低于60%”；最少 40%，不能保证"
    other = [line("甲", special, "4"), line("乙", special, "4", skip=Skip.QUARTER)]
    found = forecast(other, population, groups(population), wanted).outlook("special_quarter", 1)
    assert found is not None
    assert (found.sure.upper, found.verdict) == (8, Verdict.SURE)


def test_a_cap_of_two_does_not_carry_half_of_a_group_four_times():
    """特殊 50 % a quarter with at most two visits a year: lots fall unevenly, the last quarter is short."""
    population = county()
    plan = yearly("特殊", groups(population).special, "50%", Skip.QUARTER)
    found = forecast(plan, population, groups(population), settings(target("special_quarter", 50), cap=2))
    assert [one.verdict for one in found.outlooks] == [Verdict.SURE] * 3 + [Verdict.MISSED]
    assert "预计可抽的只有 5 户" in found.lines[3].sentence
    even = [
        line(str(quarter), groups(population).special, "50%", quarter, skip=Skip.HALF)
        for quarter in (1, 2, 3, 4)
    ]
    found = forecast(even, population, groups(population), settings(target("special_quarter", 50), cap=2))
    assert [one.verdict for one in found.outlooks] == [Verdict.SURE] * 4


def test_what_counts_to_the_cap_is_a_setting():
    population = county()
    plan = yearly("正面", groups(population).positive, "100%", Skip.QUARTER, off_site=True)
    wanted = [target("positive_quarter", 100)]
    strict = forecast(plan, population, groups(population), settings(*wanted, cap=2))
    free = forecast(
        plan, population, groups(population), settings(*wanted, cap=2, counting=Counting(off_site=False))
    )
    assert [one.verdict for one in strict.outlooks][2:] == [Verdict.MISSED] * 2
    assert [one.verdict for one in free.outlooks] == [Verdict.SURE] * 4


def test_on_site_visits_do_not_fill_the_off_site_target():
    population = county()
    plan = [line("正面", groups(population).positive, "100%")]
    found = forecast(plan, population, groups(population), settings(target("positive_quarter", 100)))
    assert (found.outlooks[0].verdict, found.outlooks[0].expected.upper) == (Verdict.MISSED, 0)


def test_what_was_inspected_counts_and_only_the_rest_is_drawn():
    population = Population.from_rows((n, {"class": "特殊", "kind": "enterprise"}) for n in range(10))
    special = population.everything
    done = line("已做", special, "50%", inspected=population.group_of({1, 2, 3}))
    plan = [done, line("补足", special, "50%", skip=Skip.QUARTER, counts_inspected=True)]
    found = forecast(plan, population, groups(population), settings(target("special_quarter", 50)))
    assert [one.drawn for one in found.lines] == [3, 2]
    assert found.lines[1].sentence == "对象 10 户 × 50% → 5 户，其中预计已检查 3 户，再抽 2 户"
    assert found.lines[0].sentence == "对象已检查 3 户"
    assert (found.outlooks[0].sure.upper, found.outlooks[0].verdict) == (5, Verdict.SURE)


def test_officer_days_are_counted_against_capacity():
    population = county()
    plan = [
        line("甲", groups(population).key, "25%", 1),
        line("乙", groups(population).positive, "100%", 1, off_site=True),
        line("丙", groups(population).key, "3", month=5),
        line("丁", groups(population).key, "3", None),
    ]
    found = forecast(plan, population, groups(population), settings(capacity={1: 20, 2: 3}, team=2))
    assert [one.officer_days for one in found.lines] == [12, Fraction(31, 2), 3, 3]
    assert [(q.visits, q.officer_days, q.is_over) for q in found.quarters] == [
        (43, Fraction(55, 2), True),
        (3, 3, False),
        (0, 0, False),
        (3, 3, False),
    ]
    assert [one.line.when for one in found.lines] == ["第1季度", "第1季度", "5月", "年内"]
    assert found.visits == 49


def test_shares_of_draws_are_counted_by_line():
    population = county()
    key, special = groups(population).key, groups(population).special
    plan = [
        line("甲", key, "3", 1, joint=Joint.INTERNAL, by_credit=True),
        line("乙", key, "6", 2, joint=Joint.INDUSTRY, by_credit=True),
        line("丙", special, "1", 2),
    ]
    wanted = settings(
        target("internal_joint_share", 30),
        target("cross_joint_quarter", 1),
        target("credit_share", 80, "draws"),
        target("credit_share", 80, "enterprises_drawn"),
        target("in_time", 100),
    )
    found = forecast(plan, population, groups(population), wanted)
    assert [
        (one.sure.target.measure, one.verdict) for one in found.outlooks if one.sure.span.quarter is None
    ] == [
        ("draws", Verdict.MISSED),
        ("enterprises_drawn", Verdict.SURE),
        ("", Verdict.UNKNOWN),
        ("", Verdict.SURE),
    ]
    assert [one.expected.upper for one in found.outlooks if one.sure.span.quarter] == [0, 1, 0, 0]


def test_layers_are_drawn_each_for_itself():
    population = county(special=10, key=20)
    its = groups(population)
    layers = (
        Layer("特殊", its.special, parse_quota("50%")),
        Layer("重点", its.key, parse_quota("25%"), minimum=8),
    )
    found = forecast([Line("甲", "甲", layers, quarter=1)], population, its, settings())
    assert (found.lines[0].pool, found.lines[0].drawn) == (30, 13)
    assert found.lines[0].sentence == "特殊 10 户 × 50% → 5 户；重点 20 户 × 25% → 8 户"


def test_an_empty_plan_misses_what_can_be_missed():
    population = county(special=0)
    wanted = settings(target("special_quarter", 50), target("key_quarter", 25), target("inspected_share", 3))
    found = forecast([], population, groups(population), wanted)
    assert {(one.sure.target.indicator, one.verdict) for one in found.outlooks} == {
        ("special_quarter", Verdict.UNKNOWN),
        ("key_quarter", Verdict.MISSED),
        ("inspected_share", Verdict.MISSED),
    }
    assert found.outlook("general_quarter", 1) is None
