"""Choosing a team of two out of 200 officers for each of 5,000 objects, against the plain way of doing it.

Ours is `verify.Replay.choose_teams`, the very code that draws and verifies. The baseline goes through all
officers for every place and writes every ticket out, as anybody would from the method's page. Both must
choose the same teams. The best of three rounds counts for ours. Both run on one core without waiting for
anything, so their processor time is what a clock shows on a quiet machine; a busy one would only add noise.
"""

from time import process_time
from typing import Any

from sjj.rules import verify
from tests.bench.draw_bench import SEED, rows

OBJECTS, OFFICERS, ROUNDS, LIMIT = 5_000, 200, 3, 2.0


def rule(pool: list[verify.Row]) -> dict[str, Any]:
    """Two places with an expertise each, an officer in a hundred barred, loads from 0 to 3."""
    tags = (["林政"], ["种苗"], ["林政", "种苗"])
    return {
        "team": {"size": 2, "unit": "officer"},
        "officers": [
            {"code": f"ZF-{number:03d}", "groups": [], "tags": tags[number % 3], "load": number % 4}
            for number in range(OFFICERS)
        ],
        "needs": {row.code: [["种苗"], []] for row in pool[::2]},
        "barred": {
            row.code: {f"ZF-{number % OFFICERS:03d}": "亲属", f"ZF-{(number + 7) % OFFICERS:03d}": "同村"}
            for number, row in enumerate(pool)
        },
    }


def plainly(drawn: list[verify.Taken], frozen: dict[str, Any]) -> dict[str, list[str]]:
    """The same teams by going through everybody, every time."""
    loads = {one["code"]: one["load"] for one in frozen["officers"]}
    teams: dict[str, list[str]] = {}
    for row in drawn:
        team: list[str] = []
        needs = frozen["needs"].get(row.code, [[], []])
        for needed in needs:
            eligible = [
                one["code"]
                for one in frozen["officers"]
                if one["code"] not in frozen["barred"].get(row.code, {})
                and one["code"] not in team
                and (not needed or set(needed) & set(one["tags"]))
            ]
            least = min(loads[code] for code in eligible)
            chosen = min(
                (verify.ticket(SEED, verify.officer_id(row.code, row.salt, code)), code)
                for code in eligible
                if loads[code] <= least + 1
            )[1]
            loads[chosen] += 1
            team.append(chosen)
        teams[row.code] = team
    return teams


def run() -> list[tuple[str, str, str, bool]]:
    """The figure for the table."""
    pool = rows(OBJECTS)
    frozen, times = rule(pool), []
    for _ in range(ROUNDS):
        replay = verify.Replay(SEED, pool, {"一般": {"take": OBJECTS}})
        started = process_time()
        replay.choose_teams(frozen)
        times.append(process_time() - started)
    started = process_time()
    same = plainly(replay.drawn, frozen) == replay.teams
    plain, ours = process_time() - started, min(times)
    chosen = "人员一致" if same else "人员不一致"
    figure = f"处理器 {ours:.2f} 秒，比逐人计算快 {plain / ours:.1f} 倍，{chosen}"
    name = f"为 {OBJECTS:,} 户从 {OFFICERS} 人中各选 2 人"
    return [(name, figure, f"人员一致，{LIMIT:g} 秒以内", same and ours < LIMIT)]
