"""Lines drawn by layers are joined layer by layer: less visits, and no class is promised less than before."""

from dataclasses import replace
from itertools import product

import pytest

from sjj.rules.forecast import forecast
from sjj.rules.plan_lines import Layer, Line, Skip
from sjj.rules.plan_merging import Merge, merged_plan, suggest_merges
from sjj.rules.population import Population
from sjj.rules.quota import Quota, parse_quota
from tests.rules.plan_makers import county, groups, settings, target

CLASSES = ("特殊", "重点", "一般")
QUOTAS = {"特殊": "50%", "重点": "25%", "一般": "3%"}
TARGETS = settings(
    target("special_quarter", 50),
    target("key_quarter", 25),
    target("general_quarter", 3),
    target("inspected_share", 3),
)
ROWS = [
    (
        n,
        {
            "kind": "enterprise",
            "class": CLASSES[n % 3],
            "credit": "ABCD"[n % 4],
            "tag": [tag for tag, start in (("苗", 0), ("疫", 40)) if start <= n < start + 120],
        },
    )
    for n in range(200)
]


def layered(
    key: str, population: Population, quotas: dict[str, str], tag: str = "", by: str = "class", **more: object
) -> Line:
    """A line of the first quarter, by class or by credit risk, of all objects or those with a tag."""
    tags = (tag,) if tag else ()
    layers = tuple(
        Layer(value, population.group({by: (value,), "tag": tags}), parse_quota(take), by=by, value=value)
        for value, take in quotas.items()
    )
    return Line(key, key, layers, **{"quarter": 1, "items": (key,), **more})  # type: ignore[arg-type]


def whole(key: str, pool: int, take: str) -> Line:
    """A line that is not layered."""
    return Line(key, key, (Layer("对象", pool, parse_quota(take)),), quarter=1)


def suggested(lines: list[Line], population: Population) -> Merge | None:
    found = suggest_merges(lines, population, groups(population), TARGETS)
    return found[0] if found else None


def assert_nothing_is_lost(lines: list[Line], merge: Merge, population: Population) -> None:
    """What is saved is what the forecast says, and no target has less for sure than before."""
    its = groups(population)
    before = forecast(lines, population, its, TARGETS)
    after = forecast(merged_plan(lines, merge), population, its, TARGETS)
    assert merge.saved == before.visits - after.visits
    for old, new in zip(before.outlooks, after.outlooks, strict=True):
        assert old.sure.figure is None or new.sure.figure >= old.sure.figure


def test_two_copies_become_one_line_with_the_same_layers_and_half_the_visits():
    population = county(special=0)
    lines = [layered(name, population, QUOTAS) for name in ("甲", "乙")]
    found = suggested(lines, population)
    assert found is not None
    (joint,) = found.instead
    assert joint.layers == lines[0].layers
    assert forecast(lines, population, groups(population), TARGETS).visits == 2 * found.saved
    assert_nothing_is_lost(lines, found, population)


SHARES = ("1", "40%", "100%")


@pytest.mark.parametrize("tags", [("", ""), ("苗", "疫"), ("", "疫")], ids=["相同", "部分", "包含"])
@pytest.mark.parametrize("by", ["class", "credit"])
def test_whatever_the_quotas_no_class_is_promised_less(tags: tuple[str, str], by: str):
    population = Population.from_rows(ROWS)
    values = CLASSES if by == "class" else ("A", "B", "D")
    merged = 0
    for takes in product(SHARES, repeat=4):
        first = layered("甲", population, dict(zip(values, takes[:2], strict=False)), tags[0], by)
        second = layered("乙", population, dict(zip(values, (*takes[2:], "5%"), strict=True)), tags[1], by)
        found = suggested([first, second], population)
        if found is None:
            continue
        merged += 1
        assert [one.value for one in found.instead[0].layers] == list(values[:2])
        assert found.instead[0].pool == first.pool & second.pool
        assert_nothing_is_lost([first, second], found, population)
    assert merged > 40


def test_what_only_one_line_draws_stays_in_it():
    population = county()
    first, second = (
        layered("甲", population, QUOTAS),
        layered("乙", population, {"特殊": "100%", "重点": "25%"}),
    )
    found = suggested([first, second], population)
    assert found is not None
    joint, rest = found.instead
    assert [(one.value, one.quota) for one in joint.layers] == [
        ("特殊", Quota(number=12)),
        ("重点", parse_quota("25%")),
    ]
    assert [(one.value, one.pool) for one in rest.layers] == [("一般", first.layers[2].pool)]
    assert rest.name == "甲（其余）"


def test_the_least_number_of_either_stays_promised():
    population = county()
    first, second = (layered(name, population, {"特殊": "25%"}) for name in ("甲", "乙"))
    second = replace(second, layers=tuple(replace(one, minimum=7) for one in second.layers))
    found = suggested([first, second], population)
    assert found is not None
    assert (found.instead[0].layers[0].minimum, found.saved) == (7, 3)


@pytest.mark.parametrize("take", ["10%", "40%", "100%"])
def test_a_line_without_layers_goes_with_one_that_has_them(take: str):
    population = Population.from_rows(ROWS)
    lines = [whole("甲", population.group({"tag": ("苗",)}), take), layered("乙", population, QUOTAS, "疫")]
    found = suggested(lines, population)
    assert found is not None
    assert [one.value for one in found.instead[0].layers] == list(CLASSES)
    assert_nothing_is_lost(lines, found, population)


def test_layers_by_class_and_by_credit_risk_or_of_both_kinds_are_left_alone():
    population = Population.from_rows(ROWS)
    by_class = layered("甲", population, QUOTAS)
    by_credit = layered("乙", population, dict.fromkeys("ABCD", "20%"), by="credit")
    both = replace(by_class, layers=(*by_class.layers[:1], *by_credit.layers[:1]))
    assert suggested([by_class, by_credit], population) is None
    assert suggested([layered("丙", population, {"特殊": "50%"}), by_credit], population) is None
    assert suggested([both, replace(both, key="丁")], population) is None


def test_layers_that_no_value_joins_are_left_alone():
    population = county()
    lines = [layered("甲", population, {"特殊": "50%"}), layered("乙", population, {"重点": "25%"})]
    assert suggested(lines, population) is None


def test_the_longer_exclusion_is_kept():
    population = county()
    lines = [layered("甲", population, QUOTAS), layered("乙", population, QUOTAS, skip=Skip.HALF)]
    found = suggested(lines, population)
    assert found is not None
    assert found.instead[0].skip is Skip.HALF
