"""联合检查: what other agencies lead and this one takes part in: invitations to answer, its own parts of visits."""

from datetime import date

from flask import Response, abort, flash, g, request
from wtforms.fields.choices import SelectChoice

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.form import Form
from sjj.inspections import part_queries
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.deadlines import Deadlines
from sjj.plans import consent
from sjj.plans.checks import item_warnings
from sjj.plans.forms import CheckboxList, ReasonForm
from sjj.plans.models import CampaignPartner
from sjj.plans.queries import items_on_offer
from sjj.plans.scheme import team_words
from sjj.plans.scope import Scope
from sjj.plans.services import CampaignRefused
from sjj.web import go, now, page, requires, today

READ = "inspection.read"
PER_PAGE = 20


class AgreeForm(Form):
    """Which items of one's own are checked."""

    item_ids = CheckboxList("本部门检查的事项", coerce=int, description="一项都不选，就只派人参加")


def partner_to_answer(user: User, campaign_id: int) -> CampaignPartner | None:
    """A guard's loader: this person's agency among the partners."""
    return consent.partner_for(user, campaign_id, consent.ANSWER)


def partner_to_read(user: User, campaign_id: int) -> CampaignPartner | None:
    """The same for whoever reads."""
    return consent.partner_for(user, campaign_id, READ)


@bp.get("/joint")
@requires(READ)
def joint() -> Response:
    """Invitations first, then the parts by deadline, then the campaigns."""
    deadlines = Deadlines(today(now()))
    found = part_queries.parts(g.user, request.args.get("page", 1, type=int), PER_PAGE)
    deadlines.learn_campaigns(one.inspection.campaign_id for one in found.items)
    return page(
        "inspections/joint.html",
        invited=consent.invited(g.user, READ),
        taking_part=consent.taking_part(g.user, READ),
        word={one.id: _own_word(g.user, one.id) for one in consent.taking_part(g.user, READ)},
        parts=found,
        clocks={one.id: deadlines.of(one) for one in found.items},
        may_answer=g.user.may(consent.ANSWER),
    )


def _own_word(user: User, campaign_id: int) -> CampaignPartner:
    return partner_to_read(user, campaign_id) or abort(404)


@bp.get("/joint/<int:campaign_id>")
@requires(READ, partner_to_read)
def joint_campaign(partner: CampaignPartner) -> Response:
    """What the leading agency asks, and the answer."""
    return _show(partner, _agree_form(partner))


@bp.post("/joint/<int:campaign_id>/agree")
@requires(consent.ANSWER, partner_to_answer)
def joint_agree(partner: CampaignPartner) -> Response:
    """Take part."""
    form = _agree_form(partner)
    if form.validate():
        try:
            consent.agree(partner, form.item_ids.data or [], g.user, now())
        except CampaignRefused as refusal:
            db.session.rollback()
            return _show(partner, form, str(refusal))
        commit()
        flash("已确认参加，牵头部门可以提交审批了。", "ok")
        return go("inspections.joint_campaign", campaign_id=partner.campaign_id)
    return _show(partner, form, "只能选本部门已经公布的抽查事项")


@bp.route("/joint/<int:campaign_id>/decline", methods=["GET", "POST"])
@requires(consent.ANSWER, partner_to_answer)
def joint_decline(partner: CampaignPartner) -> Response:
    """Not take part, with the reason."""
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            consent.decline(partner, form.reason.data, g.user, now())
        except CampaignRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("已答复不参加，理由牵头部门能看到。", "ok")
            return go("inspections.joint_campaign", campaign_id=partner.campaign_id)
    status = 200 if request.method == "GET" else 422
    return page("inspections/joint_decline.html", status=status, form=form, campaign=partner.campaign)


def _agree_form(partner: CampaignPartner) -> AgreeForm:
    campaign = partner.campaign
    chosen = [row.item_id for row in campaign.items if row.item.agency_id == partner.agency_id]
    form = AgreeForm(data={"item_ids": chosen})
    offered = items_on_offer(partner.agency_id, today(now()))
    form.item_ids.choices = [SelectChoice(item.id, f"{item.name}（{item.code}）") for item, _ in offered]
    return form


def _show(partner: CampaignPartner, form: AgreeForm, refusal: str = "") -> Response:
    campaign = partner.campaign
    sections = {one.id: one.name for one in campaign.agency.sections}
    day = today(now())
    return page(
        "inspections/joint_campaign.html",
        status=422 if refusal else 200,
        campaign=campaign,
        partner=partner,
        form=form,
        scope=Scope.read(campaign.scope).sentences(sections, internal=False) if campaign.by_draw else [],
        team=team_words(campaign),
        warnings=_warnings(partner, day),
        may_answer=g.user.may(consent.ANSWER, partner.agency_id) and campaign.state.value == "draft",
        refusal=refusal,
    )


def _warnings(partner: CampaignPartner, day: date) -> list[str]:
    own = (row.item for row in partner.campaign.items if row.item.agency_id == partner.agency_id)
    return [said for item in own for said in item_warnings(item, day)]
