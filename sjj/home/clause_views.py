"""The page of a bureau's paper: each clause with its number and state; the days of its quarterly reports are entered here."""

from datetime import date

from flask import Blueprint, Response, abort, flash, g, request
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of
from sjj.database import commit
from sjj.form import Form
from sjj.home.clauses import clauses_of
from sjj.inspections.deadlines import Deadlines
from sjj.plans.plan_clauses import QUARTERS, REPORTS, bureau_of, record_report, reports_asked, reports_of
from sjj.rules.indicators import State
from sjj.web import go, now, page, requires, today

bp = Blueprint("clauses", __name__, url_prefix="/plan-lines/clauses")
FIRST_YEAR, LAST_YEAR = 2024, 2100
TONES = {State.MET: "ok", State.NOT_MET: "bad", State.NOT_YET_DUE: "info", State.PENDING: ""}
ORDER = (State.NOT_MET, State.PENDING, State.NOT_YET_DUE, State.MET)


class ReportForm(Form):
    """When a quarterly report was sent up."""

    what = SelectField("报送了什么")
    done_on = DateField("报送日期", [DataRequired("请填写报送日期")])
    today: date

    def validate_done_on(self, field: DateField) -> None:
        """What is sent was sent."""
        if field.data and field.data > self.today:
            raise ValidationError("报送日期不能晚于今天")


@bp.route("", methods=["GET", "POST"])
@requires("notice.read")
def show() -> Response:
    """The clauses of a year."""
    moment = now()
    deadlines = Deadlines(today(moment))
    agency, year = _asked(deadlines.today)
    form = _form(agency, year, deadlines.today)
    if request.method == "POST":
        if not g.user.may("campaign.edit", agency.id):
            abort(403)
        if form.validate():
            figure, quarter = form.what.data.rsplit("-", 1)
            record_report(agency, year, int(quarter), figure, form.done_on.data, g.user, moment)
            commit()
            flash(f"已登记第{quarter}季度{REPORTS[figure]}的报送日期。", "ok")
            return go("clauses.show", agency=agency.id, year=year)
    results = clauses_of(agency, year, deadlines)
    return page(
        "home/clauses.html",
        status=200 if request.method == "GET" else 422,
        agency=agency,
        agencies=agencies_of(g.user, "notice.read"),
        year=year,
        years=[deadlines.today.year, deadlines.today.year - 1],
        bureau=bureau_of(agency),
        results=results,
        summary=[(state, n) for state in ORDER if (n := sum(one.state is state for one in results))],
        tones=TONES,
        form=form if form.what.choices and g.user.may("campaign.edit", agency.id) else None,
        sent=sorted(reports_of(agency.id, year).values(), key=lambda one: (one.quarter, one.figure)),
        names=REPORTS,
    )


def _asked(day: date) -> tuple[Agency, int]:
    agencies = agencies_of(g.user, "notice.read")
    wanted = request.args.get("agency", type=int)
    chosen = wanted or g.user.agency_id or next((one.id for one in agencies), None)
    agency = next((one for one in agencies if one.id == chosen), None) or abort(404)
    year = request.args.get("year", day.year, type=int)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    return agency, year


def _form(agency: Agency, year: int, day: date) -> ReportForm:
    form = ReportForm(done_on=day)
    form.today = day
    form.what.choices = [
        SelectChoice(f"{figure}-{quarter}", f"{year}年第{quarter}季度{REPORTS[figure]}")
        for quarter in QUARTERS
        for figure in reports_asked(agency)
    ]
    return form
