"""The page that proposes the lines which the year's targets require, and adds those that are chosen."""

from typing import Any

from flask import Blueprint, Response, flash, g, request
from wtforms.fields.choices import SelectChoice

from sjj.accounts.queries import sections_of
from sjj.database import commit, let_go, only_reading
from sjj.form import Form
from sjj.plans.forms import CheckboxList
from sjj.plans.plan_generate import add_proposed, proposals_for
from sjj.plans.plan_line_forms import partners_in
from sjj.plans.plan_line_queries import PlanYear, year_to_edit
from sjj.plans.plan_line_services import PlanLineRefused
from sjj.plans.plan_versions import why_not_editable
from sjj.plans.queries import items_on_offer, other_agencies
from sjj.plans.team_forms import agency_value, section_value
from sjj.rules.plan_lines import Joint
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_generate", __name__, url_prefix="/plan-generate")


class GenerateForm(Form):
    """Which lines, and what they have in common."""

    keys = CheckboxList("要加的任务", validate_choice=False)  # one added meanwhile is told by the service
    item_ids = CheckboxList("这些任务的抽查事项", coerce=int, description="加好后还可以逐项改")
    sections = CheckboxList("内部联合参加的科室", description="选了标为内部联合的任务，就要选")
    agencies = CheckboxList("部门联合参加的部门", description="选了标为部门联合的任务，就要选")

    def partners(self, agency_id: int) -> dict[Joint, list[dict[str, Any]]]:
        """Who takes part, by the kind of joint check."""
        return {
            Joint.INTERNAL: partners_in(self.sections.data or [], agency_id),
            Joint.CROSS: partners_in(self.agencies.data or [], agency_id),
        }


@bp.route("/<int:agency_id>/<int:year>", methods=["GET", "POST"])
@requires("campaign.edit", year_to_edit)
def generate(chosen: PlanYear) -> Response:
    """Propose; add what was chosen."""
    agency, year, moment = chosen.agency, chosen.year, now()
    if request.method == "POST":
        let_go()
    with only_reading():
        form = _form(chosen)
        sound = request.method == "GET" or form.validate()
        if sound and request.method == "POST" and not form.keys.data:
            form.keys.errors = [*form.keys.errors, "请至少选一项"]
            sound = False
        if sound and request.method == "POST" and form.item_ids.choices and not form.item_ids.data:
            form.item_ids.errors = [*form.item_ids.errors, "请选择这些任务查哪些事项，加好后还可以逐项改"]
            sound = False
        if request.method == "GET" or not sound:
            return _show(chosen, form, 200 if request.method == "GET" else 422)
    try:
        made = add_proposed(
            agency, year, form.keys.data, form.item_ids.data or [], form.partners(agency.id), g.user, moment
        )
    except PlanLineRefused as refusal:
        let_go()
        form.form_errors.append(str(refusal))
        with only_reading():
            return _show(chosen, form, 422)
    commit()
    flash(f"已加入 {len(made)} 项，请逐项核对。", "ok")
    return go("plan_lines.plan_lines", year=year, agency=agency.id)


def _form(chosen: PlanYear) -> GenerateForm:
    moment, agency = now(), chosen.agency
    form = GenerateForm()
    found = proposals_for(agency, chosen.year, moment)
    form.keys.choices = [SelectChoice(one.key, one.line.name) for one in found.lines]
    if request.method == "GET":
        form.keys.data = [one.key for one in found.lines if one.stands is None]
    offered = items_on_offer(agency.id, today(moment))
    form.item_ids.choices = [SelectChoice(item.id, f"{item.name}（{item.code}）") for item, _ in offered]
    form.sections.choices = [SelectChoice(section_value(one.id), one.name) for one in sections_of(agency.id)]
    form.agencies.choices = [
        SelectChoice(agency_value(one.id), one.name) for one in other_agencies(agency.id)
    ]
    return form


def _show(chosen: PlanYear, form: GenerateForm, status: int) -> Response:
    return page(
        "plans/plan_generate.html",
        form=form,
        agency=chosen.agency,
        year=chosen.year,
        found=proposals_for(chosen.agency, chosen.year, now()),
        why_not=why_not_editable(chosen.agency.id, chosen.year),
        status=status,
    )
