"""The office's pages of inspections, gathered: importing this attaches each of them to the one blueprint."""

from sjj.inspections import dispatch_views, views
from sjj.inspections.blueprints import inspections as bp

__all__ = ["PAGES", "bp"]

PAGES = (dispatch_views, views)
