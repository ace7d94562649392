"""Which expertise goes to which place of a team, written into the rule at freeze.

The choice of officers itself is ``verify.choose_team``: there is one truth. This room only writes ``needs``
so that the scarcest place is filled first (draw.md §5); it never chooses anybody.
"""

from collections.abc import Collection, Mapping, Sequence

from sjj.rules import verify
from sjj.rules.draw_rule import OfficerEntry, TeamRule

__all__ = ["choose_team", "needs_for_objects"]

choose_team = verify.choose_team


def needs_for_objects(
    wanted: Mapping[str, Sequence[Collection[str]]],
    officers: Sequence[OfficerEntry],
    barred: Mapping[str, Mapping[str, str]],
    team: TeamRule,
) -> dict[str, list[list[str]]]:
    """``needs`` for a rule: by object, the tags of each place, the place with the fewest candidates first.

    ``wanted``: by object and in any order, for each place the tags of which one is needed. Only candidates
    not barred from the object count. Places for which any will do are left out; so are objects with none.
    Places that are equally scarce stand in the order of their tags, so the same input gives the same rule.
    """
    staff = verify.Staff(
        {
            "team": {"size": team.size, "unit": team.unit},
            "needs": {},
            "barred": barred,
            "officers": [
                {"code": one.code, "groups": one.groups, "tags": one.tags, "load": one.load}
                for one in officers
            ],
        }
    )
    bearing: dict[frozenset[str], frozenset[str]] = {}
    needs: dict[str, list[list[str]]] = {}
    for code, places in wanted.items():
        away = staff.barred_from(code)
        ranked = []
        for tags in (frozenset(place) for place in places if place):
            if tags not in bearing:
                bearing[tags] = staff.bears(tags)
            ranked.append((len(bearing[tags] - away), sorted(tags)))
        if ranked:
            needs[code] = [tags for _, tags in sorted(ranked)]
    return needs
