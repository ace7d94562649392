"""Every clause with a number of the paper that an agency follows: computed, and met, missed, not due or 待定."""

from datetime import date

from sjj.accounts.models import Agency
from sjj.home.indicator_counts import counts_of
from sjj.inspections.deadlines import Deadlines
from sjj.plans.plan_clauses import bureau_of, done_on
from sjj.plans.plan_settings import settings_of
from sjj.rules.bureaus import ClauseResult, clause_results
from sjj.rules.indicators import judge_year


def clauses_of(agency: Agency, year: int, deadlines: Deadlines) -> tuple[ClauseResult, ...]:
    """The paper's clauses as the agency's year stands today, by the targets of that year's own settings."""
    day: date = deadlines.today
    readings = judge_year(settings_of(agency, year).targets, year, counts_of(agency, year, deadlines), day)
    dates = done_on(agency, year)
    return clause_results(bureau_of(agency), year, readings, dates, deadlines.calendar, day)
