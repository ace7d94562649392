"""Finding officers, each within what the asking person may see; the state of a certificate on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.leave_queries import is_away
from sjj.registers.listing import Args, Turn, any_match, order_by
from sjj.registers.models import Officer, Tag
from sjj.registers.recusal_models import Recusal
from sjj.registers.scope import EDIT, READ, may_edit_row

SORTS = {
    "name": (Officer.pinyin, Officer.name, Officer.id),
    "code": (Officer.code, Officer.id),
    "until": (Officer.certificate_until, Officer.id),
    "group": (Officer.group, Officer.id),
}
DEFAULT_SORT = "code"
# How long before its end a certificate is called 即将到期: time enough to have it renewed; no rule of law.
WARN_BEFORE = timedelta(days=90)
VALIDITIES = {"valid": "有效", "soon": "即将到期", "expired": "已过期", "missing": "未登记"}
WITHIN = {"in30": 30, "in7": 7}  # the nearer reminders, in days
CERTIFICATES = VALIDITIES | {key: f"{days} 天内到期" for key, days in WITHIN.items()}
PRESENCES = {"on": "在岗", "away": "在岗，今天请假等", "off": "不在岗"}


@dataclass(frozen=True, slots=True)
class OfficerFilter:
    """What the clerk looks for; empty means everything."""

    words: str = ""
    tag: str = ""
    validity: str = ""
    section_id: int = 0
    agency_id: int = 0
    group: str = ""
    presence: str = ""

    @classmethod
    def of(cls, args: Args) -> Self:
        """Read an address."""
        said = {name: (args.get(name) or "").strip() for name in ("tag", "validity", "group", "presence")}
        return cls(
            words=(args.get("q") or "").strip(),
            section_id=args.get("section", 0, type=int),
            agency_id=args.get("agency", 0, type=int),
            **said,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != OfficerFilter()


def validity_of(officer: Officer, day: date) -> str:
    """The certificate's state that day, a key of VALIDITIES."""
    if not officer.certificate_no or officer.certificate_until is None:
        return "missing"
    if officer.certificate_until < day:
        return "expired"
    return "soon" if officer.certificate_until - day <= WARN_BEFORE else "valid"


def _having(validity: str, day: date) -> ColumnElement[bool]:
    known = and_(Officer.certificate_no != "", Officer.certificate_until.is_not(None))
    if validity in WITHIN:
        last = day + timedelta(days=WITHIN[validity])
        return and_(known, Officer.certificate_until.between(day, last))
    return {
        "valid": and_(known, Officer.certificate_until > day + WARN_BEFORE),
        "soon": and_(known, Officer.certificate_until.between(day, day + WARN_BEFORE)),
        "expired": and_(known, Officer.certificate_until < day),
        "missing": or_(Officer.certificate_no == "", Officer.certificate_until.is_(None)),
    }[validity]


def _present(presence: str, day: date) -> ColumnElement[bool]:
    on_duty = Officer.on_duty.is_(presence != "off")
    return and_(on_duty, is_away(day)) if presence == "away" else on_duty


def groups_of(user: User) -> list[str]:
    """The 执法组 in the agencies that this person may read, each once."""
    texts = db.session.scalars(select(Officer.group).where(within(Officer.agency_id, user, READ)).distinct())
    return sorted({name.strip() for text in texts for name in text.split("、") if name.strip()})


def certificates_ending(user: User, day: date) -> list[Officer]:
    """The officers on duty of this person's keeping whose certificate has ended or ends within WARN_BEFORE."""
    query = select(Officer).where(
        within(Officer.agency_id, user, EDIT),
        Officer.on_duty.is_(True),
        Officer.certificate_until <= day + WARN_BEFORE,
    )
    found = db.session.scalars(query.order_by(Officer.certificate_until, Officer.code))
    return [one for one in found if may_edit_row(user, one)]


def officers_kept(user: User, agency_id: int) -> list[Officer]:
    """The officers of an agency whose data this person may change, by code."""
    query = select(Officer).where(Officer.agency_id == agency_id).order_by(Officer.code)
    found = db.session.scalars(query.options(selectinload(Officer.section)))
    return [one for one in found if may_edit_row(user, one)]


def officer_to_read(user: User, officer_id: int) -> Officer | None:
    """An officer of an agency whose registers this person may read."""
    officer = db.session.get(Officer, officer_id)
    return officer if officer and user.may(READ, officer.agency_id) else None


def officer_to_edit(user: User, officer_id: int) -> Officer | None:
    """An officer whose data this person may change."""
    officer = db.session.get(Officer, officer_id)
    return officer if officer and may_edit_row(user, officer) else None


def matching(user: User, wanted: OfficerFilter, day: date) -> Select[tuple[Officer]]:
    """The officers that fit, in no order yet."""
    query = select(Officer).where(within(Officer.agency_id, user, READ)).options(selectinload(Officer.tags))
    if wanted.words:
        by_name = any_match(wanted.words, Officer.name, Officer.code, Officer.pinyin)
        query = query.where(or_(by_name, Officer.certificate_no.contains(wanted.words, autoescape=True)))
    if wanted.tag:
        query = query.where(Officer.tags.any(Tag.name == wanted.tag))
    if wanted.validity in CERTIFICATES:
        query = query.where(_having(wanted.validity, day))
    if wanted.group:
        query = query.where(Officer.group.contains(wanted.group, autoescape=True))
    if wanted.presence in PRESENCES:
        query = query.where(_present(wanted.presence, day))
    if wanted.section_id:
        query = query.where(Officer.section_id == wanted.section_id)
    if wanted.agency_id:
        query = query.where(Officer.agency_id == wanted.agency_id)
    return query


def officers(user: User, wanted: OfficerFilter, turn: Turn, day: date) -> Page[Officer]:
    """One page of the officers that fit."""
    query = matching(user, wanted, day).order_by(*order_by(SORTS, turn.sort, DEFAULT_SORT))
    return paged(query, turn.page, turn.per_page)


def other_with_code(officer: Officer, code: str) -> Officer | None:
    """Another officer of the same agency with this code."""
    query = select(Officer).where(Officer.agency_id == officer.agency_id, Officer.code == code)
    with db.session.no_autoflush:
        return db.session.scalar(query.where(Officer.id != (officer.id or 0)))


def recusals_of(officer: Officer) -> list[Recusal]:
    """The recusals of this officer, newest first."""
    query = select(Recusal).where(Recusal.officer_id == officer.id).order_by(Recusal.declared_at.desc())
    return list(db.session.scalars(query))


def accounts_of(officer: Officer) -> list[User]:
    """The accounts with which this officer signs in."""
    return list(db.session.scalars(select(User).where(User.officer_id == officer.id).order_by(User.username)))
