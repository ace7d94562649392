"""Who may be sent on the visits of a campaign: its own officers and those of the partners, each with a code.

Each place of a team is supplied by one participant (内部联合, 部门联合): a section, another agency, or the
leading agency itself. The rule of the draw knows only tags, so whoever belongs to a participant bears its tag,
and where expertise is wanted of the same place, a tag of both. Only certified officers on duty go
(国办发〔2024〕54号), and nobody who is away on the first day a visit could be made; everybody left out has a reason.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from sjj.database import db
from sjj.plans.models import Campaign, CampaignPartner
from sjj.registers.leave_queries import away_on, leave_words
from sjj.registers.models import Officer

AGENCY_TAG, SECTION_TAG, AND = "单位：", "科室：", "＋"
LEAST_GROUP = 2  # a group with fewer is no candidate (draw.md §5)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a team: who supplies it (None: anybody of the leading agency) and the expertise wanted."""

    number: int
    supplier: str  # 林政科, 市场监督管理局; empty where anybody will do
    tag: str  # what its officers bear; empty where anybody will do
    agency_id: int
    section_id: int | None
    expertise: tuple[str, ...]

    def takes(self, officer: Officer) -> bool:
        """Whether an officer belongs to whoever supplies this place."""
        return officer.agency_id == self.agency_id and self.section_id in (None, officer.section_id)

    @property
    def tags(self) -> list[str]:
        """The tags of which a candidate for this place must bear one; none means anybody."""
        if not self.tag:
            return list(self.expertise)
        return [f"{self.tag}{AND}{one}" for one in self.expertise] or [self.tag]


@dataclass(frozen=True, slots=True)
class Member:
    """An officer who may be drawn, as the rule of the draw will know them."""

    officer: Officer
    code: str
    groups: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(slots=True)
class Staff:
    """Everybody who may be drawn, and everybody who may not with the reason."""

    places: list[Place]
    members: list[Member] = field(default_factory=list)
    left_out: list[tuple[Officer, str]] = field(default_factory=list)

    @property
    def groups(self) -> dict[str, list[Member]]:
        """The groups that may be drawn with their members."""
        found: dict[str, list[Member]] = {}
        for one in self.members:
            for group in one.groups:
                found.setdefault(group, []).append(one)
        return found

    def candidates(self, unit: str) -> dict[str, set[str]]:
        """What is drawn for a place, officers or groups, each with all the tags it bears."""
        if unit == "officer":
            return {one.code: set(one.tags) for one in self.members}
        return {name: {tag for one in ones for tag in one.tags} for name, ones in self.groups.items()}


def places_of(campaign: Campaign) -> list[Place]:
    """The places of a team in order. Where another agency takes part, a free place is the leading agency's."""
    partners = {one.place: one for one in campaign.partners}
    is_joint = any(one.agency_id != campaign.agency_id for one in campaign.partners)
    found = []
    for number in range(1, campaign.team_size + 1):
        wanted = campaign.needs[number - 1] if number <= len(campaign.needs) else []
        supplier, tag, agency_id, section_id = _supplied(campaign, partners.get(number), is_joint)
        found.append(Place(number, supplier, tag, agency_id, section_id, tuple(wanted)))
    return found


def _supplied(
    campaign: Campaign, partner: CampaignPartner | None, is_joint: bool
) -> tuple[str, str, int, int | None]:
    if partner is None:
        name = campaign.agency.name if is_joint else ""
        return name, f"{AGENCY_TAG}{name}" if name else "", campaign.agency_id, None
    if partner.section is None:
        name = partner.agency.name
        return name, f"{AGENCY_TAG}{name}", partner.agency_id, None
    name = partner.section.name
    return name, f"{SECTION_TAG}{name}", partner.agency_id, partner.section_id


