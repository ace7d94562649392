"""Campaigns: the list, one campaign's page, and the four parts that are filled in while it is a draft."""

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of
from sjj.csv_files import download
from sjj.database import commit
from sjj.plans import checks, choices, exclusions, queries, services
from sjj.plans.forms import CampaignForm, ScopeForm, strata_form
from sjj.plans.models import Campaign
from sjj.plans.pool import EXCLUDED_HEAD, pool_of
from sjj.plans.scheme import team_words
from sjj.plans.scope import Scope
from sjj.plans.services import CampaignRefused
from sjj.plans.staff import staff_of
from sjj.rules.lifecycle import CampaignState
from sjj.web import go, now, page, requires, today

bp = Blueprint("plans", __name__)

read = queries.campaign_for("campaign.read")
edit = queries.campaign_for("campaign.edit")
PER_PAGE = (20, 50, 100)
SHOWN_MOST = 100


@bp.get("/campaigns/")
@requires("campaign.read")
def campaigns() -> Response:
    """The campaigns, with search."""
    args = request.args
    wanted = queries.CampaignFilter(
        words=args.get("q", "").strip(),
        state=args.get("state", ""),
        year=args.get("year", type=int),
        way=args.get("way", ""),
        sort=args.get("sort", "-number"),
    )
    size = args.get("per_page", 20, type=int)
    found = queries.campaigns(g.user, wanted, args.get("page", 1, type=int), size if size in PER_PAGE else 20)
    return page(
        "plans/campaigns.html",
        "plans/_campaigns.html",
        campaigns=found,
        wanted=wanted,
        states=list(CampaignState),
        ways=queries.WAYS,
        years=queries.plan_years(g.user),
        may_edit=g.user.may("campaign.edit"),
    )


@bp.route("/campaigns/new", methods=["GET", "POST"])
@requires("campaign.edit")
def campaign_new() -> Response:
    """Start a campaign."""
    agencies = agencies_of(g.user, "campaign.edit")
    agency = _chosen(agencies)
    moment = now()
    form = CampaignForm()
    offered = choices.offer_basics(form, agency, [], today(moment))
    if request.method == "POST" and form.validate():
        campaign = services.add_campaign(agency, form.values(), form.item_ids.data, g.user, moment)
        commit()
        flash(f"已新建“{campaign.number}”，请接着定检查对象范围。", "ok")
        return go("plans.campaign_scope", campaign_id=campaign.id)
    return page(
        "plans/basics.html",
        form=form,
        campaign=None,
        agency=agency,
        agencies=agencies,
        offered=offered,
        status=_status(),
    )


def _chosen(agencies: list[Agency]) -> Agency:
    wanted = request.args.get("agency", type=int)
    found = next((one for one in agencies if wanted in (None, one.id)), None)
    return found or abort(404)


@bp.get("/campaigns/<int:campaign_id>")
@requires("campaign.read", queries.any_campaign)
def campaign(campaign: Campaign) -> Response:
    """One campaign: what it is, where it stands, what can be done next. Named objects have a page of their own."""
    return show(campaign) if campaign.by_draw else go("direct.campaign", campaign_id=campaign.id)


def show(campaign: Campaign, refusal: str = "") -> Response:
    """The campaign's page, with the sentence of a step that was just refused."""
    day = today(now())
    is_draft = campaign.state is CampaignState.DRAFT
    pool = pool_of(campaign, day)
    names = {section.id: section.name for section in campaign.agency.sections}
    return page(
        "plans/campaign.html",
        campaign=campaign,
        pool=pool,
        scope=Scope.read(campaign.scope).sentences(names, internal=True),
        staff=staff_of(campaign, day),
        is_fixed=campaign.frozen_at is not None,
        shown_most=SHOWN_MOST,
        left_out_rules=exclusions.sentences(campaign),
        team=team_words(campaign),
        problems=checks.problems(campaign, pool, day) if is_draft else [],
        warnings=checks.warnings(campaign, day),
        timeline=queries.timeline(campaign),
        story=queries.story(campaign),
        own=g.user.id in (campaign.created_by_id, campaign.submitted_by_id),
        may=lambda permission: g.user.may(permission, campaign.agency_id),
        knows_names=queries.may_know_names(g.user, campaign.agency_id),
        is_draft=is_draft,
        refusal=refusal,
        status=422 if refusal else 200,
    )


