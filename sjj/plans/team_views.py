"""The page of a campaign's 检查人员: officers or groups, who supplies each place, which expertise."""

from flask import Blueprint, Response, flash, g, request
from wtforms.fields.choices import SelectChoice

from sjj.accounts.queries import sections_of
from sjj.database import commit
from sjj.plans import queries, services
from sjj.plans.models import Campaign
from sjj.plans.scope import tags_in_use
from sjj.plans.services import CampaignRefused
from sjj.plans.staff import staff_of
from sjj.plans.team_forms import OWN, TeamForm, agency_value, section_value, team_data
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_team", __name__)


@bp.route("/campaigns/<int:campaign_id>/team", methods=["GET", "POST"])
@requires("campaign.edit", queries.campaign_for("campaign.edit"))
def campaign_team(campaign: Campaign) -> Response:
    """检查人员: who is drawn for each object."""
    form = TeamForm(data=_kept(campaign))
    _offer(form, campaign)
    moment = now()
    if request.method == "POST" and form.validate():
        partners = form.partners(campaign.agency_id)
        try:
            services.save_team(
                campaign,
                form.size.data,
                form.needs(),
                g.user,
                moment,
                unit=form.unit.data,
                partners=partners,
            )
        except CampaignRefused as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash("已保存检查人员要求。", "ok")
            return go("plans.campaign", campaign_id=campaign.id)
    return page(
        "plans/team.html",
        form=form,
        campaign=campaign,
        staff=staff_of(campaign, today(moment)),
        status=200 if request.method == "GET" else 422,
    )


def _kept(campaign: Campaign) -> dict[str, object]:
    suppliers = {
        one.place: section_value(one.section_id) if one.section_id else agency_value(one.agency_id)
        for one in campaign.partners
    }
    return team_data(campaign.team_unit, campaign.team_size, campaign.needs, suppliers)


def _offer(form: TeamForm, campaign: Campaign) -> None:
    """Fill in sections, other agencies and the expertise that officers are tagged with."""
    others = queries.other_agencies(campaign.agency_id)
    suppliers = [
        SelectChoice(OWN, "本部门（不限科室）"),
        *(SelectChoice(section_value(one.id), one.name) for one in sections_of(campaign.agency_id)),
        *(SelectChoice(agency_value(one.id), one.name) for one in others),
    ]
    known = {*tags_in_use(campaign.agency_id, "officer")}
    for partner in campaign.partners:
        known |= {*tags_in_use(partner.agency_id, "officer")}
    for place, (supplier, expertise) in enumerate(zip(form.suppliers(), form.places(), strict=True)):
        supplier.choices = suppliers
        kept = campaign.needs[place] if place < len(campaign.needs) else []
        expertise.choices = sorted({*known, *kept})
