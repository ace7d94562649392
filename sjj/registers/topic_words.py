"""Names in one text, as people write them: of agencies between 、，；and line ends, of items between ；and line ends.

The name of an item may hold a 、 itself (储油库、加油站油气回收监督检查).
"""

import re

_AGENCIES = re.compile(r"[、,，;；\n\r]+")
_ITEMS = re.compile(r"[;；\n\r]+")
_NUMBERED = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])\s*")


def agencies_in(text: str | None) -> list[str]:
    """The agencies named, each once."""
    return _parts(_AGENCIES, text)


def items_in(text: str | None) -> list[str]:
    """The items named, each once, without the numbers before them."""
    return _parts(_ITEMS, text)


def _parts(between: re.Pattern[str], text: str | None) -> list[str]:
    found = (_NUMBERED.sub("", part).strip(" 。") for part in between.split(text or ""))
    return list(dict.fromkeys(name for name in found if name))
