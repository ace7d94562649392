"""The public result page against a bare Flask page that renders the same template from memory.

Both run in this process in short turns, through the same WSGI entry, so that whatever else the machine does
meets both alike.
"""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, render_template, template_rendered
from flask_migrate import upgrade
from werkzeug.test import create_environ, run_wsgi_app

from sjj.app import create_app
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.publicity.models import Notice
from sjj.rules.lifecycle import ResultState
from tests.conftest import settings_for
from tests.makers.accounts import make_agency
from tests.makers.inspections import make_inspection

RESULTS = 2000
TURNS = 10
SECONDS = 0.4
TARGET = 0.40
PATH, PAGE = "/public/results", "public.results"
OF_THE_REQUEST = ("g", "request", "session", "config")


def run() -> list[tuple[str, str, str, bool]]:
    """Requests per second of the page, as a share of the bare page's."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            upgrade()
            _fill()
        bare = _bare(app)
        ours = bared = 0.0
        for _ in range(TURNS):
            ours += _per_second(app) / TURNS
            bared += _per_second(bare) / TURNS
        with app.app_context():
            db.engine.dispose()
    share = ours / bared
    figure = f"{share:.0%}（{ours:.0f} 次/秒，裸页 {bared:.0f} 次/秒，{RESULTS} 条结果）"
    return [("公众结果页的每秒请求数 ÷ 裸 Flask 同模板页", figure, f"≥ {TARGET:.0%}", share >= TARGET)]


def _fill() -> None:
    """A few years of a county's published results."""
    pattern = make_inspection(make_agency())
    day = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
    for number in range(RESULTS):
        inspection = Inspection(
            uid=uuid4(),
            agency_id=pattern.agency_id,
            campaign_id=pattern.campaign_id,
            entity_id=pattern.entity_id,
            form_sha256=pattern.form_sha256,
            state=ResultState.PUBLISHED,
        )
        db.session.add(inspection)
        db.session.flush()
        db.session.add(_notice(inspection, number, day - timedelta(hours=9 * number)))
    db.session.commit()


def _notice(inspection: Inspection, number: int, at: datetime) -> Notice:
    result = "发现问题已责令改正" if number % 9 == 0 else "未发现问题"
    name, code = f"试点县第{number}木材加工厂", f"91130227MA{number:08d}"
    items = [{"name": "木材经营加工监督检查", "result": result}]
    return Notice(
        agency_id=inspection.agency_id,
        inspection_id=inspection.id,
        live_inspection_id=inspection.id,
        entity_name=name,
        entity_code=code,
        result=result,
        inspected_on=at.date(),
        content={"agency": "试点县林业局", "items": items, "result": result},
        first_published_on=at.date(),
        due_on=at.date() + timedelta(days=28),
        published_at=at,
    )


def _bare(app: Flask) -> Flask:
    """A Flask with one view: the same template, the values that our page gave it, nothing else around."""
    kept: dict[str, Any] = {}

    def keep(_sender: Flask, template: Any, context: dict[str, Any], **_: Any) -> None:
        kept.update(context, template=template.name)

    with template_rendered.connected_to(keep, app):
        _answer(app)
    values = {name: value for name, value in kept.items() if name not in OF_THE_REQUEST}
    template = values.pop("template")
    bare = Flask("bare", template_folder=app.template_folder, static_folder=None)
    bare.secret_key = "only for the bench"
    bare.jinja_env.trim_blocks = bare.jinja_env.lstrip_blocks = True
    bare.jinja_env.filters.update(app.jinja_env.filters)
    own = {name: value for name, value in app.jinja_env.globals.items() if name not in bare.jinja_env.globals}
    bare.jinja_env.globals.update(own)
    bare.url_map = app.url_map  # the template names our addresses
    bare.view_functions[PAGE] = lambda: render_template(template, **values)
    assert _answer(bare).count("<tr>") == _answer(app).count("<tr>") == 21
    return bare


def _per_second(app: Flask) -> float:
    started, served = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        _answer(app)
        served += 1
    return served / (time.perf_counter() - started)


def _answer(app: Flask) -> str:
    body, status, _ = run_wsgi_app(app, create_environ(PATH), buffered=True)
    assert status.startswith("200"), status
    return b"".join(body).decode()
