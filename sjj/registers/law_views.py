"""The pages of 法律依据: list, enter, change dates and whether they were checked."""

from flask import Response, abort, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.law_forms import LawForm
from sjj.registers.law_queries import citations, law_to_edit, warnings_of
from sjj.registers.law_queries import laws as find_laws
from sjj.registers.law_services import LawKeyInUse, save_law
from sjj.registers.models import LawBasis
from sjj.registers.scope import agencies_to_read, may_edit, whole_agencies
from sjj.registers.shared_forms import options
from sjj.web import go, now, page, requires, today


@bp.get("/registers/laws/")
@requires("register.read")
def laws() -> Response:
    """The laws, with what must be said beside each."""
    day = today(now())
    found = find_laws(g.user)
    agencies = {agency.id: agency.short_name for agency in agencies_to_read(g.user)}
    return page(
        "registers/laws.html",
        laws=found,
        warnings={law.id: warnings_of(law, day) for law in found},
        editable={law.id for law in found if may_edit(g.user, law.agency_id, None)},
        agencies=agencies,
        may_add=bool(whole_agencies(g.user)),
    )


@bp.route("/registers/laws/new", methods=["GET", "POST"])
@requires("register.edit")
def law_new() -> Response:
    """Enter a law."""
    agencies = whole_agencies(g.user) or abort(403)
    form = LawForm()
    form.agency_id.choices = options((agency.id, agency.name) for agency in agencies)
    return _save(None, form, len(agencies) > 1)


@bp.route("/registers/laws/<int:law_id>", methods=["GET", "POST"])
@requires("register.edit", law_to_edit)
def law_edit(law: LawBasis) -> Response:
    """Change a law's dates, or note that they were checked."""
    form = LawForm(obj=law)
    form.agency_id.choices = options([(law.agency_id, "")])
    form.agency_id.data = law.agency_id
    return _save(law, form, False)


def _save(law: LawBasis | None, form: LawForm, chooses_agency: bool) -> Response:
    if request.method == "POST" and form.validate():
        try:
            saved = save_law(law, form, form.agency_id.data, g.user, now())
        except LawKeyInUse as refusal:
            form.key.errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存《{saved.title}》。", "ok")
            return go("registers.laws")
    return page(
        "registers/law_form.html",
        form=form,
        law=law,
        chooses_agency=chooses_agency,
        cited_by=citations(law) if law else [],
        status=status(),
    )
