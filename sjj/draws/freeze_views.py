"""The list before its freeze: the clerk puts it up, a second person looks at the same list and confirms it;
after it the supervisor takes the sealed copy.

Plain forms. Pressed twice or by two people at once, one succeeds and the other is told (409); the same person
cannot be both (403).
"""

from collections.abc import Callable

from flask import Blueprint, Response, flash, g

from sjj.accounts.models import User
from sjj.csv_files import download
from sjj.database import commit, db
from sjj.draws import freeze_services, queries, sealed_services
from sjj.draws.declaration_queries import statements
from sjj.draws.forms import KIND_LABELS, START, ConfirmForm, FreezeForm
from sjj.draws.freeze_queries import PROPOSES, list_of
from sjj.draws.models import Draw
from sjj.draws.preparation import Preparation, prepare
from sjj.draws.refusals import AlreadyFrozen, DrawRefused, SamePerson
from sjj.draws.sealed_services import draw_to_seal, why_not_now
from sjj.plans.models import Campaign
from sjj.plans.pool import EXCLUDED_HEAD
from sjj.plans.queries import campaign_for
from sjj.rules.draw import Source
from sjj.rules.lifecycle import CampaignState
from sjj.web import go, now, page, requires, today

bp = Blueprint("freeze", __name__, url_prefix="/draws")
SHOWN_MOST = 100
LIST = "/freeze/<int:campaign_id>"


@bp.get(LIST)
@requires("draw.read", list_of)
def show(campaign: Campaign) -> Response:
    """What would be frozen, with everything that stands in its way."""
    live = queries.live_draw(campaign.id)
    if live is not None:
        return go("draws.draw", draw_id=live.id)
    return _list_page(campaign, FreezeForm(data={"sources": START}), [])


@bp.post(LIST)
@requires("draw.run", campaign_for("draw.run"))
def propose(campaign: Campaign) -> Response:
    """Put the list up for the second person."""
    form = FreezeForm()
    if not form.validate():
        return _list_page(campaign, form, [], 422)
    return _act(
        campaign,
        form,
        lambda: freeze_services.propose(campaign, form.listed(), g.user, now()),
        "名单已提交，请另一人（负责人、监督人员或其他经办人）打开本页核对并确认冻结。",
    )


@bp.post(f"{LIST}/confirm")
@requires("draw.read", list_of)
def confirm(campaign: Campaign) -> Response:
    """Freeze the list that somebody else put up, and publish its commitment."""
    form = ConfirmForm()
    return _act(
        campaign,
        FreezeForm(formdata=None, data={"sources": START}),
        lambda: freeze_services.confirm(campaign, g.user, now(), form.seen.data or ""),
        "名单已冻结，承诺已公布。",
    )


@bp.post(f"{LIST}/withdraw")
@requires("draw.read", list_of)
def withdraw(campaign: Campaign) -> Response:
    """Take the list back, or send it back."""
    return _act(
        campaign,
        FreezeForm(formdata=None, data={"sources": START}),
        lambda: freeze_services.withdraw(campaign, g.user, now()),
        "名单已撤回，没有冻结任何内容。",
    )


@bp.get(f"{LIST}/excluded.csv")
@requires("draw.read", list_of)
def excluded(campaign: Campaign) -> Response:
    """Everybody left out of the list with the reason, as a table."""
    rows = _prepared(campaign, []).pool.excluded_rows()
    return download(f"campaign-{campaign.id}-excluded.csv", EXCLUDED_HEAD, rows)


@bp.get("/<int:draw_id>/sealed")
@requires("draw.witness", draw_to_seal)
def sealed_copy(draw: Draw) -> Response:
    """What the sealed copy is, and taking it."""
    return _sealed_page(draw, why_not_now(draw, g.user))


@bp.post("/<int:draw_id>/sealed")
@requires("draw.witness", draw_to_seal)
def take_sealed_copy(draw: Draw) -> Response:
    """The sealed copy as a file; each taking stands in the audit log."""
    try:
        content = sealed_services.sealed_copy(draw, g.user, now())
    except DrawRefused as refusal:
        db.session.rollback()
        return _sealed_page(draw, str(refusal), 403 if isinstance(refusal, SamePerson) else 409)
    commit()
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{draw.id}-sealed.json"'
    return response


def _sealed_page(draw: Draw, refusal: str, status: int = 200) -> Response:
    taken_by = db.session.get(User, draw.sealed_taken_by_id) if draw.sealed_taken_by_id else None
    return page(
        "draws/freeze_sealed.html",
        draw=draw,
        refusal=refusal,
        taken_by=taken_by.display_name if taken_by else "",
        status=status,
    )


def _act(campaign: Campaign, form: FreezeForm, take: Callable[[], object], said: str) -> Response:
    """Take one step; a refusal shows on the page with everything that is wrong, and nothing has changed."""
    try:
        take()
    except DrawRefused as refusal:
        db.session.rollback()
        return _list_page(campaign, form, refusal.problems, _status(refusal))
    commit()
    flash(said, "ok")
    return go("freeze.show", campaign_id=campaign.id)


def _status(refusal: DrawRefused) -> int:
    if isinstance(refusal, SamePerson):
        return 403
    return 409 if isinstance(refusal, AlreadyFrozen) else 422


def _list_page(campaign: Campaign, form: FreezeForm, refused: list[str], status: int = 200) -> Response:
    """The list as it stands now. Problems of the sources show once they were sent, the others at once."""
    proposal = freeze_services.proposal_of(campaign.id)
    ready = _prepared(campaign, [] if form.errors else form.listed())
    changed = freeze_services.changes_since(proposal, ready) if proposal is not None else []
    return page(
        "draws/freeze.html",
        campaign=campaign,
        form=form,
        confirm_form=ConfirmForm(formdata=None, seen=proposal.seen_sha256 if proposal is not None else ""),
        proposal=proposal,
        own=proposal is not None and proposal.proposed_by_id == g.user.id,
        ready=ready,
        problems=refused or [*changed, *ready.problems()],
        refused=bool(refused),
        warnings=ready.warnings(),
        statements=statements(campaign.id, ready.staff),
        shown_most=SHOWN_MOST,
        live=queries.live_draw(campaign.id),
        may_freeze=campaign.state is CampaignState.PUBLISHED,
        may_propose=g.user.may(PROPOSES, campaign.agency_id),
        kinds=KIND_LABELS,
        status=status,
    )


def _prepared(campaign: Campaign, listed: list[Source]) -> Preparation:
    """The list with the sources put up, else those typed, else the ones the form begins with."""
    proposal = freeze_services.proposal_of(campaign.id)
    sources = freeze_services.sources_of(proposal) if proposal is not None else listed or _example()
    return prepare(campaign, sources, today(now()))


def _example() -> list[Source]:
    return [Source(str(one["from_"]), str(one["kind"]), "", int(str(one["digits"]))) for one in START]
