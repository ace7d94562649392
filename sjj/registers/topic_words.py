"""Names of agencies and items in one text, as people write them: split at 、，；and line ends."""

import re

_BETWEEN = re.compile(r"[、,，;；\n\r]+")
_NUMBERED = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])\s*")


def names_in(text: str | None) -> list[str]:
    """The names, each once, without the numbers before them."""
    found = (_NUMBERED.sub("", part).strip(" 。") for part in _BETWEEN.split(text or ""))
    return list(dict.fromkeys(name for name in found if name))
