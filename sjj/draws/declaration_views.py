"""The officer's own page on the phone before a draw: declare relations, see them, say that this is all.

Everything is the officer's own; another's is 404. It works as plain forms.
"""

from datetime import date

from flask import Blueprint, Response, flash, g, request
from wtforms.fields.choices import SelectChoice

from sjj.database import commit, db
from sjj.draws import declaration_services as services
from sjj.draws.declaration_forms import RelationForm
from sjj.draws.declaration_queries import (
    MOST_FOUND,
    PERMISSION,
    Coming,
    coming_draws,
    objects_like,
    officer_of,
    own_coming,
    own_recusals,
)
from sjj.draws.refusals import DrawRefused
from sjj.registers.models import Entity, Officer
from sjj.registers.recusal_forms import REASONS
from sjj.registers.recusal_queries import reach_of
from sjj.web import go, now, page, requires, today

bp = Blueprint("declarations", __name__, url_prefix="/field/recusals")


def _today() -> date:
    return today(now())


own = own_coming(_today)


@bp.get("/")
@requires(PERMISSION, officer_of)
def mine(officer: Officer) -> Response:
    """The coming draws in which I may be drawn, and everything that I have declared."""
    declared = own_recusals(officer)
    return page(
        "field/recusals.html",
        officer=officer,
        coming=coming_draws(officer, _today()),
        recusals=declared,
        reach=reach_of(declared),
    )


@bp.get("/<int:campaign_id>")
@requires(PERMISSION, own)
def before_draw(coming: Coming) -> Response:
    """One coming draw: look objects up, declare, say that this is all."""
    return _page(coming, RelationForm())


@bp.post("/<int:campaign_id>")
@requires(PERMISSION, own)
def declare(coming: Coming) -> Response:
    """Declare a relation to one object."""
    form = RelationForm()
    found = _found(coming)
    form.entity_id.choices = _choices(found)
    if not form.validate():
        return _page(coming, form, 422)
    try:
        services.declare_relation(
            coming, form.entity_id.data, form.reason.data, form.is_standing, g.user, now()
        )
    except DrawRefused as refusal:
        db.session.rollback()
        form.entity_id.errors = list(refusal.problems)
        return _page(coming, form, 422)
    commit()
    flash("已申报，等负责人审批。", "ok")
    return go("declarations.before_draw", campaign_id=coming.campaign.id)


@bp.post("/<int:campaign_id>/done")
@requires(PERMISSION, own)
def that_is_all(coming: Coming) -> Response:
    """Say that there is nothing else to declare."""
    try:
        services.say_that_is_all(coming, g.user, now())
    except DrawRefused as refusal:
        db.session.rollback()
        form = RelationForm(formdata=None)
        form.form_errors.extend(refusal.problems)
        return _page(coming, form, 422)
    commit()
    flash("已记录：没有其他需要回避的。", "ok")
    return go("declarations.mine")


def _words() -> str:
    return str(request.values.get("q", "")).strip()


def _found(coming: Coming) -> list[Entity]:
    return objects_like(coming.campaign, _words(), _today())


def _choices(found: list[Entity]) -> list[SelectChoice]:
    return [SelectChoice(one.id, f"{one.name}（{one.code}）") for one in found]


def _page(coming: Coming, form: RelationForm, status: int = 200) -> Response:
    found = _found(coming)
    form.entity_id.choices = _choices(found)
    declared = own_recusals(coming.officer, coming.campaign)
    return page(
        "field/recusal.html",
        coming=coming,
        form=form,
        words=_words(),
        found=found,
        most=MOST_FOUND,
        reasons=REASONS,
        recusals=declared,
        reach=reach_of(declared),
        status=status,
    )
