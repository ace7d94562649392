"""Keeping agencies and sections (system administrator) and accounts (security administrator)."""

import secrets

from flask import Blueprint, Response, flash, g, request

from sjj.accounts import admin_services as services
from sjj.accounts.forms import AccountForm, AgencyForm, SectionForm
from sjj.accounts.models import Agency, Section, User
from sjj.accounts.queries import (
    account_for_admin,
    accounts_for_admin,
    agencies_of,
    agency_of,
    section_for_admin,
)
from sjj.accounts.services import AccountRefused, reset_password
from sjj.database import commit
from sjj.web import go, now, page, requires

bp = Blueprint("accounts_admin", __name__, url_prefix="/admin")


@bp.get("/agencies")
@requires("agency.manage")
def agencies() -> Response:
    """The agencies with their sections."""
    return page("accounts/agencies.html", agencies=agencies_of(g.user, "agency.manage"))


@bp.route("/agencies/new", methods=["GET", "POST"])
@requires("agency.manage")
def agency_new() -> Response:
    """Enter an agency."""
    form = AgencyForm()
    if request.method == "POST" and form.validate():
        try:
            services.add_agency(form, g.user, now())
        except AccountRefused as refusal:
            form.name.errors = [str(refusal)]
        else:
            commit()
            flash(f"已新建部门“{form.name.data}”。", "ok")
            return go("accounts_admin.agencies")
    return page("accounts/agency_form.html", form=form, agency=None, status=_status())


@bp.route("/agencies/<int:agency_id>", methods=["GET", "POST"])
@requires("agency.manage", agency_of)
def agency_edit(agency: Agency) -> Response:
    """Change an agency's name and settings."""
    form = AgencyForm(obj=agency)
    if request.method == "POST" and form.validate():
        try:
            services.change_agency(agency, form, g.user, now())
        except AccountRefused as refusal:
            form.name.errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存“{agency.name}”。", "ok")
            return go("accounts_admin.agencies")
    return page("accounts/agency_form.html", form=form, agency=agency, status=_status())


@bp.route("/agencies/<int:agency_id>/sections/new", methods=["GET", "POST"])
@requires("agency.manage", agency_of)
def section_new(agency: Agency) -> Response:
    """Enter a section of an agency."""
    return _save_section(agency, Section(agency_id=agency.id, name=""))


@bp.route("/sections/<int:section_id>", methods=["GET", "POST"])
@requires("agency.manage", section_for_admin)
def section_edit(section: Section) -> Response:
    """Rename a section."""
    return _save_section(section.agency, section)


def _save_section(agency: Agency, section: Section) -> Response:
    form = SectionForm(obj=section)
    if request.method == "POST" and form.validate():
        try:
            services.save_section(agency, section, form.name.data.strip(), g.user, now())
        except AccountRefused as refusal:
            form.name.errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存内设机构“{section.name}”。", "ok")
            return go("accounts_admin.agencies")
    return page("accounts/section_form.html", form=form, agency=agency, status=_status())


@bp.get("/accounts")
@requires("account.manage")
def accounts() -> Response:
    """The accounts, with search."""
    words = request.args.get("q", "").strip()
    found = accounts_for_admin(g.user, words, request.args.get("page", 1, type=int))
    return page("accounts/accounts.html", "accounts/_accounts.html", accounts=found, words=words)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires("account.manage")
def account_new() -> Response:
    """Make an account with a first password that is shown once."""
    form = AccountForm()
    services.fill_choices(form, g.user)
    if request.method == "POST" and form.validate():
        password = secrets.token_urlsafe(9)
        try:
            user = services.add_from_form(form, password, g.user, now())
        except AccountRefused as refusal:
            _place_refusal(form, refusal)
        else:
            commit()
            return page("accounts/password_once.html", account=user, password=password)
    return page("accounts/account_form.html", form=form, account=None, status=_status())


@bp.route("/accounts/<int:user_id>", methods=["GET", "POST"])
@requires("account.manage", account_for_admin)
def account_edit(account: User) -> Response:
    """Change a person's name, place and roles, or stop the account."""
    form = AccountForm(obj=account, roles=None)
    services.fill_choices(form, g.user)
    if request.method == "GET":
        form.roles.data = [grant.role.value for grant in account.grants]
        form.agency_id.data = account.agency_id or 0
        form.section_id.data = account.section_id or 0
        form.officer_code.data = services.officer_code(account)
    elif form.validate():
        try:
            services.change_from_form(account, form, g.user, now())
        except AccountRefused as refusal:
            _place_refusal(form, refusal)
        else:
            commit()
            flash(f"已保存账号“{account.username}”。", "ok")
            return go("accounts_admin.accounts")
    return page("accounts/account_form.html", form=form, account=account, status=_status())


@bp.route("/accounts/<int:user_id>/password", methods=["GET", "POST"])
@requires("account.manage", account_for_admin)
def account_password(account: User) -> Response:
    """Give a new first password; all of the person's sessions end."""
    if request.method == "GET":
        return page("accounts/reset_password.html", account=account)
    password = secrets.token_urlsafe(9)
    reset_password(account, password, g.user, now())
    commit()
    return page("accounts/password_once.html", account=account, password=password)


def _status() -> int:
    return 200 if request.method == "GET" else 422


def _place_refusal(form: AccountForm, refusal: AccountRefused) -> None:
    """Show a service's refusal at the field it speaks of."""
    text = str(refusal)
    about_roles = "自己" in text or "兼任" in text
    field = form.roles if about_roles else form.section_id if "内设机构" in text else form.username
    if "编号" in text:
        field = form.officer_code
    field.errors = [text]
