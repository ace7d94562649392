"""Finding laws in a text that cites them by name (“森林法第三十七条、种子法第三十一条”).

A name counts only where it stands alone: 森林法 is not found in 森林法实施条例, nor 环境保护法 in 海洋环境保护法.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sjj.registers.models import LawBasis

STATE = "中华人民共和国"
_BEFORE = rf"(?:^|(?<={STATE})|(?<=[《〈（(、，；。：:;,\s和及与]))"
_AFTER = r"(?=[》〉）)、，；。：:;,\s第和及与]|$)"
_ARTICLES = re.compile(
    r"[》〉]?\s*((?:第[〇零一二三四五六七八九十百千\d]+[条款项](?:之[一二三四五六七八九十])?[、，和及]?)+)"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A law that a text names, and the articles that follow the name."""

    law: LawBasis
    articles: str


def laws_cited(text: str, laws: Sequence[LawBasis]) -> list[Cited]:
    """The laws that a text names, each once, in the order of the text."""
    found: dict[int, tuple[int, Cited]] = {}
    rest = text
    for name, law in _names(laws):
        match = re.search(f"{_BEFORE}{re.escape(name)}{_AFTER}", rest)
        if match is None:
            continue
        articles = _ARTICLES.match(rest, match.end())
        cited = Cited(law, articles.group(1).rstrip("、，和及") if articles else "")
        rest = rest[: match.start()] + " " * len(name) + rest[match.end() :]
        if law.id not in found:
            found[law.id] = (match.start(), cited)
    return [cited for _, cited in sorted(found.values(), key=lambda each: each[0])]


def _names(laws: Sequence[LawBasis]) -> list[tuple[str, LawBasis]]:
    """Every name of every law, the longest first."""
    named = [
        (name, law)
        for law in laws
        for name in dict.fromkeys((law.title, law.title.removeprefix(STATE), law.key))
        if name
    ]
    return sorted(named, key=lambda pair: len(pair[0]), reverse=True)
