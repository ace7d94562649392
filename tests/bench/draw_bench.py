"""Drawing 3 % of 100,000 objects against consistent_sampler 1.0.10, in one run, with identical order.

Both get the same seed and the same ids; ours is `verify.Replay`, the very code that draws and verifies.
The better of three rounds counts for each, taken in turns, so that a busy machine harms both alike.
"""

import hashlib
from time import perf_counter

from consistent_sampler import sampler

from sjj.rules import verify

OBJECTS, SHARE, ROUNDS, TARGET = 100_000, 0.03, 3, 3.0
SEED = "试林抽查〔2026〕1号-1|" + "a" * 64 + "|" + "b" * 64 + "|" + "c" * 64 + "|31415926|27182818"


def rows(count: int = OBJECTS) -> list[verify.Row]:
    """The pool: codes and salts as a freeze makes them, in one open layer."""
    salts = (hashlib.md5(str(number).encode()).hexdigest() for number in range(count))  # noqa: S324 - only data
    return [verify.Row(f"91130227MA{number:08d}", "一般", salt) for number, salt in enumerate(salts)]


def ours(pool: list[verify.Row], take: int) -> list[tuple[str, str]]:
    """(ticket, code) of the drawn objects."""
    strata = {"一般": {"size": len(pool), "take": take, "basis": "", "closed": False}}
    return [(one.ticket, one.code) for one in verify.Replay(SEED, pool, strata).drawn]


def theirs(pool: list[verify.Row], take: int) -> list[tuple[str, str]]:
    """The same from the public package."""
    ids = [verify.object_id(row.code, row.salt) for row in pool]
    drawn = sampler(ids, seed=SEED, take=take, with_replacement=False, output="tuple", digits=100)
    return [(ticket, identity.split("|")[0]) for ticket, identity, _ in drawn]


def run() -> list[tuple[str, str, str, bool]]:
    """The figure for the table."""
    pool, take = rows(), int(OBJECTS * SHARE)
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    same = True
    for _ in range(ROUNDS):
        started = perf_counter()
        mine = ours(pool, take)
        middle = perf_counter()
        other = theirs(pool, take)
        times["ours"].append(middle - started)
        times["theirs"].append(perf_counter() - middle)
        same &= mine == other
    ratio = min(times["theirs"]) / min(times["ours"])
    mine_s, other_s = min(times["ours"]), min(times["theirs"])
    order = "次序一致" if same else "次序不一致"
    figure = f"{ratio:.2f} 倍（{mine_s:.3f} 秒对 {other_s:.3f} 秒），{order}"
    name = f"{OBJECTS:,} 户抽 {take:,} 户，对 consistent_sampler 1.0.10"
    return [(name, figure, f"次序一致，至少 {TARGET:g} 倍", same and ratio >= TARGET)]
