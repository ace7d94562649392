"""Evidence that the shipped rule gives equal chances: the draw itself, run over many seeds and counted.

What runs is `verify.Replay`, the very code of every real draw. The seeds are 1, 2, 3 …, so anybody gets the
same figures. It refuses to look at a single draw: one draw shows nothing about chances, and no draw may ever
be judged, let alone repeated, by how it looks.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sjj.rules import verify
from sjj.rules.chances import Tally, binomial_band
from sjj.rules.verify import FAIL, OK, Check

DOUBT = 0.001  # a fair rule breaks one bound with at most this chance
SEEDS, OBJECTS, OFFICERS = 10_000, 60, 12
LEAST_OBJECTS, LEAST_OFFICERS = 15, 6  # fewer leave a stratum or a kind of officer without any choice
KINDS = {True: "有种苗专长", False: "无种苗专长"}


@dataclass(frozen=True)
class Scenario:
    """A frozen pool and rule, as small as shows everything: three strata, two kinds of officers, needs."""

    rows: Sequence[verify.Row]
    rule: Mapping[str, Any]

    def kinds(self) -> dict[str, list[str]]:
        """Officers who are equals before the rule: the same tags, the same load, nobody barred."""
        found: dict[str, list[str]] = {}
        for officer in self.rule["officers"]:
            found.setdefault(KINDS["种苗" in officer["tags"]], []).append(officer["code"])
        return found


Teams = Mapping[str, Sequence[str]]
Draw = Callable[[Scenario, str], Teams]


def scenario(objects: int = OBJECTS, officers: int = OFFICERS) -> Scenario:
    """Half of 特殊, a quarter of 一般, one of 个别; every third officer knows seeds, every fourth object asks so."""
    strata = ("特殊", "一般", "一般", "一般", "个别")
    codes = [f"N-{number:05d}" for number in range(objects)]
    rows = [
        verify.Row(code, strata[number % 5], verify.text_sha256(code)[:32])
        for number, code in enumerate(codes)
    ]
    sizes = Counter(row.stratum for row in rows)
    takes = {"特殊": (sizes["特殊"] + 1) // 2, "一般": (sizes["一般"] + 3) // 4, "个别": 1}
    rule = {
        "strata": {name: {"size": sizes[name], "take": take} for name, take in takes.items()},
        "team": {"size": 2, "unit": "officer"},
        "officers": [
            {"code": f"ZF-{number:03d}", "groups": [], "tags": ["种苗"] if number % 3 == 0 else [], "load": 0}
            for number in range(officers)
        ],
        "needs": {code: [["种苗"]] for code in codes[::4]},
        "barred": {},
    }
    return Scenario(rows, rule)


def shipped(given: Scenario, seed: str) -> Teams:
    """The draw of a seed as the program makes it: the objects in the order of their places, with teams."""
    replay = verify.Replay(seed, given.rows, given.rule["strata"])
    replay.choose_teams(given.rule)
    return replay.teams


@dataclass
class Counts:
    """What many draws of one scenario gave."""

    given: Scenario
    seeds: int = 0
    objects: dict[str, Tally] = field(default_factory=dict)
    officers: dict[str, Tally] = field(default_factory=dict)
    leaders: dict[str, Tally] = field(default_factory=dict)
    together: set[tuple[str, str]] = field(default_factory=set)
    teamed: set[tuple[str, str]] = field(default_factory=set)
    sent: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """One tally for each set of equals."""
        for name in self.given.rule["strata"]:
            self.objects[name] = Tally([row.code for row in self.given.rows if row.stratum == name])
        for kind, codes in self.given.kinds().items():
            self.officers[kind], self.leaders[kind] = Tally(codes), Tally(codes)

    def add(self, teams: Teams) -> None:
        """Count one draw."""
        self.seeds += 1
        drawn = dict.fromkeys(teams, 1)
        sent = Counter(name for team in teams.values() for name in team)
        led = Counter(team[0] for team in teams.values())
        for tallies, counts in ((self.objects, drawn), (self.officers, sent), (self.leaders, led)):
            for tally in tallies.values():
                tally.add(counts)
        self.together.update(combinations(sorted(teams), 2))
        for code, team in teams.items():
            self.teamed.update(combinations(sorted(team), 2))
            self.sent.update((code, name) for name in team)


def gather(given: Scenario, seeds: int, draw: Draw = shipped) -> Counts:
    """Draw with the seeds 1, 2, 3 … and count."""
    counts = Counts(given)
    for seed in range(1, seeds + 1):
        counts.add(draw(given, str(seed)))
    return counts


def judge(counts: Counts) -> list[Check]:
    """One line for each bound: kept (``ok``) or broken (``FAIL``), with the figures."""
    return [*_reached(counts), *_even(counts), *_shares(counts)]


def _reached(counts: Counts) -> Iterator[Check]:
    """Everything that may happen has happened at least once."""
    rule, codes = counts.given.rule, sorted(row.code for row in counts.given.rows)
    names = sorted(officer["code"] for officer in rule["officers"])
    home = {row.code: row.stratum for row in counts.given.rows}
    drawn = [code for tally in counts.objects.values() for code, count in tally.totals.items() if count]
    sent = [name for tally in counts.officers.values() for name, count in tally.totals.items() if count]
    pairs = [
        (one, other)
        for one, other in combinations(codes, 2)
        if home[one] != home[other] or rule["strata"][home[one]]["take"] > 1
    ]
    yield _all("每户都能抽中", codes, drawn, "户")
    yield _all("每两户都能一起抽中", pairs, counts.together, "对")
    yield _all("每人都能派到", names, sent, "人")
    yield _all("每两人都能同组", list(combinations(names, 2)), counts.teamed, "对")
    yield _all("每人都能派到每户", [(code, name) for code in codes for name in names], counts.sent, "种")


def _all(name: str, possible: Sequence[Any], met: Iterable[Any], unit: str) -> Check:
    known = frozenset(met)
    never = [one for one in possible if one not in known]
    if not never:
        return Check(name, OK, f"{len(possible)}{unit}，全部出现过")
    some = "、".join(one if isinstance(one, str) else "与".join(one) for one in never[:5])
    return Check(name, FAIL, f"{len(possible)}{unit}中有{len(never)}{unit}从未出现：{some}")


def _even(counts: Counts) -> Iterator[Check]:
    """Equals are taken equally often; so evenly that chance can be excluded is as bad as too unevenly."""
    groups = (("对象", counts.objects), ("人员", counts.officers), ("组长", counts.leaders))
    tallies = [(what, name, tally) for what, found in groups for name, tally in found.items()]
    bound = DOUBT / 2
    for what, name, tally in tallies:
        title = f"{what}机会均等（{name}）"
        if not tally.freedom:
            yield Check(title, OK, "每次全部抽取，没有先后之分")
            continue
        said = f"卡方={tally.chi_square:.2f}，自由度{tally.freedom}，p={tally.p_value:.4f}"
        fair = bound <= tally.p_value <= 1 - bound
        yield Check(title, OK if fair else FAIL, f"{said}，应在{bound:g}与{1 - bound:g}之间")


def _shares(counts: Counts) -> Iterator[Check]:
    """Every object's share of the draws against take / size; the band holds for all of a stratum together."""
    for name, tally in counts.objects.items():
        stratum = counts.given.rule["strata"][name]
        chance = stratum["take"] / stratum["size"]
        least, most = binomial_band(counts.seeds, chance, DOUBT / 2 / stratum["size"])
        found = sorted(tally.totals.values())
        fair = least <= found[0] and found[-1] <= most
        low, high, lower, upper = (count / counts.seeds for count in (found[0], found[-1], least, most))
        said = (
            f"{stratum['size']}户抽{stratum['take']}户，应为{chance:.4f}；"
            f"各户实际{low:.4f}至{high:.4f}，允许{lower:.4f}至{upper:.4f}"
        )
        yield Check(f"抽中概率（{name}）", OK if fair else FAIL, said)
