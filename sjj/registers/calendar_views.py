"""The pages of the working-day calendar: which years are known, and entering one from its notice."""

from typing import Any

from flask import Response, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.calendar import YearDays, known_years, library_years
from sjj.registers.calendar_forms import YearForm
from sjj.registers.calendar_services import NotOwn, remove_year, save_year
from sjj.registers.calendar_text import as_text
from sjj.web import go, now, page, requires, today

YEARS_BACK, YEARS_ON = 1, 2
FIRST_YEAR, LAST_YEAR = 2004, 2099


def _year(_user: Any, year: int) -> int | None:
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


@bp.get("/admin/calendar")
@requires("calendar.edit")
def calendar() -> Response:
    """The years around now and those entered by hand, each with where its days are from."""
    this_year = today(now()).year
    known = known_years()
    around = range(this_year - YEARS_BACK, this_year + YEARS_ON + 1)
    shown = sorted({*around, *(year for year, days in known.items() if days.is_own)})
    return page("registers/calendar.html", years=[(year, known.get(year)) for year in shown])


@bp.route("/admin/calendar/<int:year>", methods=["GET", "POST"])
@requires("calendar.edit", _year)
def calendar_year(year: int) -> Response:
    """One year: its days off and make-up days, to look at and to enter."""
    known = known_years().get(year)
    form = YearForm(year, data=_as_form(known))
    if request.method == "POST" and form.validate():
        save_year(year, (form.days_off, form.makeup_days), form.source.data, known, g.user, now())
        commit()
        flash(
            f"已录入 {year} 年放假安排：放假 {len(form.days_off)} 天，调休上班 {len(form.makeup_days)} 天。",
            "ok",
        )
        return go("registers.calendar")
    return page(
        "registers/calendar_form.html",
        form=form,
        year=year,
        known=known,
        falls_back=year in library_years(),
        status=status(),
    )


@bp.route("/admin/calendar/<int:year>/remove", methods=["GET", "POST"])
@requires("calendar.edit", _year)
def calendar_remove(year: int) -> Response:
    """Ask first, then take out what was entered by hand."""
    known = known_years().get(year)
    falls_back = year in library_years()
    problem = ""
    if request.method == "POST":
        try:
            remove_year(known, g.user, now())
        except NotOwn as refusal:
            problem = str(refusal)
        else:
            commit()
            flash(f"已删除 {year} 年的人工录入。", "ok")
            return go("registers.calendar")
    return page(
        "registers/calendar_remove.html", year=year, problem=problem, falls_back=falls_back, status=status()
    )


def _as_form(known: YearDays | None) -> dict[str, str]:
    if known is None:
        return {}
    makeup = as_text(dict.fromkeys(known.makeup, ""))
    return {"off": as_text(known.off), "makeup": makeup, "source": known.source if known.is_own else ""}
