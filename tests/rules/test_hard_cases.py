"""Draws at the edges: odd codes and seeds, the smallest and the largest pool, scarce officers, properties."""

import json
import random
import unicodedata
from dataclasses import replace as changed
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sjj.rules import draw, verify
from tests.rules.draw_makers import (
    DRAWN_AT,
    EVIDENCE,
    LATER,
    VALUES,
    make_frozen,
    make_officers,
    make_pool,
    make_receipt,
    make_rule,
)

CALM = settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
WHY = ("注销", EVIDENCE, "分管领导", LATER)
ILL = ("病假", EVIDENCE, "分管领导", LATER)


def sound(receipt: dict[str, Any]) -> bool:
    """Whether every check of the receipt, written out and read back, is ok."""
    data = json.dumps(receipt, ensure_ascii=False).encode()
    return {check.status for check in verify.verify_bytes(data, receipt["commitment_sha256"])} == {"ok"}


def failed(receipt: Any) -> set[str]:
    return {check.name for check in verify.verify(receipt) if check.status == verify.FAIL}


# --- Numbers that are texts ----------------------------------------------------------------------------

LIKE_NUMBERS = (
    "7",
    "07",
    "007",
    "７",
    "7.0",
    "7e0",
    "0x7",
    "-7",
    "１２３",
    "123",
    "9007199254740993",
    "1e400",
)


def pool_of(codes: tuple[str, ...]) -> list[draw.PoolLine]:
    return [draw.PoolLine(code, "一般", "a" * 32) for code in codes]


def test_codes_that_look_like_numbers_stay_what_they_are():
    pool = pool_of(LIKE_NUMBERS)
    receipt = make_receipt(pool, make_rule(pool, len(pool)))
    assert sorted(row["code"] for row in receipt["drawn"]) == sorted(LIKE_NUMBERS)
    assert len({row["ticket"] for row in receipt["drawn"]}) == len(LIKE_NUMBERS)
    assert sound(receipt)


@pytest.mark.parametrize("place", ["code", "values", "seed", "officer"])
def test_a_number_where_a_text_belongs_fails(place: str):
    pool = pool_of(("7", "8", "9"))
    receipt = make_receipt(pool, make_rule(pool, 2))
    if place == "code":
        receipt["pool"][0]["code"] = 7
    elif place == "values":
        receipt["values"][1] = 718
    elif place == "seed":
        receipt["seed"] = 7
    else:
        receipt["rule"]["officers"][0]["code"] = 1
    assert failed(receipt) == {"凭据格式"}


@pytest.mark.parametrize(
    ("long", "short"), [("000000", "0"), ("007007", "7007"), ("00000000000000000001", "1")]
)
def test_leading_zeros_of_a_value_make_another_seed(long: str, short: str):
    pool = make_pool(30, ("一般",))
    drawn = []
    for value in (long, short):
        sources = (
            draw.Source("甲", "dice", "", len(value)),
            draw.Source("乙", "lottery", "第1期", 8),
        )
        receipt = draw.run(
            make_frozen(pool, make_rule(pool, 30, sources=sources)), [value, "00000000"], DRAWN_AT
        )
        assert receipt["seed"].endswith(f"|{value}|00000000")
        assert sound(receipt)
        drawn.append([row["code"] for row in receipt["drawn"]])
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("value", ["18446744073709551616", "00000000000000000000", "99999999999999999999"])
def test_values_of_twenty_digits_are_kept_to_the_last_digit(value: str):
    pool = make_pool(20, ("一般",))
    sources = (draw.Source("甲", "balls", "", 20), draw.Source("乙", "dice", "", 1))
    frozen = make_frozen(pool, make_rule(pool, 5, sources=sources))
    receipt = draw.run(frozen, [value, "6"], DRAWN_AT)
    assert verify.parse(verify.canonical(receipt))["values"] == [value, "6"]
    assert sound(receipt)
    other = value[:-1] + str((int(value[-1]) + 1) % 10)
    assert draw.run(frozen, [other, "6"], DRAWN_AT)["drawn"] != receipt["drawn"]


# --- Letters -------------------------------------------------------------------------------------------

COMPOSED, DECOMPOSED = "é", "e\u0301"
NOT_NFC = "不是规范化（NFC）的文字"


def test_a_composed_name_is_drawn_and_is_one_object():
    assert unicodedata.normalize("NFD", COMPOSED) == DECOMPOSED
    pool = pool_of((f"caf{COMPOSED}", "cafe", "が", "각"))
    assert sound(make_receipt(pool, make_rule(pool, 4)))


