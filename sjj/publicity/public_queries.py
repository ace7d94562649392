"""What the public pages read: published items, schemes, and results. Reads only what was published.

The result list stays at a few short queries however many results there are: it reads columns, not objects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, String, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import Agency
from sjj.database import Page, db, paged
from sjj.draws.models import Draw
from sjj.followups.models import Problem
from sjj.plans.models import Campaign
from sjj.publicity.models import Notice
from sjj.registers.merge_queries import same_object
from sjj.registers.models import Entity, Guide, Item, ItemBasis
from sjj.registers.upkeep_models import ItemVersion
from sjj.rules.results import PROBLEM_RESULTS

FOUND, CLEAN = "found", "clean"
_n = Notice.__table__.c
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor looks for; everything of it stands in the address."""

    agency_id: int | None = None
    words: str = ""
    result: str = ""
    year: int | None = None

    @property
    def shape(self) -> tuple[bool, bool, str, bool]:
        """What kinds of conditions there are, whatever their values."""
        return self.agency_id is not None, bool(self.words), self.result, self.year is not None

    @property
    def values(self) -> dict[str, Any]:
        """The values of the conditions; those of conditions that are not there do no harm."""
        year = self.year or date.max.year
        return {
            "agency_id": self.agency_id,
            "in_name": f"%{_plain(self.words)}%",
            "in_code": f"%{_plain(self.words.upper())}%",
            "first_day": date(year, 1, 1),
            "last_day": date(year, 12, 31),
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether more than an agency was chosen."""
        return bool(self.words or self.result or self.year)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one year, and how many results stand in all."""

    total: int
    this_year: int
    in_time: int
    with_deadline: int
    found: int


@lru_cache(maxsize=1)
def _agencies_asked() -> Select[Any]:
    one = Agency.__table__.c
    columns = (one.id, one.name, one.theme, one.phone, one.supervision_phone, one.address)
    return select(*columns).order_by(one.id)


def agencies() -> Sequence[Row[Any]]:
    """Every agency, in the order they were entered, with what the public may read of it."""
    return db.session.execute(_agencies_asked()).all()


def figures(agency_id: int | None, year: int) -> Figures:
    """One pass over the live notices."""
    values = {"agency_id": agency_id, "new_year": date(year, 1, 1)}
    return Figures(*db.session.execute(_figures_asked(agency_id is not None), values).one())


@lru_cache(maxsize=2)
def _figures_asked(of_one_agency: bool) -> Select[Any]:
    this_year = _n.first_published_on >= bindparam("new_year", type_=Date)
    return select(
        func.count(),
        func.count().filter(this_year),
        func.count().filter(this_year & (_n.first_published_on <= _n.due_on)),
        func.count().filter(this_year & _n.due_on.is_not(None)),
        func.count().filter(this_year & _n.result.in_(PROBLEM_RESULTS)),
    ).where(*_live(of_one_agency))


def _live(of_one_agency: bool) -> list[ColumnElement[bool]]:
    found = [_n.live_inspection_id.is_not(None)]
    return [*found, _n.agency_id == bindparam("agency_id")] if of_one_agency else found


def results(wanted: Wanted, page: int, known_total: int | None = None) -> Page[Row[Any]]:
    """One page of live notices, the newest first; `known_total` saves counting where it is known."""
    shape, values = wanted.shape, wanted.values
    total = known_total
    if total is None:
        total = db.session.scalar(_count_asked(*shape), values) or 0
    page = min(max(1, page), max(1, -(-total // PER_PAGE)))
    part = {"most": PER_PAGE, "skipped": (page - 1) * PER_PAGE}
    rows = db.session.execute(_page_asked(*shape), values | part).all()
    return Page(list(rows), total, page, PER_PAGE)


# Each statement is made once for each shape of the question: making it anew would cost more than asking it.
@lru_cache(maxsize=32)
def _page_asked(*shape: Any) -> Select[Any]:
    return _rows_asked(*shape).limit(bindparam("most")).offset(bindparam("skipped"))


@lru_cache(maxsize=32)
def _rows_asked(*shape: Any) -> Select[Any]:
    columns = (
        _n.id,
        _n.entity_name,
        _n.entity_code,
        _n.result,
        _n.inspected_on,
        _n.published_at,
        _n.replaces_id,
        _n.content,
    )
    return select(*columns).where(*_conditions(*shape)).order_by(_n.published_at.desc(), _n.id.desc())


@lru_cache(maxsize=32)
def _count_asked(*shape: Any) -> Select[Any]:
    return select(func.count()).select_from(Notice.__table__).where(*_conditions(*shape))


def _conditions(
    of_one_agency: bool, by_words: bool, result: str, of_a_year: bool
) -> list[ColumnElement[bool]]:
    found = _live(of_one_agency)
    if by_words:
        name, code = bindparam("in_name", type_=String), bindparam("in_code", type_=String)
        found.append(_n.entity_name.like(name, escape="/") | _n.entity_code.like(code, escape="/"))
    if result == FOUND:
        found.append(_n.result.in_(PROBLEM_RESULTS))
    elif result == CLEAN:
        found.append(_n.result.not_in(PROBLEM_RESULTS))
    if of_a_year:
        first, last = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)
        found.append(_n.first_published_on.between(first, last))
    return found


def every_result(wanted: Wanted) -> Sequence[Row[Any]]:
    """All live notices that are wanted, the newest first, for the open file."""
    return db.session.execute(_rows_asked(*wanted.shape), wanted.values).all()


def years() -> list[int]:
    """The years in which anything was published, the newest first."""
    first, last = db.session.execute(
        select(func.min(Notice.first_published_on), func.max(Notice.first_published_on))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def problems_of(notice: Notice) -> list[Problem]:
    """The problems behind a published result, the agency's own, for their kind and state only."""
    query = select(Problem).where(
        Problem.inspection_id == notice.inspection_id, Problem.agency_id == notice.agency_id
    )
    return list(db.session.scalars(query.order_by(Problem.id)))


def beside(notice: Notice) -> list[Notice]:
    """What other agencies have published of the same joint visit."""
    query = select(Notice).where(
        Notice.live_inspection_id == notice.inspection_id, Notice.agency_id != notice.agency_id
    )
    return list(db.session.scalars(query.order_by(Notice.agency_id)))


def items(agency_id: int | None) -> list[Item]:
    """随机抽查事项清单: what is published and not retired, with its basis and guide."""
    query = (
        select(Item)
        .where(Item.published_at.is_not(None), Item.retired_at.is_(None))
        .options(
            selectinload(Item.bases).joinedload(ItemBasis.law),
            selectinload(Item.guides).selectinload(Guide.points),
            selectinload(Item.agency),
        )
        .order_by(Item.agency_id, Item.code)
    )
    if agency_id is not None:
        query = query.where(Item.agency_id == agency_id)
    return list(db.session.scalars(query))


def items_no_more(agency_id: int | None) -> list[Item]:
    """What stood on the published list once and does not any more: retired, or brought back and not published."""
    once = select(ItemVersion.item_id).where(ItemVersion.kind == "published")
    query = (
        select(Item)
        .where(
            or_(
                Item.published_at.is_not(None) & Item.retired_at.is_not(None),
                Item.published_at.is_(None) & Item.id.in_(once),
            )
        )
        .options(selectinload(Item.agency))
        .order_by(Item.agency_id, Item.code)
    )
    if agency_id is not None:
        query = query.where(Item.agency_id == agency_id)
    return list(db.session.scalars(query))


def schemes(agency_id: int | None, page: int) -> Page[Campaign]:
    """Published schemes, the newest first."""
    query = select(Campaign).where(Campaign.published_at.is_not(None))
    if agency_id is not None:
        query = query.where(Campaign.agency_id == agency_id)
    return paged(query.order_by(Campaign.published_at.desc(), Campaign.id.desc()), page, PER_PAGE)


def scheme(campaign_id: int) -> Campaign | None:
    """One published scheme."""
    found = db.session.get(Campaign, campaign_id)
    return found if found is not None and found.published_at is not None else None


def draws_of(campaign_id: int) -> list[Draw]:
    """Every draw of a campaign, voided ones too."""
    return list(db.session.scalars(select(Draw).where(Draw.campaign_id == campaign_id).order_by(Draw.serial)))


def entity_by_token(token: str) -> Entity | None:
    """The entity whose code was scanned; of a merged double the one that was kept."""
    found = db.session.scalar(select(Entity).where(Entity.token == token))
    if found is not None and found.merged_into_id is not None:
        return db.session.get(Entity, found.merged_into_id)
    return found


def results_of_entity(entity: Entity) -> Sequence[Row[Any]]:
    """What is published of one entity and of the doubles merged into it, the newest first."""
    codes = select(Entity.code).where(Entity.id.in_(same_object(entity)))
    asked = _rows_asked(True, False, "", False).where(_n.entity_code.in_(codes))
    return db.session.execute(asked, {"agency_id": entity.agency_id}).all()


def _plain(words: str) -> str:
    """Words in which nothing is a pattern."""
    return words.replace("/", "//").replace("%", "/%").replace("_", "/_")
