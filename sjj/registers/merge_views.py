"""重复对象: likely doubles, two of them side by side, merging them, parting them again."""

from flask import Blueprint, Response, abort, flash, g, request
from sqlalchemy import select
from wtforms import RadioField
from wtforms.validators import DataRequired

from sjj.database import Page, commit, db
from sjj.form import Form
from sjj.registers import merge_services as services
from sjj.registers.holds import held
from sjj.registers.merge_queries import (
    differences,
    doubles,
    merge_to_undo,
    pair_to_merge,
)
from sjj.registers.models import Entity
from sjj.registers.scope import agencies_to_read, may_edit_row
from sjj.registers.shared_forms import TextField, options
from sjj.registers.upkeep_models import EntityMerge
from sjj.rules.identity import normalise_code
from sjj.web import go, now, page, requires

bp = Blueprint("merges", __name__, url_prefix="/registers/doubles")
PER_PAGE = 20


class MergeForm(Form):
    """Which of two stays, and why they are one."""

    kept = RadioField("留下哪一户", [DataRequired("请选择留下哪一户")])
    reason = TextField("理由", 200, [DataRequired("请写明为什么是同一户")])


@bp.get("/", endpoint="doubles")
@requires("register.edit")
def doubles_list() -> Response:
    """Likely doubles of one agency, the surest first; two codes may be typed too."""
    agencies = agencies_to_read(g.user) or abort(403)
    asked = request.args.get("agency", 0, type=int)
    chosen = next((each for each in agencies if each.id == (asked or g.user.agency_id)), agencies[0])
    typed = [normalise_code(request.args.get(name, "")) for name in ("one", "other")]
    found = _typed(chosen.id, typed) if all(typed) else None
    if found is not None:
        return go("merges.compare", first_id=found[0].id, second_id=found[1].id)
    number = max(1, request.args.get("page", 1, type=int))
    pairs, total = doubles(g.user, chosen.id, number, PER_PAGE)
    return page(
        "registers/merge_doubles.html", agency=chosen, agencies=agencies, typed=typed, not_found=all(typed),
        found=Page(pairs, total, number, PER_PAGE),
    )  # fmt: skip


def _typed(agency_id: int, codes: list[str]) -> tuple[Entity, Entity] | None:
    rows = db.session.scalars(
        select(Entity).where(Entity.agency_id == agency_id, Entity.code.in_(codes))
    ).all()
    return pair_to_merge(g.user, rows[0].id, rows[1].id) if len(rows) == 2 else None


@bp.route("/<int:first_id>/<int:second_id>", methods=["GET", "POST"])
@requires("register.edit", pair_to_merge)
def compare(pair: tuple[Entity, Entity]) -> Response:
    """Two objects side by side; for each field one of the two is chosen."""
    first, second = pair
    form = MergeForm()
    form.kept.choices = options(
        (side, f"{word}：{one.name}（{one.code}）")
        for side, word, one in (("first", "第一户", first), ("second", "第二户", second))
    )
    found = differences(first, second)
    if request.method == "POST" and form.validate():
        kept, gone = (first, second) if form.kept.data == "first" else (second, first)
        other = "second" if kept is first else "first"
        taken = {one.field for one in found if request.form.get(f"take-{one.field}") == other}
        try:
            services.merge(kept, gone, taken, form.reason.data, g.user, now())
        except services.MergeRefused as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"已将“{gone.name}”并入“{kept.name}”。", "ok")
            return go("registers.entity", entity_id=kept.id)
    listed = held(first.agency_id).entities
    return page(
        "registers/merge_compare.html", status=200 if request.method == "GET" else 422, form=form, first=first,
        second=second, found=found, picked=request.form, held={one.id: listed.get(one.id, "") for one in pair},
    )  # fmt: skip


@bp.post("/<int:first_id>/<int:second_id>/not")
@requires("register.edit", pair_to_merge)
def not_same(pair: tuple[Entity, Entity]) -> Response:
    """不是同一户: the two are not shown together again."""
    services.not_doubles(*pair, g.user, now())
    commit()
    flash("已记为不是同一户，不再提示。", "ok")
    return go("merges.doubles")


@bp.route("/merges/<int:merge_id>/undo", methods=["GET", "POST"])
@requires("register.edit", merge_to_undo)
def undo(row: EntityMerge) -> Response:
    """Ask, then part the two again."""
    if request.method == "POST":
        kept_id = row.kept_id
        try:
            gone = services.undo(row, g.user, now())
        except services.MergeRefused as refusal:
            db.session.rollback()
            flash(str(refusal), "bad")
            return go("registers.entity", entity_id=kept_id)
        commit()
        flash(f"已撤销合并，“{gone.name}”恢复为单独一户。", "ok")
        return go("registers.entity", entity_id=gone.id)
    return page(
        "registers/merge_undo.html",
        merge=row,
        refused=services.why_not_undone(row),
        may=may_edit_row(g.user, row.kept),
    )