NOT_COMPOSED: dict[str, dict[str, Any]] = {
    "code": {"pool": pool_of((f"caf{DECOMPOSED}", "b"))},
    "stratum": {"pool": [draw.PoolLine("a", DECOMPOSED, "a" * 32)]},
    "draw number": {"draw_no": f"抽{DECOMPOSED}1号"},
    "agency": {"agency": f"示例县{DECOMPOSED}局"},
    "campaign": {"campaign": DECOMPOSED},
    "officer": {"officers": [*make_officers(), draw.OfficerEntry(DECOMPOSED)]},
    "group": {"officers": [*make_officers(), draw.OfficerEntry("ZF-100", (DECOMPOSED,))]},
    "tag": {"officers": [*make_officers(), draw.OfficerEntry("ZF-100", (), (DECOMPOSED,))]},
    "basis": {"strata": {"一般": draw.Stratum(10, 4, DECOMPOSED)}},
    "reason of a bar": {"barred": {"N-00001": {"ZF-001": DECOMPOSED}}},
    "source": {"sources": [draw.Source(DECOMPOSED, "lottery", "第1期", 8)]},
    "issue": {"sources": [draw.Source("福彩", "lottery", DECOMPOSED, 8)]},
}


@pytest.mark.parametrize("what", NOT_COMPOSED)
def test_a_name_that_is_not_composed_is_refused_with_its_sentence(what: str):
    given = dict(NOT_COMPOSED[what])
    pool = given.pop("pool", make_pool(10, ("一般",)))
    heading = {key: given.pop(key) for key in ("draw_no", "agency", "campaign") if key in given}
    with pytest.raises(draw.CannotFreeze) as refused:
        make_frozen(pool, make_rule(pool, **given), **heading)
    assert any(problem.sentence.endswith(NOT_NFC) for problem in refused.value.problems)


def test_digits_in_full_width_are_other_codes_but_no_values():
    pool = pool_of(("123", "１２３"))
    receipt = make_receipt(pool, make_rule(pool, 1))
    assert sound(receipt)
    with pytest.raises(draw.WrongValues, match="第1个外部数字只能由数字0至9组成"):
        draw.run(make_frozen(pool, make_rule(pool, 1)), ["３１４１５９", "0718"], DRAWN_AT)
    receipt["values"][0] = "３１４１５９"
    assert "外部数字" in failed(receipt)


# --- Sizes ---------------------------------------------------------------------------------------------


def test_a_pool_of_one_object():
    pool = make_pool(1, ("一般",))
    receipt = make_receipt(pool, make_rule(pool, 1))
    assert [(row["place"], row["code"]) for row in receipt["drawn"]] == [(1, "N-00000")]
    assert sound(receipt)
    with pytest.raises(draw.NobodyLeft, match="“一般”已无递补对象"):
        draw.replace(receipt, "N-00000", *WHY)


def test_a_stratum_taken_whole_has_no_reserves_and_others_keep_theirs():
    pool = make_pool(20)
    strata = {"特殊": draw.Stratum(10, 10), "一般": draw.Stratum(10, 2)}
    receipt = make_receipt(pool, make_rule(pool, strata=strata))
    special = [row["code"] for row in receipt["drawn"] if row["stratum"] == "特殊"]
    assert sorted(special) == [line.code for line in pool if line.stratum == "特殊"]
    assert sound(receipt)
    with pytest.raises(draw.NobodyLeft, match="“特殊”已无递补对象"):
        draw.replace(receipt, special[0], *WHY)
    common = next(row["code"] for row in receipt["drawn"] if row["stratum"] == "一般")
    assert sound(draw.replace(receipt, common, *WHY))


def test_an_empty_stratum_may_stand_in_the_rule():
    pool = make_pool(10, ("一般",))
    strata = {"一般": draw.Stratum(10, 3), "重点": draw.Stratum(0, 0), "G1": draw.Stratum(0, 0, "", True)}
    receipt = make_receipt(pool, make_rule(pool, strata=strata))
    assert len(receipt["drawn"]) == 3
    assert sound(receipt)
    public = draw.public_receipt(receipt, show_officers=False, inspected=None)
    assert failed(public) == set()


def test_an_empty_stratum_that_shall_give_one_is_refused_with_both_numbers():
    pool = make_pool(10, ("一般",))
    rule = make_rule(pool, strata={"一般": draw.Stratum(10, 3), "重点": draw.Stratum(0, 1)})
    (problem,) = draw.problems_before_freeze(pool, rule)
    assert problem.sentence == "“重点”要抽1户，多于0户"


