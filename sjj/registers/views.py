"""All pages of the registers: importing this module puts every view on the blueprint."""

from sjj.registers import (
    calendar_views,
    entity_views,
    guide_views,
    item_views,
    law_views,
    officer_photo_views,
    officer_views,
    preset_views,
    recusal_views,
)
from sjj.registers.blueprints import bp

__all__ = [
    "bp",
    "calendar_views",
    "entity_views",
    "guide_views",
    "item_views",
    "law_views",
    "officer_photo_views",
    "officer_views",
    "preset_views",
    "recusal_views",
]
