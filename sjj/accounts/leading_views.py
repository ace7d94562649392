"""The pages of an agency's 领导小组: who it is, and setting it up or changing it."""

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts import leading_services as services
from sjj.accounts.leading_forms import NO_ACCOUNT, NO_SECTION, LeadingForm
from sjj.accounts.leading_models import LeadingGroup
from sjj.accounts.leading_queries import (
    EDIT,
    accounts_for,
    agencies_to_see,
    agency_to_edit,
    group_of,
    history_of,
)
from sjj.accounts.models import Agency
from sjj.database import commit
from sjj.web import go, now, page, requires

bp = Blueprint("leading", __name__, url_prefix="/leading")
SHOWN = 30


@bp.get("/")
@requires("leading.read")
def group() -> Response:
    """One agency's 领导小组 with what it was before."""
    agencies = agencies_to_see(g.user)
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    found = group_of(agency.id)
    return page(
        "accounts/leading.html",
        agency=agency,
        agencies=agencies,
        group=found,
        history=history_of(found, SHOWN) if found else [],
        may_edit=g.user.may(EDIT, agency.id),
    )


@bp.route("/<int:agency_id>/edit", methods=["GET", "POST"])
@requires("leading.edit", agency_to_edit)
def group_edit(agency: Agency) -> Response:
    """Set it up, or change it."""
    found = group_of(agency.id)
    form = LeadingForm(data=_kept(found, agency))
    form.offer_sections(agency.sections)
    if request.method == "GET":
        form.add_spare_rows()
    form.offer_accounts(accounts_for(agency))
    if request.method == "POST" and form.validate():
        changed = services.save_group(agency, form, g.user, now())
        commit()
        flash("已保存领导小组。" if changed else "没有改动。", "ok")
        return go("leading.group", agency=agency.id)
    status = 200 if request.method == "GET" else 422
    return page("accounts/leading_form.html", status=status, form=form, agency=agency, group=found)


def _kept(group: LeadingGroup | None, agency: Agency) -> dict[str, object]:
    if group is None:
        return {"name": f"{agency.name}“双随机、一公开”监管工作领导小组"[:100]}
    return {
        "name": group.name,
        "document_no": group.document_no,
        "since_on": group.since_on,
        "office_section_id": group.office_section_id or NO_SECTION,
        "office_phone": group.office_phone,
        "duties": group.duties,
        "members": [
            {"role": one.role, "name": one.name, "post": one.post, "user_id": one.user_id or NO_ACCOUNT}
            for one in group.members
        ],
    }