def test_all_officers_but_two_barred_from_an_object():
    pool = make_pool(6, ("一般",))
    bars = {"N-00003": {f"ZF-{number:03d}": "亲属" for number in range(6)}}
    rule = make_rule(pool, 6, barred=bars)
    warnings = draw.warnings_before_freeze(pool, rule)
    assert [warning.codes for warning in warnings] == [("N-00003",)] * 2
    assert "第1个位置只有2个可派的，少于3个（ZF-000：亲属；" in warnings[0].sentence
    assert "第2个位置只有2个可派的，少于4个（ZF-000：亲属；" in warnings[1].sentence
    receipt = make_receipt(pool, rule)
    team = next(row["team"] for row in receipt["drawn"] if row["code"] == "N-00003")
    assert sorted(team) == ["ZF-006", "ZF-007"]
    assert sound(receipt)
    with pytest.raises(draw.NobodyLeft, match="第1个位置已无人可派，须重新组织抽取"):
        draw.substitute(receipt, "N-00003", team[0], *ILL)


def test_groups_of_different_size_and_an_officer_in_two_of_them():
    officers = [
        *(draw.OfficerEntry(f"ZF-{number:03d}", ("一组",)) for number in range(5)),
        draw.OfficerEntry("ZF-005", ("二组",), ("种苗",)),
        draw.OfficerEntry("ZF-006", ("二组", "三组")),
        draw.OfficerEntry("ZF-007", ("三组",), (), 4),
        draw.OfficerEntry("ZF-008", ("独自一组",)),
    ]
    pool = make_pool(10, ("一般",))
    rule = make_rule(
        pool,
        10,
        officers=officers,
        team=draw.TeamRule(1, "group"),
        needs={"N-00001": [["种苗"]]},
        barred={"N-00002": {"ZF-006": "亲属"}},
    )
    receipt = make_receipt(pool, rule)
    teams = {row["code"]: row["team"] for row in receipt["drawn"]}
    assert teams["N-00001"] == ["二组"]  # its one member with the tag is enough
    assert teams["N-00002"] == ["一组"]  # one barred member bars both groups that he or she is in
    assert "独自一组" not in {name for team in teams.values() for name in team}
    assert sound(receipt)
    with pytest.raises(draw.NobodyLeft):  # 三组 shares a member with 二组, 一组 lacks the tag
        draw.substitute(receipt, "N-00001", "二组", *ILL)
    after = draw.substitute(receipt, "N-00003", teams["N-00003"][0], *ILL)
    assert sound(after)


@pytest.mark.slow
def test_a_hundred_thousand_objects_are_drawn_in_the_order_of_their_tickets():
    pool = make_pool(100_000, ("特殊", "一般", "一般"))
    rows = [verify.Row(line.code, line.stratum, line.salt) for line in pool]
    strata = {"特殊": {"take": 900}, "一般": {"take": 2000}}
    replay = verify.Replay("种子", rows, strata)
    ticket = verify.Tickets("种子")
    slow = sorted((ticket(f"{row.code}|{row.salt}"), row) for row in rows if row.stratum == "特殊")
    special = [(one.ticket, one.code) for one in replay.drawn if one.stratum == "特殊"]
    assert special == [(one, row.code) for one, row in slow[:900]]
    assert len(replay.drawn) == 2900
    out = special[0][1]
    assert replay.replace(out).code == slow[900][1].code


@pytest.mark.slow
def test_a_hundred_thousand_objects_are_frozen_drawn_and_verified():
    pool = make_pool(100_000, ("特殊", "一般", "一般"))
    strata = {
        name: draw.Stratum(sum(line.stratum == name for line in pool), take)
        for name, take in (("特殊", 900), ("一般", 2000))
    }
    barred = {line.code: {"ZF-001": "亲属"} for line in pool[::2]}
    rule = make_rule(pool, strata=strata, officers=make_officers(200), barred=barred)
    receipt = draw.run(make_frozen(pool, rule), VALUES, DRAWN_AT)
    assert len(receipt["drawn"]) == 2900
    receipt = draw.replace(receipt, receipt["drawn"][0]["code"], *WHY)
    assert sound(receipt)


# --- Properties, with the seed held fixed -----------------------------------------------------------------


def played(rows: list[verify.Row], rule: dict[str, Any], seed: str) -> verify.Replay:
    replay = verify.Replay(seed, rows, rule["strata"])
    replay.choose_teams(rule)
    return replay


def outcome(replay: verify.Replay) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.code, one.ticket, tuple(replay.teams[one.code])) for one in replay.drawn]


