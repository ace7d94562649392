"""The dates that a bureau's paper asks for: when the plan was made, reported and published, and each report sent.

Reads what the plan's own steps say; only the reports of a quarter are entered by hand. Never commits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import Event, record
from sjj.database import db
from sjj.plans.numbering import hold_agency
from sjj.plans.plan_clause_models import ClauseReport
from sjj.plans.plan_settings import PRESETS
from sjj.plans.plan_versions import version_of
from sjj.rules import figures
from sjj.rules.bureaus import FORESTRY, Bureau, DoneOn
from sjj.web import today

REPORTS = {
    figures.QUARTER_SUMMARY_WORKING_DAYS: "工作总结",
    figures.QUARTER_TABLE_WORKING_DAYS: "统计表",
}
QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, kw_only=True)
class ReportRecorded(Event):
    """The day on which a quarterly report was sent up was entered or put right."""

    action: ClassVar[str] = "clause_report.recorded"
    subject_type: ClassVar[str] = "clause_report"
    year: int
    quarter: int
    what: str
    done_on: date
    before: date | None = None

    def sentence(self) -> str:
        was = f"（原登记为{self.before}）" if self.before else ""
        return f"登记{self.year}年第{self.quarter}季度{self.what}报送日期{self.done_on}{was}"


def bureau_of(agency: Agency) -> Bureau:
    """The paper that the agency's kind follows."""
    return PRESETS.get(agency.theme, FORESTRY)


def reports_asked(agency: Agency) -> list[str]:
    """The quarterly reports that the agency's paper asks for."""
    asked = {clause.about for clause in bureau_of(agency).clauses}
    return [figure for figure in REPORTS if figure in asked]


def reports_of(agency_id: int, year: int) -> dict[tuple[str, int], ClauseReport]:
    """What was entered of a year, by deadline and quarter."""
    query = select(ClauseReport).where(ClauseReport.agency_id == agency_id, ClauseReport.year == year)
    return {(one.figure, one.quarter): one for one in db.session.scalars(query)}


def done_on(agency: Agency, year: int) -> list[DoneOn]:
    """Every dated act that a clause may be about, those that are still to come with no day."""
    plan = version_of(agency.id, year, 1)
    stamps = (
        ("制定", plan.approved_at if plan else None),
        ("上报", plan.reported_at if plan else None),
        ("公示", plan.published_at if plan else None),
    )
    found = [
        DoneOn(figures.PLAN_DUE_JANUARY_DAY, today(at) if at else None, what=what) for what, at in stamps
    ]
    sent = reports_of(agency.id, year)
    for figure in reports_asked(agency):
        for quarter in QUARTERS:
            known = sent.get((figure, quarter))
            found.append(
                DoneOn(figure, known.done_on if known else None, quarter, what=f"{REPORTS[figure]}报送")
            )
    return found


def record_report(
    agency: Agency, year: int, quarter: int, figure: str, day: date, actor: User, now: datetime
) -> ClauseReport:
    """Enter the day on which a report was sent; a second entry puts the first one right, and the log keeps both."""
    hold_agency(agency.id)
    row = reports_of(agency.id, year).get((figure, quarter))
    before = row.done_on if row is not None else None
    if row is None:
        row = ClauseReport(agency_id=agency.id, year=year, quarter=quarter, figure=figure)
        db.session.add(row)
    row.done_on, row.recorded_at, row.recorded_by_id = day, now, actor.id
    db.session.flush()
    event = ReportRecorded(
        subject_id=row.id,
        agency_id=agency.id,
        year=year,
        quarter=quarter,
        what=REPORTS[figure],
        done_on=day,
        before=before,
    )
    record(event, actor, now)
    return row
