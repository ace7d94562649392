"""Making the app: the list of capabilities, in order, in plain sight.

Refuses to start with a view that does not say who may see it.
"""

from flask import Flask, Response, g
from flask_migrate import Migrate
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from sjj import config, paths
from sjj.accounts import admin_views as accounts_admin
from sjj.accounts import leading_views as leading
from sjj.accounts import views as accounts
from sjj.audit import views as audit
from sjj.database import db, prepare_sqlite
from sjj.draws import (
    ceremony_views,
    declaration_views,
    freeze_views,
    messages_views,
    record_views,
    sent_out,
    void_views,
)
from sjj.draws import views as draws
from sjj.draws.messages import unread_count
from sjj.errors import register_error_pages
from sjj.followups import part_review_views, recheck_views
from sjj.followups import views as followups
from sjj.followups.found_at import problems_at
from sjj.followups.found_in_year import found_in_year
from sjj.headers import set_security_headers
from sjj.home import clause_views, dossier_views, indicator_views, leading_views
from sjj.home import views as home
from sjj.inspections import (
    before_views,
    certificate_views,
    change_views,
    desk_views,
    direct_views,
    field_api_views,
    field_views,
    found_before,
    office,
    officer_page_views,
    offsite_batch_views,
    offsite_views,
    outbox_import_views,
    outbox_views,
    paper_settings_views,
    paper_views,
    phrase_views,
    place_views,
    platform_views,
    scan_views,
    whereabouts_steps_views,
)
from sjj.inspections.approval_queries import waiting_count
from sjj.inspections.live_draws import held_by_draws
from sjj.inspections.officer_visits import visits_of_officers
from sjj.inspections.plan_visits import plan_visits
from sjj.inspections.sent_out import visits_sent_out
from sjj.inspections.visits_made import visits_made
from sjj.jobs import kinds, photo_copies
from sjj.jobs import views as jobs
from sjj.navigation import count, register_navigation
from sjj.plans import (
    from_line_views,
    plan_forecast_done,
    plan_generate_views,
    plan_import_views,
    plan_line_step_views,
    plan_line_views,
    plan_merge_views,
    plan_paper_views,
    plan_settings_views,
    plan_version_step_views,
    plan_version_views,
    step_views,
    team_views,
    visits,
)
from sjj.plans.ahead import campaigns_ahead
from sjj.plans.consent import invited_count
from sjj.presentation import register_presentation
from sjj.publicity import open_pages as public_views
from sjj.publicity import views as notices
from sjj.registers import (
    class_jobs,
    class_person_views,
    draws_ahead,
    entity_claim_views,
    export_views,
    extra_views,
    holds,
    import_jobs,
    import_match_views,
    import_settle_views,
    import_undo_views,
    import_views,
    merge_views,
    officer_work,
    past_findings,
)
from sjj.registers import views as registers
from sjj.static_files import serve_static
from sjj.tls import views as tls
from sjj.web import OrdinaryForms, csrf, guard_requests, public, refuse_unguarded

CAPABILITIES = (
    home.bp,
    dossier_views.bp,
    leading_views.bp,
    indicator_views.bp,
    clause_views.bp,
    accounts.bp,
    accounts_admin.bp,
    leading.bp,
    audit.bp,
    jobs.bp,
    registers.bp,
    import_views.bp,
    import_match_views.bp,
    import_settle_views.bp,
    import_undo_views.bp,
    export_views.bp,
    class_person_views.bp,
    entity_claim_views.bp,
    extra_views.bp,
    merge_views.bp,
    from_line_views.bp,  # the blueprint of campaigns, with the step from a plan line
    step_views.bp,
    plan_line_views.bp,
    plan_import_views.bp,
    plan_line_step_views.bp,
    plan_settings_views.bp,
    plan_generate_views.bp,
    plan_merge_views.bp,
    plan_version_views.bp,
    plan_version_step_views.bp,
    plan_paper_views.bp,
    team_views.bp,
    draws.bp,
    ceremony_views.bp,
    void_views.bp,
    messages_views.bp,
    record_views.bp,
    freeze_views.bp,
    declaration_views.bp,
    office.bp,
    field_api_views.bp,
    whereabouts_steps_views.bp,
    field_views.bp,
    before_views.bp,
    certificate_views.bp,
    scan_views.bp,
    officer_page_views.bp,
    outbox_views.bp,
    outbox_import_views.bp,
    desk_views.bp,
    offsite_views.bp,
    offsite_batch_views.bp,
    direct_views.bp,
    platform_views.bp,
    paper_views.bp,
    paper_settings_views.bp,
    phrase_views.bp,
    place_views.bp,
    change_views.bp,
    followups.bp,
    part_review_views.bp,  # the reviews' blueprint, with those of single agencies' parts
    recheck_views.bp,
    notices.bp,
    public_views.bp,
    tls.bp,
)

LONG_WORK = (
    *photo_copies.KINDS,
    *import_jobs.KINDS,
    *class_jobs.KINDS,
)  # what a runner of sjj.jobs knows how to do

MAX_REQUEST_BYTES = 32 * 1024 * 1024
MAX_FORM_TEXT_BYTES = 4 * 1024 * 1024


def create_app(settings: config.Settings | None = None) -> Flask:
    """Make the app for these settings (the environment's by default)."""
    settings = settings or config.load()
    app = Flask("sjj", template_folder=str(paths.TEMPLATES), static_folder=None)
    app.request_class = OrdinaryForms
    _configure(app, settings)
    db.init_app(app)
    with app.app_context():
        prepare_sqlite(db.engine)
    Migrate(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True)
    csrf.init_app(app)
    register_presentation(app)
    register_navigation(app)
    count("messages.messages", unread_count)
    count("inspections.approvals", waiting_count)
    count("inspections.joint", invited_count)
    register_error_pages(app)
    set_security_headers(app)
    _know_the_settings(app)
    accounts.load_user_of_each_request(app)
    guard_requests(app)
    holds.ask(held_by_draws)
    visits.ask(visits_made)
    plan_forecast_done.ask(plan_visits)
    sent_out.ask(visits_sent_out)
    found_before.ask(problems_at)
    past_findings.ask(found_in_year)
    draws_ahead.ask(campaigns_ahead)
    officer_work.ask(visits_of_officers)
    for kind in LONG_WORK:
        kinds.register(kind)
    for blueprint in CAPABILITIES:
        app.register_blueprint(blueprint)
    app.add_url_rule("/healthz", "healthz", healthz)
    refuse_unguarded(app)
    serve_static(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: config.Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # a sealed secret must not reach an error log
        SESSION_COOKIE_NAME="sjj",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks it, after asking who it is
        WTF_CSRF_SSL_STRICT=False,  # the token is the proof; programs and proxies may leave out Referer
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_I18N_ENABLED=False,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_TEXT_BYTES,
        MAX_FORM_PARTS=5000,
        TESTING=settings.testing,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["sjj"] = settings


def _know_the_settings(app: Flask) -> None:
    @app.before_request
    def know() -> None:
        g.settings = app.extensions["sjj"]


@public
def healthz() -> Response:
    """Whether the app and its database answer."""
    db.session.execute(text("SELECT 1"))
    return Response("ok", mimetype="text/plain")
