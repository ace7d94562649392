"""Pinyin initials of a name, so that a clerk can type “qxsq” for 迁西三泉. For search only, never shown."""

from functools import lru_cache

from pypinyin import Style, pinyin

MOST = 200
# Common characters whose initial depends on the word they stand in (银行 yh, 行业 hy); all others are
# looked up one by one, which is twenty times faster on a long import.
_TWO_READINGS = frozenset("行长重乐曾单解查朝盛调藏传弹会秘")


def initials(text: str, most: int = MOST) -> str:
    """Lower-case initials; letters and digits stay themselves, everything else is left out."""
    return (_of_words(text) if not _TWO_READINGS.isdisjoint(text) else "".join(map(_of_character, text)))[
        :most
    ]


def _of_words(text: str) -> str:
    parts = "".join(part[0] for part in pinyin(text, style=Style.FIRST_LETTER, strict=False)).lower()
    return "".join(c for c in parts if c.isascii() and c.isalnum())


@lru_cache(maxsize=8192)
def _of_character(character: str) -> str:
    return _of_words(character)
