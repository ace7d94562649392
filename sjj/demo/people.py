"""Around the officers and the lists of a demo bureau: leave, assistants, lists looked over and pressed, 领导小组."""

from datetime import timedelta

from sqlalchemy import select

from sjj.accounts.leading_forms import DEPUTY, HEAD, MEMBER, LeadingForm
from sjj.accounts.leading_services import save_group
from sjj.accounts.models import Section, User
from sjj.accounts.roles import Role
from sjj.accounts.services import add_account
from sjj.audit.services import System
from sjj.database import db
from sjj.demo.accounts import OPEN_STATES
from sjj.demo.cast import Cast
from sjj.demo.words import chooser, names, person_name
from sjj.inspections.models import Inspection, TeamMember
from sjj.registers.assistant_forms import AssistantForm
from sjj.registers.assistant_services import add_assistant
from sjj.registers.leave_forms import LeaveForm
from sjj.registers.leave_services import note_leave
from sjj.registers.models import Officer
from sjj.registers.officer_forms import OfficerForm
from sjj.registers.officer_services import change_officer
from sjj.registers.scope import Place
from sjj.registers.upkeep_queries import Named, lists_of
from sjj.registers.upkeep_services import press_section, review_list
from sjj.registers.upkeep_state import KeptList

QUIET = {"meta": {"csrf": False}}
DUTIES = "审议年度抽查计划和调整；协调联合检查；督促各科室维护清单名录；听取抽查情况汇报，通报存在的问题。"
REVIEWED = (-6, -58, -74, None, -20)  # working days ago, one list after the other; None: never
NOTES = ("已逐项核对，与权责清单一致", "", "部分对象的电话待补", "", "")


def fill_people(cast: Cast, password: str) -> None:
    """Everything of this chapter; the accounts of 领导小组 and of a section's administrator with it."""
    _accounts(cast, password)
    _assistants(cast)
    _leaves(cast)
    _someone_changes_group(cast)
    _leading_group(cast)
    _reviews(cast)


def _accounts(cast: Cast, password: str) -> None:
    rng, office = chooser(cast.bureau["key"], "leaders"), _office(cast)
    for username, role, section in (("leader", Role.LEADER, None), ("section", Role.SECTION_ADMIN, office)):
        add_account(
            f"{username}-{cast.suffix}",
            person_name(rng),
            password,
            [role],
            System(),
            cast.days.at(-59, 9),
            agency=cast.agency,
            section=section,
            must_change=False,
        )


def _office(cast: Cast) -> Section:
    return next(one for one in cast.agency.sections if one.name == cast.bureau["leading_group_office"])


def _assistants(cast: Cast) -> None:
    rng, place = chooser(cast.bureau["key"], "assistants"), Place(cast.agency, _office(cast))
    for number, post in enumerate(names()["posts_assistant"]):
        form = AssistantForm(
            formdata=None, name=person_name(rng), post=post, phone="", note="", on_duty=number != 4, **QUIET
        )
        add_assistant(form, place, cast.clerk, cast.days.at(-50, 11))


def _leaves(cast: Cast) -> None:
    """One is away today, one goes to a course; neither has a visit to make."""
    today = cast.days.today
    wanted = (("请假", -2, 3, "探亲"), ("学习", 9, 13, "省厅执法培训"))
    for officer, (kind, first, last, note) in zip(_free_officers(cast), wanted, strict=False):
        form = LeaveForm(
            formdata=None,
            kind=kind,
            from_on=today + timedelta(days=first),
            until_on=today + timedelta(days=last),
            note=note,
            **QUIET,
        )
        note_leave(officer, form, cast.clerk, cast.days.at(-3, 9))


def _free_officers(cast: Cast) -> list[Officer]:
    busy = select(TeamMember.officer_id).join(TeamMember.inspection).where(Inspection.state.in_(OPEN_STATES))
    query = select(Officer).where(
        Officer.agency_id == cast.agency.id,
        Officer.on_duty.is_(True),
        Officer.certificate_until > cast.days.in_days(100),
        Officer.id.not_in(busy),
    )
    return list(db.session.scalars(query.order_by(Officer.code.desc())))


def _someone_changes_group(cast: Cast) -> None:
    officer = _free_officers(cast)[-1]
    form = OfficerForm(formdata=None, obj=officer, **QUIET)
    form.tags.data = [tag.name for tag in officer.tags]
    form.group.data, form.reason.data = "机动组", "执法组调整"
    change_officer(officer, form, Place(officer.agency, officer.section), cast.clerk, cast.days.at(-12, 10))


def _leading_group(cast: Cast) -> None:
    rng, office = chooser(cast.bureau["key"], "leading"), _office(cast)
    sections = [one.name for one in cast.agency.sections if one is not office][:5]
    posts = [(HEAD, "局长"), (DEPUTY, "副局长"), (DEPUTY, f"{office.name}负责人")]
    posts += [(MEMBER, f"{name}负责人") for name in sections]
    form = LeadingForm(
        formdata=None,
        name="“双随机、一公开”监管工作领导小组",
        document_no=f"{cast.bureau['short']}字〔{cast.days.today.year}〕2号",
        since_on=cast.days.day(-58),
        office_section_id=office.id,
        office_phone="0000-1234567",
        duties=DUTIES,
        members=[{"role": role, "name": person_name(rng), "post": post} for role, post in posts],
        **QUIET,
    )
    save_group(cast.agency, form, cast.clerk, cast.days.at(-58, 15))


def _reviews(cast: Cast) -> None:
    """Some lists were looked over, some late, one never; the administrator has asked for that one."""
    kept = [one for section in lists_of(cast.agency, cast.days.today) for one in section.lists if one.rows]
    for number, one in enumerate(kept):
        ago = REVIEWED[number % len(REVIEWED)]
        if ago is not None:
            when, note = cast.days.at(ago, 16), NOTES[number % len(NOTES)]
            review_list(_named(one), cast.days.day(ago), note, cast.clerk, when)
    admin = db.session.scalars(select(User).where(User.username == "admin")).one()
    never = [one for number, one in enumerate(kept) if REVIEWED[number % len(REVIEWED)] is None]
    office = _office(cast).name
    for number, one in enumerate(never):
        if number and one.whose != office:
            continue
        press_section(_named(one), one.press_words, admin, cast.days.at(-2, 9))


def _named(one: KeptList) -> Named:
    return Named(one.agency, one.section, one.register)
