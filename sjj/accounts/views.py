"""Sign in, sign out, change password; who is asking, for every request."""

from flask import Blueprint, Flask, Response, flash, g, render_template, request, session, url_for

from sjj.accounts import events
from sjj.accounts.forms import ChangePasswordForm, SignInForm
from sjj.accounts.services import AccountRefused, SignInRefused, change_own_password, check_sign_in
from sjj.accounts.sessions import Limits, close_session, find_user, forget_old_sessions, open_session
from sjj.audit.services import record
from sjj.database import commit
from sjj.web import go, now, page, public, requires, safe_next, see_other

bp = Blueprint("accounts", __name__)
COOKIE_KEY = "sid"


def load_user_of_each_request(app: Flask) -> None:
    """Before any view: find who is signed in (None for nobody)."""

    @app.before_request
    def load() -> None:
        g.user = None
        token = session.get(COOKIE_KEY)
        if token and request.endpoint not in (None, "static", "healthz"):
            g.user = find_user(str(token), now(), limits())
            if g.user is not None:
                g.user.address = request.remote_addr or ""
                g.username = g.user.username


def limits() -> Limits:
    """How long sessions of this installation live."""
    return Limits(g.settings.idle_limit, g.settings.absolute_limit)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | tuple[str, int]:
    """The sign-in page; a right name and password start a fresh session."""
    onward = safe_next(request.args.get("next"), url_for("home.show"))
    if request.method == "GET" and g.user is not None:
        return see_other(onward)
    form = SignInForm()
    if request.method == "GET":
        return page("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    moment = now()
    try:
        user = check_sign_in(
            form.username.data.strip(), form.password.data, request.remote_addr or "", moment
        )
    except SignInRefused as refusal:
        commit()
        form.password.errors = [str(refusal)]
        return render_template("accounts/sign_in.html", form=form), 422
    forget_old_sessions(moment, limits())
    token = open_session(user, moment)
    commit()
    _use(token)
    return see_other(onward)


def _use(token: str) -> None:
    session.clear()
    session[COOKIE_KEY] = token


@bp.post("/sign-out")
@requires("", before_password_change=True)
def sign_out() -> Response:
    """End this session here and on the server."""
    record(
        events.SignedOut(subject_id=g.user.id, agency_id=g.user.agency_id, username=g.user.username),
        g.user,
        now(),
    )
    close_session(session[COOKIE_KEY])
    commit()
    session.clear()
    return go("accounts.sign_in")


@bp.route("/account/password", methods=["GET", "POST"])
@requires("", before_password_change=True)
def change_password() -> Response | tuple[str, int]:
    """Set a new password; every other session of this person ends."""
    form = ChangePasswordForm()
    if request.method == "GET":
        return page("accounts/change_password.html", form=form)
    if form.validate():
        moment = now()
        try:
            change_own_password(g.user, form.old.data, form.new.data, moment)
        except AccountRefused as refusal:
            field = form.old if str(refusal).startswith("原密码") else form.new
            field.errors = [*field.errors, str(refusal)]
        else:
            token = open_session(g.user, moment)
            commit()
            _use(token)
            flash("密码已更改，其他设备上的登录已退出。", "ok")
            return go("home.show")
    return render_template("accounts/change_password.html", form=form), 422
