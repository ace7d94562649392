"""The office's pages of inspections, gathered: importing this attaches each of them to the one blueprint."""

from sjj.inspections import (
    approval_views,
    before_views,
    dispatch_views,
    feedback_views,
    joint_views,
    review_register_views,
    settle_views,
    views,
    whereabouts_views,
)
from sjj.inspections.blueprints import inspections as bp

__all__ = ["PAGES", "bp"]

PAGES = (
    approval_views,
    before_views,
    dispatch_views,
    feedback_views,
    joint_views,
    review_register_views,
    settle_views,
    views,
    whereabouts_views,
)
