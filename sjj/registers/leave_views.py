"""The pages of an officer's leave: note one, end one."""

from flask import Response, flash, g, request

from sjj.database import commit
from sjj.registers import leave_services as services
from sjj.registers.blueprints import bp, status
from sjj.registers.leave_forms import LeaveForm
from sjj.registers.leave_queries import days_words, leave_to_edit
from sjj.registers.models import Officer
from sjj.registers.officer_queries import officer_to_edit
from sjj.registers.officer_work import NO_WORK, work_of
from sjj.registers.upkeep_models import OfficerLeave
from sjj.web import go, now, page, requires, today


@bp.route("/registers/officers/<int:officer_id>/leave", methods=["GET", "POST"])
@requires("register.edit", officer_to_edit)
def officer_leave(officer: Officer) -> Response:
    """登记请假、学习、借调."""
    form = LeaveForm()
    if request.method == "POST" and form.validate():
        try:
            leave = services.note_leave(officer, form, g.user, now())
        except services.LeaveRefused as refusal:
            form[refusal.field].errors = [str(refusal)]
        else:
            planned = work_of([officer.id], leave.from_on.year).get(officer.id, NO_WORK)
            number = planned.between(leave.from_on, leave.until_on)
            commit()
            flash(f"已登记{officer.name}{leave.reason}，{days_words(leave)}，其间不抽取、不派出。", "ok")
            if number:
                flash(f"其间有 {number} 户安排了{officer.name}去检查，请改期或申请换人。", "warn")
            return go("registers.officer", officer_id=officer.id)
    return page("registers/leave_form.html", form=form, officer=officer, status=status())


@bp.route("/registers/officers/leave/<int:leave_id>/end", methods=["GET", "POST"])
@requires("register.edit", leave_to_edit)
def officer_leave_end(leave: OfficerLeave) -> Response:
    """销假."""
    moment = now()
    if request.method == "GET":
        return page("registers/leave_end.html", leave=leave, days=days_words(leave), day=today(moment))
    try:
        services.end_leave(leave, today(moment), g.user, moment)
    except services.LeaveRefused as refusal:
        flash(f"{refusal}。", "warn")
    else:
        commit()
        flash(f"{leave.officer.name}从今天起可以抽取和派出。", "ok")
    return go("registers.officer", officer_id=leave.officer_id)
