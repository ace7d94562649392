"""Public pages without sign-in: the front page, items, schemes."""

from flask import Response, abort, request

from sjj.publicity import public_queries as queries
from sjj.publicity.blueprints import public as bp
from sjj.publicity.chains import chain_of
from sjj.publicity.views_shell import asked_agency, public_page
from sjj.registers.item_history import public_history
from sjj.rules.lifecycle import DrawState
from sjj.web import now, public, today

LATEST = 5


@bp.get("/")
@public
def front() -> Response:
    """The agencies, the year's figures, the latest of everything."""
    year = today(now()).year
    every = queries.agencies()
    chosen = asked_agency()
    chains = [chain_of(agency.id) for agency in every if chosen in (None, agency.id)]
    return public_page(
        "public/front.html",
        every=every,
        year=year,
        figures=queries.figures(chosen, year),
        drawn=sum(chain.count(DrawState.DRAWN) for chain in chains),
        voided=sum(chain.count(DrawState.VOIDED) for chain in chains),
        latest=queries.results(queries.Wanted(agency_id=chosen), 1).items[:LATEST],
        schemes=queries.schemes(chosen, 1).items[:LATEST],
    )


@bp.get("/items")
@public
def items() -> Response:
    """随机抽查事项清单 with basis and guide, what is no more on it, and the history of its changes."""
    chosen = asked_agency()
    published, no_more = queries.items(chosen), queries.items_no_more(chosen)
    return public_page(
        "public/items.html",
        items=published,
        no_more=no_more,
        history=public_history([*published, *no_more]),
        day=today(now()),
    )


@bp.get("/schemes")
@public
def schemes() -> Response:
    """Published schemes."""
    rows = queries.schemes(asked_agency(), request.args.get("page", 1, type=int))
    return public_page("public/schemes.html", "public/_schemes.html", rows=rows)


@bp.get("/schemes/<int:campaign_id>")
@public
def scheme(campaign_id: int) -> Response:
    """One scheme as it was approved and published."""
    campaign = queries.scheme(campaign_id)
    if campaign is None:
        abort(404)
    return public_page(
        "public/scheme.html",
        agency=campaign.agency,
        campaign=campaign,
        scheme=campaign.scheme,
        draws=queries.draws_of(campaign.id),
    )
