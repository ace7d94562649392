"""The page that sends the drawn teams out, with the date by which the visits are to be made."""

from flask import Response, flash, g
from wtforms import DateField
from wtforms.validators import InputRequired

from sjj.database import commit
from sjj.draws.models import Draw
from sjj.form import Form
from sjj.inspections.blueprints import inspections
from sjj.inspections.change_queries import barred_now
from sjj.inspections.dispatch import DispatchRefused, dispatch, dispatched, draw_to_dispatch
from sjj.inspections.form_versions import NoGuide
from sjj.web import go, now, page, requires


class DispatchForm(Form):
    """By when."""

    due_on = DateField("检查完成日期", [InputRequired("请选择检查完成日期")])


@inspections.route("/dispatch/<int:draw_id>", methods=["GET", "POST"])
@requires("draw.run", draw_to_dispatch)
def dispatch_draw(draw: Draw) -> Response:
    """Ask for the date, then make an inspection for each drawn object."""
    form = DispatchForm(data={"due_on": draw.campaign.ends_on})
    if form.is_submitted() and form.validate():
        try:
            made = dispatch(draw, form.due_on.data, g.user, now())
        except (DispatchRefused, NoGuide) as refusal:
            form.due_on.errors = [str(refusal)]
        else:
            commit()
            flash(f"已派发检查任务 {len(made)} 户，执法人员可在手机上看到。", "ok")
            return go("inspections.inspections", campaign=draw.campaign_id)
    status = 422 if form.is_submitted() else 200
    return page(
        "inspections/dispatch.html",
        status=status,
        form=form,
        draw=draw,
        there=dispatched(draw),
        barred=barred_now(draw),
    )