@bp.get("/campaigns/<int:campaign_id>/excluded.csv")
@requires("campaign.read", read)
def excluded(campaign: Campaign) -> Response:
    """Everybody in the scope who may not be drawn today, with the reason, as a table."""
    if not queries.may_know_names(g.user, campaign.agency_id):
        abort(404)  # a reason may be that a visit is still to be made
    rows = pool_of(campaign, today(now())).excluded_rows()
    return download(f"campaign-{campaign.id}-excluded.csv", EXCLUDED_HEAD, rows)


@bp.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"])
@requires("campaign.edit", edit)
def campaign_edit(campaign: Campaign) -> Response:
    """基本情况."""
    form = CampaignForm(obj=campaign)
    moment = now()
    chosen = [row.item_id for row in campaign.items]
    offered = choices.offer_basics(form, campaign.agency, chosen, today(moment))
    if request.method == "POST" and form.validate():
        try:
            services.save_basics(campaign, form.values(), form.item_ids.data, g.user, moment)
        except CampaignRefused as refusal:
            _tell(form, refusal)
        else:
            commit()
            flash("已保存基本情况。", "ok")
            return go("plans.campaign", campaign_id=campaign.id)
    return page(
        "plans/basics.html",
        form=form,
        campaign=campaign,
        agency=campaign.agency,
        agencies=[],
        offered=offered,
        status=_status(),
    )


@bp.route("/campaigns/<int:campaign_id>/scope", methods=["GET", "POST"])
@requires("campaign.edit", edit)
def campaign_scope(campaign: Campaign) -> Response:
    """检查对象范围, with a count that follows the boxes."""
    stored = Scope.read(campaign.scope)
    moment = now()
    form = ScopeForm(obj=stored)
    choices.offer_scope(form, campaign.agency_id, stored)
    sound = request.method == "GET" or form.validate()
    if request.method == "POST" and sound and not _only_previews():
        try:
            services.save_scope(campaign, choices.scope_in(form), g.user, moment)
        except CampaignRefused as refusal:
            _tell(form, refusal)
        else:
            commit()
            flash("已保存检查对象范围。", "ok")
            onward = "plans.campaign" if campaign.strata else "plans.campaign_strata"
            return go(onward, campaign_id=campaign.id)
    scope = choices.scope_in(form) if sound else stored
    preview = choices.scope_preview(campaign, scope, today(moment))
    status = 200 if sound and _only_previews() else _status()
    return page(
        "plans/scope.html",
        "plans/_scope_preview.html",
        form=form,
        campaign=campaign,
        preview=preview,
        status=status,
    )


@bp.route("/campaigns/<int:campaign_id>/strata", methods=["GET", "POST"])
@requires("campaign.edit", edit)
def campaign_strata(campaign: Campaign) -> Response:
    """分层和抽取数量, with what each quota comes to."""
    strata_before = bool(campaign.strata)
    by = request.args.get("by", campaign.strata[0].by if campaign.strata else "all")
    if by not in choices.LAYERS:
        abort(404)
    moment = now()
    forced = services.must_close(by, Scope.read(campaign.scope))
    form = strata_form([(str(place), label) for place, (_, label) in enumerate(choices.LAYERS[by])])(
        data=_kept_layers(campaign, by, forced)
    )
    form.must_close = forced
    sound = request.method == "GET" or form.validate()
    if request.method == "POST" and sound and not _only_previews():
        layers = choices.layers_in(form, by)
        try:
            if not layers:
                raise CampaignRefused("请至少填写一层的抽取数量", "take_0")
            services.save_strata(campaign, by, layers, form.closed.data, g.user, moment)
        except CampaignRefused as refusal:
            _tell(form, refusal)
        else:
            commit()
            flash("已保存分层和抽取数量。", "ok")
            onward = "plans.campaign" if strata_before else "plan_team.campaign_team"
            return go(onward, campaign_id=campaign.id)
    return page(
        "plans/strata.html",
        "plans/_strata_preview.html",
        form=form,
        campaign=campaign,
        by=by,
        ways=choices.BY,
        forced=forced,
        preview=choices.layers_preview(form, by, campaign, today(moment)),
        status=200 if sound and _only_previews() else _status(),
    )


def _kept_layers(campaign: Campaign, by: str, forced: bool) -> dict[str, object]:
    kept: dict[str, object] = {"closed": forced}
    for one in campaign.strata:
        if one.by == by:
            place = [value for value, _ in choices.LAYERS[by]].index(one.value)
            kept |= {f"take_{place}": one.take, f"basis_{place}": one.basis, "closed": one.closed}
    return kept


def _tell(form: CampaignForm | ScopeForm, refusal: CampaignRefused) -> None:
    if refusal.field:
        form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))


def _only_previews() -> bool:
    return request.form.get("do") == "preview"


def _status() -> int:
    return 200 if request.method == "GET" else 422