def staff_of(campaign: Campaign, day: date) -> Staff:
    """Who may be drawn for a campaign as the registers stand on that day."""
    staff = Staff(places_of(campaign))
    able = []
    away = away_on(max(day, campaign.starts_on))
    for officer in _officers(campaign, staff.places):
        why = why_not_drawn(officer, campaign, day) or _outside(officer, campaign, staff.places)
        if not why and officer.id in away:
            why = leave_words(away[officer.id])
        if why:
            staff.left_out.append((officer, why))
        else:
            able.append(officer)
    shared = _shared(one.code for one in able)
    groups = _groups(campaign, able) if campaign.team_unit == "group" else {}
    for officer in able:
        own = officer.agency_id == campaign.agency_id
        if campaign.team_unit == "group" and not groups.get(officer.id):
            staff.left_out.append((officer, _why_no_group(officer)))
            continue
        code = officer.code if own or officer.code not in shared else _prefixed(officer, officer.code)
        tags = tuple(_tags(officer, staff.places))
        staff.members.append(Member(officer, code, groups.get(officer.id, group_names(officer)), tags))
    return staff


def why_not_drawn(officer: Officer, campaign: Campaign, day: date) -> str:
    """Why an officer may not be drawn, or nothing (only certified officers inspect: 国办发〔2024〕54号)."""
    until = officer.certificate_until
    if not officer.on_duty:
        return "不在岗"
    if not officer.certificate_no or until is None:
        return "没有登记执法证号或有效期"
    if until < max(day, campaign.ends_on):
        return f"执法证有效期至{until.year}年{until.month}月{until.day}日，不到检查结束日"
    return ""


def group_names(officer: Officer) -> tuple[str, ...]:
    """The groups of an officer: the register holds them in one text, several with 、 between them."""
    return tuple(dict.fromkeys(name.strip() for name in officer.group.split("、") if name.strip()))


def _outside(officer: Officer, campaign: Campaign, places: Sequence[Place]) -> str:
    """In a group a member of another section may come along; alone only whoever fits some place is drawn."""
    if campaign.team_unit == "group" or any(place.takes(officer) for place in places):
        return ""
    return "所在科室不参加本次检查"


def _groups(campaign: Campaign, able: Sequence[Officer]) -> dict[int, tuple[str, ...]]:
    """By officer: the groups large enough to be drawn, told apart where two agencies use the same name."""
    sizes = Counter((one.agency_id, name) for one in able for name in group_names(one))
    used = _shared(name for _, name in sizes)
    found = {}
    for one in able:
        mine = [name for name in group_names(one) if sizes[one.agency_id, name] >= LEAST_GROUP]
        own = one.agency_id == campaign.agency_id
        found[one.id] = tuple(name if own or name not in used else _prefixed(one, name) for name in mine)
    return found


def _why_no_group(officer: Officer) -> str:
    if not officer.group:
        return "没有编入执法组"
    return f"“{officer.group}”可以抽取的不足 {LEAST_GROUP} 名"


def _shared(names: Iterable[str]) -> set[str]:
    return {name for name, number in Counter(names).items() if number > 1}


def _prefixed(officer: Officer, name: str) -> str:
    return f"{officer.agency.short_name}:{name}"


def _tags(officer: Officer, places: Sequence[Place]) -> list[str]:
    """Expertise, participants, and both together where one place wants both. Nobody types a participant's tag."""
    expert = [tag.name for tag in officer.tags if not tag.name.startswith((AGENCY_TAG, SECTION_TAG))]
    found = dict.fromkeys(expert)
    for place in places:
        if place.tag and place.takes(officer):
            found[place.tag] = None
            found |= dict.fromkeys(f"{place.tag}{AND}{one}" for one in place.expertise if one in expert)
    return list(found)


def _officers(campaign: Campaign, places: Sequence[Place]) -> Sequence[Officer]:
    """The leading agency's officers, then those of the other agencies that take part."""
    agencies = {campaign.agency_id, *(place.agency_id for place in places)}
    query = (
        select(Officer)
        .where(Officer.agency_id.in_(agencies))
        .order_by(Officer.agency_id != campaign.agency_id, Officer.agency_id, Officer.code)
        .options(selectinload(Officer.tags), joinedload(Officer.agency))
    )
    return db.session.scalars(query).all()
