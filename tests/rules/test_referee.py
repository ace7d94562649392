"""The order of every draw against an outside referee: the public package consistent_sampler 1.0.10."""

import json
import random
from typing import Any

import pytest
from consistent_sampler import sampler

from sjj.rules import draw, verify
from tests.rules.draw_makers import DRAWN_AT, SHARED, make_frozen, make_rule

VECTORS = SHARED / "draw_vectors.json"
needs_vectors = pytest.mark.skipif(not VECTORS.is_file(), reason="no shared vectors here")

# Codes that a careless program takes for one another, for numbers, or for something else altogether.
LOOK_ALIKES = (
    *("7", "07", "007", "0007", "７", "００７", "٧", "7.0", "7e0", "+7", "-7", "0x7", "Ⅶ", "⑦", " 7", "7 "),
    *("0", "-0", "00", "1e5", "100000", "NaN", "Infinity", "null", "true", "TRUE", "None", "[]", "{}"),
    *("9007199254740992", "9007199254740993", "18446744073709551616", "00000000000000000000"),
    *("Å", "å", "é", "É", "ﬁ", "fi", "𠮷", "吉", "龍", "龙", "ａ", "a", "A", "à", "ẛ̣", "각", "が", "か"),
)


def odd_codes(source: random.Random) -> list[str]:
    """Some look-alikes, some Chinese names, some long numbers; all different."""
    names = ["".join(chr(source.randrange(0x4E00, 0x9FA5)) for _ in range(5)) + "木材厂" for _ in range(15)]
    numbers = [str(source.randrange(10**19, 10**20)).zfill(source.choice((20, 24))) for _ in range(15)]
    found = [*source.sample(LOOK_ALIKES, source.randrange(1, len(LOOK_ALIKES))), *names, *numbers]
    return source.sample(found, source.randrange(1, len(found)))


@pytest.mark.parametrize("number", range(200))
def test_a_whole_draw_is_the_referees(number: int):
    source = random.Random(number)  # noqa: S311 - the same pools every time
    strata = ["一般", "007", "7", "G1"][: source.randrange(1, 5)]
    pool = [
        draw.PoolLine(code, source.choice(strata), source.randbytes(16).hex()) for code in odd_codes(source)
    ]
    sizes = {name: sum(line.stratum == name for line in pool) for name in strata}
    takes = {name: source.randrange(size + 1) for name, size in sizes.items()}
    if not any(takes.values()):
        takes[pool[0].stratum] = 1
    rule = make_rule(
        pool,
        strata={name: draw.Stratum(sizes[name], takes[name], "", name == "G1") for name in strata},
        sources=[draw.Source("甲", "dice", "", 20), draw.Source("乙", "balls", "", 1)],
    )
    values = [str(source.randrange(10**9)).zfill(20), str(source.randrange(10))]
    receipt = draw.run(make_frozen(pool, rule), values, DRAWN_AT)

    lines = {verify.object_id(line.code, line.salt): line for line in pool}
    left, right = dict(takes), []
    for ticket, identity, _ in sampler(list(lines), seed=receipt["seed"], digits=100, output="tuple"):
        line = lines[identity]
        if left[line.stratum]:
            left[line.stratum] -= 1
            right.append((len(right) + 1, line.code, line.stratum, ticket))
    assert [(row["place"], row["code"], row["stratum"], row["ticket"]) for row in receipt["drawn"]] == right
    assert {check.status for check in verify.verify(receipt, receipt["commitment_sha256"])} == {"ok"}


# --- Published outputs of the package -------------------------------------------------------------------


def order_of(seed: str, ids: list[str]) -> list[tuple[str, str]]:
    return [(ids[index], ticket) for ticket, index in verify.Tickets(seed).in_order(ids)]


def begins_as(order: list[tuple[str, str]], published: list[list[Any]]) -> bool:
    """Published tickets are cut to ten digits or so, their last digit rounded down."""
    return len(order) == len(published) and all(
        name == theirs and ticket.startswith(beginning)
        for (name, ticket), (beginning, theirs, _) in zip(order, published, strict=True)
    )


SIX = ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"]


@needs_vectors
def test_every_vector_of_the_package_is_met():
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["consistent_sampler"]
    del vectors["source"]
    bare = verify.Tickets("")
    bare._seed_hash = ""  # the ticket function without its seed, as the package publishes it
    assert bare("abc") == vectors.pop("sha256_uniform(abc)")
    known = vectors.pop("first_fraction(AB-130,01382438112797316654)")
    assert verify.ticket("01382438112797316654", "AB-130") == known
    assert begins_as(order_of("314159", SIX), vectors.pop("shuffle6_seed314159"))
    assert begins_as(order_of("314159", SIX[3:]), vectors.pop("subset_B_seed314159"))
    hundred = [str(number) for number in range(100)]
    ten = [int(name) for name, _ in order_of("41", hundred)[:10]]
    assert ten == vectors.pop("range100_seed41_take10")
    for seed in ("31", "77"):
        assert [name for name, _ in order_of(seed, list("abcd"))] == vectors.pop(f"abcd_seed{seed}")
    # Drawing with replacement is no part of the method; but each id's first ticket there is its ticket here.
    firsts = [row for row in vectors.pop("with_replacement16") if row[2] == 1]
    met = order_of("314159", SIX)
    assert begins_as([one for one in met if one[0] in {row[1] for row in firsts}], firsts)
    del vectors["next_fraction(0.25471)"]  # the ticket of a second time round: nobody is drawn twice
    assert vectors == {}
