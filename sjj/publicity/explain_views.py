"""“为什么抽到我”: pages behind an enterprise's own code. Nobody keeps a copy of them, no search engine lists them."""

from typing import Any

from flask import Response, abort, url_for

from sjj.publicity import public_queries as queries
from sjj.publicity.blueprints import public as bp
from sjj.publicity.explain import Standing, explanation, line_file, standing_in, standings_of
from sjj.publicity.views_shell import public_page
from sjj.registers.models import Entity
from sjj.rules.verify import canonical
from sjj.web import public


def _entity(token: str) -> Entity:
    found = queries.entity_by_token(token)
    if found is None:
        abort(404)
    return found


def _standing(entity: Entity, draw_id: int) -> Standing:
    found = standing_in(entity, draw_id)
    if found is None:
        abort(404)
    return found


@bp.get("/e/<token>")
@public
def entity(token: str) -> Response:
    """What anybody may read of the entity behind a code: published results, past draws, never a coming visit."""
    found = _entity(token)
    shown = public_page(
        "public/entity.html",
        agency=found.agency,
        name=found.public_name,
        code=found.code,
        results=queries.results_of_entity(found),
        standings=standings_of(found),
        token=token,
    )
    return for_one(shown)


@bp.get("/e/<token>/draws/<int:draw_id>")
@public
def explained(token: str, draw_id: int) -> Response:
    """Why it was drawn or not, in plain words, with the figures to check it by."""
    found = _entity(token)
    standing = _standing(found, draw_id)
    shown = public_page(
        "public/explained.html",
        agency=found.agency,
        name=found.public_name,
        back=url_for("public.entity", token=token),
        own_line=url_for("public.line", token=token, draw_id=standing.draw.id),
        standing=standing,
        draw=standing.draw,
        mine=explanation(standing),
    )
    return for_one(shown)


@bp.get("/e/<token>/draws/<int:draw_id>/line.json")
@public
def line(token: str, draw_id: int) -> Response:
    """Its own line as a file."""
    standing = _standing(_entity(token), draw_id)
    response = Response(canonical(line_file(standing)), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{draw_id}-line.json"'
    return for_one(response)


def for_one(response: Response) -> Any:
    """The address is a secret between the office and one enterprise: kept by no proxy, found by no search."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
