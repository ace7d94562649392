"""A bureau's whole year as rows: register, plan, draws, visits, results and follow-ups; fast, and flushed at once.

The plan comes about by the office's own steps. What the year made of it is written down plainly, each thing of
which can be left out or done late, so that a test can miss a clause on purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy import insert

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_clauses import record_report
from sjj.plans.plan_generate import add_proposed, proposals_for
from sjj.plans.plan_models import Plan
from sjj.registers.calendar import work_calendar
from sjj.registers.models import Entity, EntityKind, Item, SupervisionClass
from sjj.registers.tokens import new_token
from sjj.rules import figures
from sjj.rules.deadlines import (
    first_workdays_after_quarter,
    last_workdays_of_quarter,
)
from sjj.rules.lifecycle import PlanState
from sjj.rules.plan_lines import Joint
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.bureau_rows import JANUARY, YEAR, Missed, YearDone
from tests.makers.plan_versions import make_plan
from tests.makers.registers import credit_code, make_item, make_officer

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Register:
    """How many enterprises of each kind; positive ones are 一般 on the list."""

    special: int
    key: int
    positive: int
    general: int

    @property
    def kinds(self) -> list[tuple[SupervisionClass, bool]]:
        """The class of each, and whether it stands on the positive list."""
        return [
            *[(SupervisionClass.SPECIAL, False)] * self.special,
            *[(SupervisionClass.KEY, False)] * self.key,
            *[(SupervisionClass.GENERAL, True)] * self.positive,
            *[(SupervisionClass.GENERAL, False)] * self.general,
        ]


@dataclass(slots=True)
class BureauYear:
    """What was made."""

    agency: Agency
    clerk: User
    plan: Plan


def make_bureau_year(theme: str, register: Register, missed: Missed | None = None) -> BureauYear:
    """A bureau's 2025: by its own targets planned, carried out as planned but for what is `missed`."""
    missed = missed or Missed()
    agency = make_agency(theme=theme)
    _register(agency, register)
    item = make_item(agency)
    for _ in range(6):
        make_officer(agency)
    clerk = make_user(Role.OFFICE, agency=agency)
    partners = {
        Joint.CROSS: [{"agency": make_agency().id, "section": None}],
        Joint.INTERNAL: [{"agency": agency.id, "section": make_section(agency).id}],
    }
    keys = [one.key for one in proposals_for(agency, YEAR, JANUARY).lines]
    lines = add_proposed(agency, YEAR, keys, [item.id], partners, clerk, JANUARY)
    at = datetime.combine(missed.plan_published_on, datetime.min.time(), UTC) + timedelta(hours=2)
    plan = make_plan(agency, clerk=clerk, at=at, year=YEAR, state=PlanState.PUBLISHED)
    _carry_out(agency, item, lines, missed)
    _report(agency, clerk, missed)
    db.session.commit()
    return BureauYear(agency, clerk, plan)


def _register(agency: Agency, register: Register) -> None:
    rows = []
    for klass, is_listed in register.kinds:
        number = 700_000 + next(_numbers)
        rows.append(
            {
                "agency_id": agency.id,
                "kind": EntityKind.ENTERPRISE,
                "name": f"试点县第{number}厂",
                "pinyin": "",
                "code": credit_code(number),
                "token": new_token(),
                "supervision_class": klass,
                "credit_risk": "ABCD"[number % 4],
                "positive_from": date(YEAR - 1, 1, 1) if is_listed else None,
                "state": "存续",
                "extra": {},
                "updated_at": JANUARY,
            }
        )
    db.session.execute(insert(Entity), rows)


def _carry_out(agency: Agency, item: Item, lines: Sequence[PlanLine], missed: Missed) -> None:
    """Each line as one campaign with its draw, visits a month later, results and a problem now and then."""
    done = YearDone(agency, item, missed)
    for line in lines:
        done.carry_out(line)
    done.write()


def _report(agency: Agency, clerk: User, missed: Missed) -> None:
    """The quarterly papers that went up, on their last day or a day too late."""
    calendar = work_calendar()
    for quarter in (1, 2, 3, 4):
        summary = last_workdays_of_quarter(YEAR, quarter, calendar)[-1]
        table = first_workdays_after_quarter(YEAR, quarter, calendar)[-1]
        for figure, day, late in (
            (figures.QUARTER_SUMMARY_WORKING_DAYS, summary, quarter in missed.summary_late),
            (figures.QUARTER_TABLE_WORKING_DAYS, table, quarter in missed.table_late),
        ):
            sent = day + timedelta(days=late)
            record_report(agency, YEAR, quarter, figure, sent, clerk, JANUARY)
