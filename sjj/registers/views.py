"""All pages of the registers: importing this module puts every view on the blueprint."""

from sjj.registers import (
    assistant_views,
    calendar_views,
    entity_views,
    guide_views,
    item_list_views,
    item_views,
    law_views,
    leave_views,
    officer_photo_views,
    officer_views,
    officer_work_views,
    preset_views,
    recusal_views,
)
from sjj.registers.blueprints import bp

__all__ = [
    "assistant_views",
    "bp",
    "calendar_views",
    "entity_views",
    "guide_views",
    "item_list_views",
    "item_views",
    "law_views",
    "leave_views",
    "officer_photo_views",
    "officer_views",
    "officer_work_views",
    "preset_views",
    "recusal_views",
]
