"""The evidence of equal chances: the shipped rule passes, and every planted bias is seen."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from sjj.draws.cli import draw as command
from sjj.rules import evidence, verify

DOC = Path(__file__).parents[2] / "docs" / "draw-evidence.md"
SMALL = evidence.scenario(objects=15, officers=6)
MANY = 200


def broken(draw: evidence.Draw) -> set[str]:
    """The names of the bounds that a rule breaks."""
    checks = evidence.judge(evidence.gather(SMALL, MANY, draw))
    return {check.name for check in checks if check.status == verify.FAIL}


def test_the_shipped_rule_keeps_every_bound():
    assert broken(evidence.shipped) == set()


def test_the_same_seeds_give_the_same_figures():
    one, other = (evidence.judge(evidence.gather(SMALL, 50)) for _ in range(2))
    assert one == other
    assert one != evidence.judge(evidence.gather(SMALL, 51))


def favours_an_object(given: evidence.Scenario, seed: str) -> evidence.Teams:
    """One object slips in for another of its stratum in every second draw."""
    teams = dict(evidence.shipped(given, seed))
    if int(seed) % 2 == 0 and "N-00001" not in teams:
        strata = {row.code: row.stratum for row in given.rows}
        out = next(code for code in teams if strata[code] == "一般")
        teams["N-00001"] = teams.pop(out)
    return teams


def spares_an_object(given: evidence.Scenario, seed: str) -> evidence.Teams:
    """A friend is never drawn; the next of the stratum takes the place."""
    rows = [row for row in given.rows if row.code != "N-00002"]
    return evidence.shipped(evidence.Scenario(rows, given.rule), seed)


def takes_turns(given: evidence.Scenario, seed: str) -> evidence.Teams:
    """No chance at all: everybody's turn comes round, so the counts are too even to be drawn by lot."""
    teams: dict[str, Sequence[str]] = {}
    people = list(evidence.shipped(given, seed).values())
    for name, stratum in given.rule["strata"].items():
        codes = [row.code for row in given.rows if row.stratum == name]
        for step in range(stratum["take"]):
            teams[codes[(int(seed) * stratum["take"] + step) % len(codes)]] = people[len(teams)]
    return teams


def first_by_name_leads(given: evidence.Scenario, seed: str) -> evidence.Teams:
    """Whose code comes first leads."""
    return {code: sorted(team) for code, team in evidence.shipped(given, seed).items()}


def spares_an_officer(given: evidence.Scenario, seed: str) -> evidence.Teams:
    """A colleague stays at home in every third draw."""
    teams = evidence.shipped(given, seed)
    if int(seed) % 3:
        return teams
    return {
        code: ["ZF-002" if name == "ZF-001" and "ZF-002" not in team else name for name in team]
        for code, team in teams.items()
    }


def keeps_two_apart(given: evidence.Scenario, seed: str) -> evidence.Teams:
    """Two who may never meet at an object."""
    teams = evidence.shipped(given, seed)
    return {
        code: ["ZF-004", team[1]] if sorted(team) == ["ZF-001", "ZF-002"] else team
        for code, team in teams.items()
    }


PLANTED: dict[str, tuple[evidence.Draw, set[str]]] = {
    "an object is favoured": (favours_an_object, {"对象机会均等（一般）"}),
    "an object is spared": (spares_an_object, {"每户都能抽中", "抽中概率（一般）"}),
    "all take turns": (takes_turns, {"对象机会均等（一般）", "每两户都能一起抽中"}),
    "the first by name leads": (first_by_name_leads, {"组长机会均等（无种苗专长）"}),
    "an officer is spared": (spares_an_officer, {"人员机会均等（无种苗专长）"}),
    "two never meet": (keeps_two_apart, {"每两人都能同组"}),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_bias_breaks_its_bound(what: str):
    draw, names = PLANTED[what]
    assert names <= broken(draw)


def test_a_stratum_taken_whole_has_no_chances_to_compare():
    rule = {**SMALL.rule, "strata": {"全部": {"size": 15, "take": 15}}}
    rows = [row._replace(stratum="全部") for row in SMALL.rows]
    checks = evidence.judge(evidence.gather(evidence.Scenario(rows, rule), 60))
    said = {check.name: check for check in checks}
    assert said["对象机会均等（全部）"] == ("对象机会均等（全部）", verify.OK, "每次全部抽取，没有先后之分")
    assert "各户实际1.0000至1.0000，允许1.0000至1.0000" in said["抽中概率（全部）"].reason


# --- The command -------------------------------------------------------------------------------------

REDUCED = ["evidence", "--seeds", "200", "--objects", "15", "--officers", "6"]


def test_a_reduced_run_of_the_command_passes_and_says_what_it_ran():
    done = CliRunner().invoke(command, REDUCED)
    assert done.exit_code == 0, done.output
    first, *lines = done.output.splitlines()
    assert first == "种子1至200，名单15户，执法人员6人，每户2人"
    assert len(lines) == 15
    assert all(line.startswith("ok ") for line in lines)


def test_the_command_fails_when_the_shipped_rule_itself_is_biased(monkeypatch: pytest.MonkeyPatch):
    def by_code(self: verify.Tickets, rows: Sequence[verify.Row]) -> Iterator[tuple[str, int]]:
        """By ticket, but N-00001 comes first wherever the smallest ticket ends in an even digit."""
        fair = list(right(self, rows))
        first = next(one for one in fair if rows[one[1]].code == "N-00001")
        moved = [first, *(one for one in fair if one != first)]
        return iter(moved if fair[0][0][-1] in "02468" else fair)

    right = verify.Tickets.rows_in_order
    monkeypatch.setattr(verify.Tickets, "rows_in_order", by_code)
    done = CliRunner().invoke(command, REDUCED)
    assert done.exit_code == 1
    assert "FAIL 对象机会均等（一般）" in done.output


@pytest.mark.slow
def test_the_figures_in_the_docs_are_those_of_the_command():
    written = DOC.read_text(encoding="utf-8")
    done = CliRunner().invoke(command, ["evidence"])
    assert done.exit_code == 0
    assert f"```text\n{done.output}```" in written
