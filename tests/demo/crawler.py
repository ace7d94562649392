"""Walking the app as a person would: every link of every page, each kind of page a few times."""

import re
import traceback
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from tests.house.swap import assert_swap_equals_reload
from tests.visitor import HouseRule, Visitor, check_house_rules

OF_A_KIND = 2
MOST_PAGES = 90
_VARIABLE = re.compile(r"/(?:\d+|[0-9a-f]{64}|[0-9a-f-]{36}|[\w-]{43})(?=/|$|\.)")
_SKIPPED = ("/static/", "/sign-out")


@dataclass
class Walk:
    """One person's walk: what was opened, and what was wrong."""

    visitor: Visitor
    opened: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _kinds: Counter[str] = field(default_factory=Counter)
    _swapped: set[str] = field(default_factory=set)

    def from_(self, *starts: str) -> "Walk":
        """Follow links breadth first from these addresses."""
        seen, waiting = set(starts), deque(starts)
        while waiting and len(self.opened) < MOST_PAGES:
            for link in self._open(waiting.popleft()):
                if link not in seen and self._is_wanted(link):
                    seen.add(link)
                    waiting.append(link)
        return self

    def _is_wanted(self, link: str) -> bool:
        kind = _kind(link)
        self._kinds[kind] += 1
        return self._kinds[kind] <= OF_A_KIND and not link.startswith(_SKIPPED)

    def _open(self, address: str) -> Iterator[str]:
        self.opened.append(address)
        try:
            answer = self.visitor.client.get(address, buffered=True)
        except Exception as broken:  # whatever a view fails with; the walk goes on and tells them all
            self.troubles.append(
                f"{address}: {type(broken).__name__}: {str(broken)[:300]} at {_where(broken)}"
            )
            return
        answer.close()
        if answer.status_code in (301, 302, 303, 308):
            yield from _inside([answer.headers["Location"]], address)
            return
        if answer.status_code != 200:
            self.troubles.append(f"{address}: {answer.status_code}")
            return
        kept = answer.headers.get("Content-Disposition", "").startswith("attachment")  # a file, not a page
        if answer.mimetype != "text/html" or kept:
            return
        page = BeautifulSoup(answer.data, "html.parser")
        self._check(page, address)
        yield from _inside([str(link["href"]) for link in page.find_all("a", href=True)], address)
        yield from _inside([str(image["src"]) for image in page.find_all("img", src=True)], address)

    def _check(self, page: BeautifulSoup, address: str) -> None:
        try:
            check_house_rules(page, address)
        except HouseRule as broken:
            self.troubles.append(str(broken))
        for trigger in page.find_all(attrs={"hx-get": True}):
            said = str(trigger.get("hx-target", "")) or "html"
            target = [trigger] if said == "this" else page.select(said)
            if len(target) != 1:
                self.troubles.append(
                    f"{address}: hx-target {trigger.get('hx-target')} is {len(target)} elements"
                )
            if trigger["hx-get"] in self._swapped:
                continue
            self._swapped.add(str(trigger["hx-get"]))
            try:
                assert_swap_equals_reload(self.visitor.client, str(trigger["hx-get"]))
            except (AssertionError, KeyError) as broken:
                self.troubles.append(f"{address}: swap of {trigger['hx-get']}: {str(broken)[:300]}")


def _where(broken: Exception) -> str:
    frames = [frame for frame in traceback.extract_tb(broken.__traceback__) if ".venv" not in frame.filename]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))


def _kind(link: str) -> str:
    parts = urlsplit(link)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return _VARIABLE.sub("/*", parts.path) + "?" + ",".join(names)


def _inside(links: list[str], address: str) -> Iterator[str]:
    for link in links:
        parts = urlsplit(urljoin(f"http://localhost{address}", link))
        if parts.netloc == "localhost" and parts.scheme == "http":
            yield parts.path + (f"?{parts.query}" if parts.query else "")
