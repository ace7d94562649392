"""The page of 预置包: what each holds, and loading one into an agency."""

from flask import Response, flash, g, request

from sjj.accounts.models import Agency
from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.preset_forms import LoadForm
from sjj.registers.presets import UnknownPack, codes_present, load_pack, packs
from sjj.registers.scope import whole_agencies
from sjj.registers.shared_forms import options
from sjj.web import go, now, page, requires


def _agencies(user: object) -> list[Agency] | None:
    return whole_agencies(user) or None  # type: ignore[arg-type]


@bp.route("/registers/presets/", methods=["GET", "POST"])
@requires("register.edit", _agencies)
def presets(agencies: list[Agency]) -> Response:
    """The packs; loading one adds what the agency does not have yet."""
    form = LoadForm()
    form.pack.choices = options((code, pack["name"]) for code, pack in packs().items())
    form.agency_id.choices = options((agency.id, agency.name) for agency in agencies)
    if request.method == "POST" and form.validate():
        agency = next(agency for agency in agencies if agency.id == form.agency_id.data)
        try:
            done = load_pack(agency, form.pack.data, g.user, now())
        except UnknownPack as refusal:
            form.pack.errors = [str(refusal)]
        else:
            commit()
            flash(
                f"已载入“{done.name}”：新增 {done.items} 项、法律依据 {done.laws} 部；"
                f"已有的 {done.skipped} 项没有改动。",
                "ok",
            )
            return go("registers.items")
    present = {code: len(codes_present(agencies[0], pack)) for code, pack in packs().items()}
    return page(
        "registers/presets.html",
        form=form,
        packs=packs(),
        present=present,
        agencies=agencies,
        status=status(),
    )
