"""The page of 一企一档, and taking over a position that a visit found into the register."""

from flask import Blueprint, Response, abort, flash, g

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.home.dossier import dossier_of
from sjj.registers.class_queries import CLASS_FIELD
from sjj.registers.class_totals import WHO
from sjj.registers.entity_place import PlaceRefused, set_place
from sjj.registers.entity_queries import entity_to_edit, entity_to_read, is_on_positive_list
from sjj.registers.history import changes_of
from sjj.registers.merge_queries import merges_into
from sjj.registers.models import Entity
from sjj.registers.scope import may_edit_row
from sjj.web import go, now, page, requires, today

bp = Blueprint("dossier", __name__, url_prefix="/entities")
MOST_CHANGES = 50


@bp.get("/<int:entity_id>/dossier")
@requires("register.read", entity_to_read)
def dossier(entity: Entity) -> Response:
    """Everything of one object on one page; of a merged double the kept one's."""
    if entity.merged_into_id is not None:
        return go("dossier.dossier", entity_id=entity.merged_into_id)
    user: User = g.user
    day = today(now())
    found = dossier_of(entity, user, day)
    changes = changes_of("entity", found.ids, MOST_CHANGES)
    return page(
        "home/dossier.html",
        entity=entity,
        found=found,
        day=day,
        who=WHO,
        on_positive_list=is_on_positive_list(entity, day),
        changes=changes,
        class_changes=[said for said in changes if CLASS_FIELD in said.change.changes],
        merges=merges_into(entity) if len(found.ids) > 1 else [],
        may_edit=may_edit_row(user, entity),
        cap=entity.agency.frequency_cap,
    )


@bp.post("/<int:entity_id>/place")
@requires("register.edit", entity_to_edit)
def take_place(entity: Entity) -> Response:
    """Take over the position of the last visit that the telephone was sure of."""
    position = dossier_of(entity, g.user, today(now())).position
    if position is None:
        abort(404)
    try:
        set_place(entity, position.lat, position.lon, "到场签到的位置", "visit", g.user, now())
    except PlaceRefused as refusal:
        db.session.rollback()
        flash(str(refusal), "bad")
    else:
        commit()
        flash("已记为企业位置。", "ok")
    return go("dossier.dossier", entity_id=entity.id)
