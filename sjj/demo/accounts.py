"""The demo's bureaus and accounts, under their fixed names. Demo accounts are not forced to change the password."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.admin_services import add_agency, save_section
from sjj.accounts.forms import AgencyForm
from sjj.accounts.models import Agency, Section
from sjj.accounts.roles import Role
from sjj.accounts.services import add_account
from sjj.audit.services import System
from sjj.database import db
from sjj.demo.cast import Cast
from sjj.demo.days import OfficeDays
from sjj.demo.words import Table, bureaus, chooser, person_name
from sjj.inspections.models import Inspection
from sjj.registers.models import Officer
from sjj.rules.lifecycle import ResultState

SUFFIXES = {"qianxi_forestry": "lin", "xinle_ecology": "huan"}
OFFICE = (("clerk", Role.OFFICE), ("approver", Role.APPROVER), ("supervisor", Role.SUPERVISOR))
EVERYWHERE = (
    ("admin", "系统管理员", Role.SYSTEM_ADMIN),
    ("security", "安全管理员", Role.SECURITY_ADMIN),
    ("auditor", "审计员", Role.AUDITOR),
    ("leader", "县领导小组", Role.LEADER),
)
OPEN_STATES = (ResultState.NOT_ENTERED, ResultState.SENT_BACK)
_THEMES = {"forestry": "林业", "ecology": "生态"}


def add_people_everywhere(password: str, now: datetime) -> None:
    """The accounts that belong to no bureau."""
    for username, name, role in EVERYWHERE:
        add_account(username, name, password, [role], System(), now, must_change=False)


def add_bureau(bureau: Table, password: str, days: OfficeDays, now: datetime) -> Cast:
    """One bureau with its sections and the people of its office."""
    agency = _agency(bureau, now)
    suffix = SUFFIXES[bureau["key"]]
    rng = chooser(bureau["key"], "office")
    people = [
        add_account(
            f"{role}-{suffix}",
            person_name(rng),
            password,
            [grant],
            System(),
            now,
            agency=agency,
            must_change=False,
        )
        for role, grant in OFFICE
    ]
    return Cast(bureau, suffix, agency, *people, days)


def _agency(bureau: Table, now: datetime) -> Agency:
    form = AgencyForm(
        formdata=None,
        meta={"csrf": False},
        name=bureau["name"],
        short_name=bureau["short"],
        theme=_THEMES[bureau["pack"]],
        division_code=bureau["division_code"],
        phone="0000-1234567",
        supervision_phone="0000-7654321",
        address=f"{bureau['province_name']}{bureau['city_name']}{bureau['division_name']}（演示）",
        shows_officers=False,
        clock_starts="visit",
    )
    agency = add_agency(form, System(), now)
    for section in bureau["sections"]:
        with db.session.no_autoflush:  # the section belongs to the agency before it is saved
            save_section(agency, Section(agency=agency), section["name"], System(), now)
    return agency


def add_officers(cast: Cast, password: str, now: datetime) -> None:
    """An account for every officer; the lowest numbers go to those with a visit still to make."""
    section = next(one for one in cast.agency.sections if one.name == cast.bureau["leading_group_office"])
    for number, officer in enumerate(_in_order(cast.agency), start=1):
        cast.officers[officer.id] = add_account(
            f"zf-{cast.suffix}-{number:02d}",
            officer.name,
            password,
            [Role.OFFICER],
            System(),
            now,
            agency=cast.agency,
            section=section,
            officer_id=officer.id,
            must_change=False,
        )


def _in_order(agency: Agency) -> Sequence[Officer]:
    """The teams of the visits that are still open, leaders first in each, then everybody else."""
    query = select(Inspection).where(Inspection.agency_id == agency.id, Inspection.state.in_(OPEN_STATES))
    busy = [
        member.officer
        for inspection in db.session.scalars(query.order_by(Inspection.due_on.desc(), Inspection.id))
        for member in inspection.team
    ]
    everybody = db.session.scalars(
        select(Officer).where(Officer.agency_id == agency.id).order_by(Officer.code)
    )
    return list(dict.fromkeys([*busy, *everybody]))


def account_names() -> list[tuple[str, str]]:
    """(role, account) to print: one of each role of each bureau."""
    found = [(role.label, username) for username, _, role in EVERYWHERE]
    for bureau in bureaus():
        suffix, short = SUFFIXES[bureau["key"]], bureau["short"]
        found += [(f"{short} · {grant.label}", f"{role}-{suffix}") for role, grant in OFFICE]
        found += [
            (f"{short} · {Role.SECTION_ADMIN.label}", f"section-{suffix}"),
            (f"{short} · {Role.LEADER.label}", f"leader-{suffix}"),
        ]
        found.append((f"{short} · {Role.OFFICER.label}", f"zf-{suffix}-01 … zf-{suffix}-24"))
    return found
