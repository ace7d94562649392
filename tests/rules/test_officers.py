"""The choice of officers: the same as a few naive lines written from the method's own page, for any rule."""

from typing import Any

import pytest
from consistent_sampler import first_fraction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sjj.rules import verify

CALM = settings(
    derandomize=True, deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
TAGS = ("林政", "种苗", "植检")


def naive_candidates(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """Officers, or the groups that at least two officers list, with all their tags and the greatest load."""
    if rule["team"]["unit"] == "officer":
        return [{**one, "name": one["code"], "members": {one["code"]}} for one in rule["officers"]]
    found = []
    for name in sorted({group for one in rule["officers"] for group in one["groups"]}):
        members = [one for one in rule["officers"] if name in one["groups"]]
        if len(members) >= 2:
            found.append(
                {
                    "name": name,
                    "members": {one["code"] for one in members},
                    "tags": {tag for one in members for tag in one["tags"]},
                    "load": max(one["load"] for one in members),
                }
            )
    return found


class Naive:
    """§5 of the method, word for word, with the tickets of consistent_sampler."""

    def __init__(self, seed: str, rule: dict[str, Any]) -> None:
        self.seed, self.rule, self.candidates = seed, rule, naive_candidates(rule)

    def choose(self, row: verify.Row, place: int, away: list[str]) -> str | None:
        """The one for a place, or None if nobody may come."""
        needs = self.rule["needs"].get(row.code, [])
        needed = set(needs[place - 1]) if place <= len(needs) else set()
        taken = {member for one in self.candidates if one["name"] in away for member in one["members"]}
        eligible = [
            one
            for one in self.candidates
            if not one["members"] & set(self.rule["barred"].get(row.code, {}))
            and not one["members"] & taken
            and (not needed or needed & set(one["tags"]))
        ]
        if not eligible:
            return None
        least = min(one["load"] for one in eligible)
        chosen = min(
            (one for one in eligible if one["load"] <= least + 1),
            key=lambda one: first_fraction(f"{row.code}|{row.salt}|{one['name']}", self.seed),
        )
        chosen["load"] += 1
        return chosen["name"]

    def team(self, row: verify.Row) -> list[str]:
        """The team of one object, or as much of it as can be chosen."""
        team: list[str] = []
        for place in range(1, self.rule["team"]["size"] + 1):
            chosen = self.choose(row, place, team)
            if chosen is None:
                break
            team.append(chosen)
        return team


tags = st.lists(st.sampled_from(TAGS), unique=True, max_size=2)
people = st.lists(
    st.tuples(
        st.lists(st.sampled_from("甲乙丙丁"), unique=True, max_size=2),
        tags,
        st.one_of(st.integers(0, 3), st.sampled_from([7, 10**6, 2**53 - 1])),
    ),
    max_size=14,
).map(
    lambda found: [
        {"code": f"ZF-{number:03d}", "groups": groups, "tags": bears, "load": load}
        for number, (groups, bears, load) in enumerate(found)
    ]
)
CODES = [f"N-{number:02d}" for number in range(12)]
rules = st.fixed_dictionaries(
    {
        "team": st.sampled_from(
            [{"size": size, "unit": unit} for size in (1, 2, 3) for unit in ("officer", "group")]
        ),
        "officers": people,
        "needs": st.dictionaries(st.sampled_from(CODES), st.lists(tags, max_size=2), max_size=6),
        "barred": st.dictionaries(
            st.sampled_from(CODES),
            st.dictionaries(st.sampled_from([f"ZF-{n:03d}" for n in range(14)]), st.just("亲属"), max_size=4),
            max_size=6,
        ),
    }
)
ROWS = [verify.Row(code, "一般", f"{number:032x}") for number, code in enumerate(CODES)]


@pytest.mark.slow
@CALM
@given(rules, st.integers(0, 10**9), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 2)), max_size=6))
def test_every_choice_is_that_of_the_page(rule: dict[str, Any], seed: int, gone: list[tuple[int, int]]):
    naive = Naive(str(seed), rule)
    replay = verify.Replay(str(seed), ROWS, {"一般": {"take": len(ROWS)}})
    whole = [naive.team(verify.Row(*one[:3])) for one in replay.drawn]
    if any(len(team) < rule["team"]["size"] for team in whole):
        with pytest.raises(verify.NobodyLeft):
            replay.choose_teams(rule)
        return
    replay.choose_teams(rule)
    assert list(replay.teams.values()) == whole
    assert replay.staff is not None
    assert replay.staff.loads == {one["name"]: one["load"] for one in naive.candidates}
    left: dict[str, list[str]] = {}
    for which, place in gone:
        code, team = list(replay.teams.items())[which]
        out = team[place % len(team)]
        rest = [name for name in team if name != out]
        left.setdefault(code, []).append(out)
        row = next(row for row in ROWS if row.code == code)
        right = naive.choose(row, team.index(out) + 1, rest + left[code])
        if right is None:
            with pytest.raises(verify.NobodyLeft):
                replay.substitute(code, out)
            return
        assert replay.substitute(code, out) == right


def officers(count: int, loads: int = 1) -> list[dict[str, Any]]:
    return [
        {"code": f"ZF-{number:03d}", "groups": [], "tags": [], "load": number % loads}
        for number in range(count)
    ]


def pair(**others: Any) -> dict[str, Any]:
    rule = {"team": {"size": 2, "unit": "officer"}, "officers": officers(8), "needs": {}, "barred": {}}
    return rule | others


def test_loads_of_all_end_within_two_of_each_other():
    rows = [verify.Row(f"N-{number}", "一般", f"{number:032x}") for number in range(400)]
    replay = verify.Replay("1", rows, {"一般": {"take": 400}})
    replay.choose_teams(pair(officers=officers(30, 4)))
    assert replay.staff is not None
    assert max(replay.staff.loads.values()) - min(replay.staff.loads.values()) <= 2


def test_all_officers_but_two_barred_leaves_just_those_two():
    barred = {row.code: {f"ZF-{number:03d}": "亲属" for number in range(6)} for row in ROWS}
    replay = verify.Replay("1", ROWS, {"一般": {"take": 12}})
    replay.choose_teams(pair(barred=barred))
    assert {frozenset(team) for team in replay.teams.values()} == {frozenset({"ZF-006", "ZF-007"})}
    with pytest.raises(verify.NobodyLeft, match="无人可派"):
        replay.substitute("N-00", replay.teams["N-00"][0])


def test_a_group_of_many_and_a_group_of_two_are_one_candidate_each():
    crew = [
        {"code": f"ZF-{number:03d}", "groups": ["大组" if number < 7 else "小组"], "tags": [], "load": 0}
        for number in range(9)
    ]
    replay = verify.Replay("1", ROWS, {"一般": {"take": 12}})
    replay.choose_teams(pair(officers=crew, team={"size": 1, "unit": "group"}))
    counted = [team[0] for team in replay.teams.values()]
    assert abs(counted.count("大组") - counted.count("小组")) <= 2


@pytest.mark.slow
def test_a_hundred_thousand_objects_that_nobody_can_fill_share_one_list_of_bars():
    codes = [f"N-{number}" for number in range(100_000)]
    staff = verify.Staff(pair(officers=officers(200), needs={code: [["潜水"]] for code in codes}))
    found = list(staff.unfillable(codes))
    assert [one.code for one in found] == codes
    assert len(found[0].bars) == 200
    assert len({id(one.bars) for one in found}) == 1
