"""The pages of 法律依据: list, enter, change, stand for the dates, and the items that an ended law touches."""

from flask import Response, abort, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.law_forms import ConfirmLawsForm, LawForm
from sjj.registers.law_lapsed import touched
from sjj.registers.law_queries import citations, law_to_edit, unverified, warnings_of
from sjj.registers.law_queries import laws as find_laws
from sjj.registers.law_services import LawKeyInUse, confirm_laws, save_law
from sjj.registers.models import LawBasis
from sjj.registers.scope import agencies_to_read, may_edit, may_edit_row, whole_agencies
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
        open_laws=sum(not law.verified for law in found),
        ended=sum(law.is_repealed_on(day) for law in found),
        lapsed=len(touched(g.user, day)),
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


@bp.route("/registers/laws/confirm", methods=["GET", "POST"])
@requires("register.edit")
def laws_confirm() -> Response:
    """The laws whose dates nobody stands for yet, to be confirmed with a name and a day."""
    if not whole_agencies(g.user):
        abort(403)
    moment = now()
    open_laws = unverified(g.user)
    form = ConfirmLawsForm(data={"on": today(moment), "by": g.user.display_name})
    form.day = today(moment)
    form.ids.choices = options((law.id, law.title) for law in open_laws)
    if request.method == "POST" and form.validate():
        chosen = [law for law in open_laws if law.id in form.ids.data]
        done = confirm_laws(chosen, form.by.data, form.on.data, g.user, moment)
        commit()
        flash(f"已核实 {done} 部法律依据，引用它们的事项已记下变更。", "ok")
        return go("registers.laws_lapsed")
    return page("registers/laws_confirm.html", form=form, laws=open_laws, day=form.day, status=status())


@bp.get("/registers/laws/lapsed")
@requires("register.read")
def laws_lapsed() -> Response:
    """The items that stand on an ended law, and what is to be done with each."""
    day = today(now())
    found, unsure = touched(g.user, day), touched(g.user, day, confirmed=False)
    editable = {each.item.id for each in (*found, *unsure) if may_edit_row(g.user, each.item)}
    return page(
        "registers/laws_lapsed.html",
        found=found,
        unsure=unsure,
        editable=editable,
        open_laws=len(unverified(g.user)),
        several=len(agencies_to_read(g.user)) > 1,
    )


def _save(law: LawBasis | None, form: LawForm, chooses_agency: bool) -> Response:
    moment = now()
    form.day = today(moment)
    if request.method == "POST" and form.validate():
        try:
            saved = save_law(law, form, form.agency_id.data, g.user, moment)
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
