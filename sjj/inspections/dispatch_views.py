"""The page that sends the drawn teams out, with the date by which the visits are to be made."""

from flask import Response, flash, g
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from sjj.database import commit
from sjj.draws.models import Draw
from sjj.form import Form
from sjj.inspections.approval_services import MAX_CAP_REASON
from sjj.inspections.blueprints import inspections
from sjj.inspections.change_queries import barred_now
from sjj.inspections.dispatch import (
    AboveCap,
    DispatchRefused,
    above_cap,
    dispatch,
    dispatched,
    draw_to_dispatch,
)
from sjj.inspections.form_versions import NoGuide
from sjj.web import go, now, page, requires, today


class DispatchForm(Form):
    """By when, and why objects are visited that have reached the yearly cap."""

    due_on = DateField("检查完成日期", [InputRequired("请选择检查完成日期")])
    over_cap_reason = TextAreaField(
        "超过频次上限仍要检查的理由",
        [Optional(), Length(max=MAX_CAP_REASON, message=f"不超过 {MAX_CAP_REASON} 字")],
    )


@inspections.route("/dispatch/<int:draw_id>", methods=["GET", "POST"])
@requires("draw.run", draw_to_dispatch)
def dispatch_draw(draw: Draw) -> Response:
    """Ask for the date, then make an inspection for each drawn object."""
    form = DispatchForm(data={"due_on": draw.campaign.ends_on})
    moment = now()
    if form.is_submitted() and form.validate():
        try:
            made = dispatch(draw, form.due_on.data, g.user, moment, form.over_cap_reason.data or "")
        except AboveCap as refusal:
            form.over_cap_reason.errors = [str(refusal)]
        except (DispatchRefused, NoGuide) as refusal:
            form.due_on.errors = [str(refusal)]
        else:
            commit()
            flash(f"已派发检查任务 {len(made)} 户，执法人员可在手机上看到；检查须经负责人批准。", "ok")
            return go("inspections.inspections", campaign=draw.campaign_id)
    status = 422 if form.is_submitted() else 200
    return page(
        "inspections/dispatch.html",
        status=status,
        form=form,
        draw=draw,
        there=dispatched(draw),
        barred=barred_now(draw),
        above=above_cap(draw, today(moment)),
    )
