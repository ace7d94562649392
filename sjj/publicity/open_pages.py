"""The public pages, gathered: importing this attaches each of them to the one blueprint."""

from sjj.publicity import (
    draw_views,
    explain_views,
    plan_views,
    public_views,
    result_views,
    verify_views,
    visit_page_views,
    visit_record_views,
)
from sjj.publicity.blueprints import public as bp

__all__ = ["PAGES", "bp"]

PAGES = (
    draw_views,
    explain_views,
    plan_views,
    public_views,
    result_views,
    verify_views,
    visit_page_views,
    visit_record_views,
)