def given_draw(count: int, take: int) -> tuple[list[verify.Row], dict[str, Any]]:
    """A pool in three strata and a rule with needs, bars and loads."""
    pool = make_pool(count, ("特殊", "一般", "一般"))
    needs = {line.code: [["种苗"], ["林政"]] for line in pool[::3]}
    barred = {line.code: {"ZF-002": "亲属"} for line in pool[::4]}
    rule = make_rule(pool, take, needs=needs, barred=barred).as_dict()
    return [verify.Row(line.code, line.stratum, line.salt) for line in pool], rule


@CALM
@given(st.integers(6, 40), st.integers(1, 5), st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_removing_objects_that_were_not_drawn_changes_no_object_and_no_team(
    count: int, take: int, seed: int, source: random.Random
):
    rows, rule = given_draw(count, take)
    before = played(rows, rule, str(seed))
    spare = [row for row in rows if row.code not in before.teams]
    gone = set(source.sample(spare, source.randrange(len(spare) + 1)))
    after = played([row for row in rows if row not in gone], rule, str(seed))
    assert outcome(after) == outcome(before)


@CALM
@given(st.integers(6, 40), st.integers(1, 5), st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_adding_an_object_moves_at_most_one_out_of_its_stratum(
    count: int, take: int, seed: int, source: random.Random
):
    rows, rule = given_draw(count, take)
    before = {one.code: one.ticket for one in played(rows, rule, str(seed)).drawn}
    new = verify.Row("N-99999", source.choice(("特殊", "一般")), source.randbytes(16).hex())
    after = {one.code: one.ticket for one in verify.Replay(str(seed), [*rows, new], rule["strata"]).drawn}
    assert len(before.keys() - after.keys()) <= 1
    assert after.keys() - before.keys() <= {"N-99999"}
    assert all(after[code] == ticket for code, ticket in before.items() if code in after)


@CALM
@given(st.integers(6, 40), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_in_which_the_pool_and_the_officers_are_given_does_not_matter(
    count: int, take: int, source: random.Random
):
    pool = make_pool(count)
    rule = make_rule(pool, take, barred={"N-00001": {"ZF-001": "亲属", "ZF-002": "同村"}})
    mixed = source.sample(pool, len(pool))
    other = changed(
        rule,
        officers=source.sample(list(rule.officers), len(rule.officers)),
        strata=dict(reversed(rule.strata.items())),
    )
    one, same = make_receipt(pool, rule), make_receipt(mixed, other)
    assert verify.canonical(one) == verify.canonical(same)


@CALM
@given(st.integers(6, 40), st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_draw_of_a_subset_is_the_filtered_order_in_each_stratum(
    count: int, seed: int, source: random.Random
):
    rows, rule = given_draw(count, count)
    everybody = [one.code for one in verify.Replay(str(seed), rows, rule["strata"]).drawn]
    subset = source.sample(rows, source.randrange(len(rows) + 1))
    kept = {row.code for row in subset}
    drawn = [one.code for one in verify.Replay(str(seed), subset, rule["strata"]).drawn]
    assert drawn == [code for code in everybody if code in kept]


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 1)), max_size=8)


@settings(CALM, max_examples=30)
@given(st.integers(8, 24), steps)
def test_a_replay_of_any_receipt_is_the_receipt(count: int, moves: list[tuple[bool, int, int]]):
    pool = make_pool(count)
    receipt = make_receipt(pool, make_rule(pool, 3, barred={"N-00001": {"ZF-001": "亲属"}}))
    for is_replacement, which, place in moves:
        teams = draw.teams_now(receipt)
        code = sorted(teams)[which % len(teams)]
        try:
            if is_replacement:
                receipt = draw.replace(receipt, code, *WHY)
            else:
                receipt = draw.substitute(receipt, code, teams[code][place], *ILL)
        except draw.NobodyLeft:
            continue
    rows = [verify.Row(**row) for row in receipt["pool"]]
    replay = played(rows, receipt["rule"], receipt["seed"])
    assert outcome(replay) == [(row["code"], row["ticket"], tuple(row["team"])) for row in receipt["drawn"]]
    for change in receipt["changes"]:
        if change["kind"] == "replace":
            taken = replay.replace(change["code"])
            assert (taken.code, taken.stratum, taken.ticket) == tuple(
                change[key] for key in ("by", "stratum", "ticket")
            )
            assert replay.teams[taken.code] == change["team"]
        else:
            assert replay.substitute(change["code"], change["out"]) == change["in"]
    assert replay.teams == draw.teams_now(receipt)
    assert sound(receipt)
