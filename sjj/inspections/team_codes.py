"""Under which code each officer of a team signs: the register's, told apart where two agencies use the same.

A joint team may hold officers of several agencies whose codes were given independently. A record names its
signers by these codes, so within one team no two may be alike.
"""

from collections import Counter

from sjj.inspections.models import Inspection


def codes_in_team(inspection: Inspection) -> dict[int, str]:
    """{officer id: code} of everybody who is or was in the team."""
    officers = [member.officer for member in inspection.team]
    used = Counter(officer.code for officer in officers)
    return {
        officer.id: officer.code
        if used[officer.code] == 1 or officer.agency_id == inspection.agency_id
        else f"{officer.agency.short_name}:{officer.code}"
        for officer in officers
    }
