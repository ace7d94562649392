"""Check a draw receipt, and hold the one truth about tickets, order and team choice.

This file works alone: copy it anywhere and run ``python verify.py receipt.json [--commitment SHA256]``
(Python 3.9 or later, standard library only). ``draw.py`` and ``pairing.py`` take everything from here, so
that what draws and what checks can never differ. That is why it is one long file.

It refuses to guess: a receipt with an unknown key, a missing key, a float, a duplicate key or a text that is
not in NFC is a failed receipt. It never reads a clock, never draws a random number, never writes a file.
Method and format: ``consistent-sampling-2`` and ``sjj-draw/2`` (public package consistent_sampler 1.0.10).
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

FORMAT = "sjj-draw/2"
LINE_FORMAT = "sjj-line/1"  # what one enterprise gets of a draw: its own line, ticket and cut-off
METHOD = "consistent-sampling-2"
COMMITMENT_KEYS = (
    "agency",
    "campaign",
    "draw_no",
    "serial",
    "frozen_at",
    "pool_sha256",
    "rule_sha256",
    "public_rule_sha256",
    "secret_sha256",
    "previous",
)
PUBLIC_RULE_KEYS = ("method", "strata", "team", "sources")
SOURCE_KINDS = ("dice", "balls", "lottery", "other")
REPLACE_REASONS = ("注销", "吊销", "迁出", "停业", "查无下落")
SUBSTITUTE_REASONS = ("病假", "公差", "调离", "回避")
MIN_DIGITS = 8  # all outside values together
BIGGEST = 2**53 - 1  # the largest whole number every JSON reader keeps exactly
DEEPEST = 64  # levels of lists and objects in a file; a receipt has five
ENOUGH = 1000  # a hostile file may hold millions of faults; after so many nobody looks further
MAX_BYTES = 64 * 1024 * 1024  # a receipt of half a million objects is smaller

OK, FAIL, UNPROVEN = "ok", "FAIL", "--"


class Check(NamedTuple):
    """One line of the answer: what was checked, ``ok`` / ``FAIL`` / ``--``, and why, in Chinese."""

    name: str
    status: str
    reason: str


class Refused(ValueError):
    """A value or a file that the format does not allow. The message is Chinese and may be shown."""


class ImpossibleChange(ValueError):
    """A change that the receipt as it stands does not allow. The message is Chinese and may be shown."""


class NobodyLeft(ImpossibleChange):
    """Nobody is left for a place in a team, or no reserve for an object: it takes a new draw."""


# --- Text -----------------------------------------------------------------------------------------

_known_good: set[str] = set()


def text_fault(text: str) -> str | None:
    """Why a text is refused, or None: lone surrogates, unassigned characters, not NFC (§1)."""
    if text.isascii():
        return None
    fresh = set(text) - _known_good
    categories = {unicodedata.category(char) for char in fresh}
    if "Cs" in categories:
        return "含有孤立的代理字符"
    if "Cn" in categories:
        return "含有未分配的字符"
    _known_good.update(fresh)
    return None if unicodedata.is_normalized("NFC", text) else "不是规范化（NFC）的文字"


def name_fault(text: str) -> str | None:
    """Why a code, a name, a tag or a draw number is refused, or None (§1)."""
    if not text:
        return "不能为空"
    if "|" in text:
        return "不能含有竖线“|”"
    if not text.isprintable() and any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in text):
        return "不能含有控制字符或换行"
    return text_fault(text)


def moment(text: str) -> tuple[int, str]:
    """An RFC 3339 time as (whole UTC seconds, digits of the fraction): compares exactly. Raises Refused."""
    match = _MOMENT.match(text)
    if not match:
        raise Refused("不是带秒和时区的时间（如 2026-03-02T09:10:00+08:00）")
    date, clock, fraction, zone = match.groups()
    try:
        at = datetime.strptime(date + clock, "%Y-%m-%d%H:%M:%S")  # noqa: DTZ007 - the offset is taken off below
    except ValueError:
        raise Refused("不是存在的日期或时刻") from None
    offset = 0
    if zone not in ("Z", "z"):
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            raise Refused("时区不对")
        offset = (hours * 60 + minutes) * (-60 if zone[0] == "-" else 60)
    seconds = at.toordinal() * 86400 + at.hour * 3600 + at.minute * 60 + at.second - offset
    return seconds, (fraction or "").rstrip("0")


_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})\Z", re.ASCII
)


def moment_fault(text: str) -> str | None:
    """Why a time is refused, or None."""
    try:
        moment(text)
    except Refused as refused:
        return str(refused)
    return None


def shown(value: object, most: int = 60) -> str:
    """A value as one short printable line, whatever a hostile file holds."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, int) and abs(value) <= BIGGEST:
        text = str(value)
    else:
        text = {dict: "（对象）", list: "（列表）", type(None): "（空）"}.get(type(value), "（其他值）")
    cut = text[:most] + ("…" if len(text) > most else "")
    if cut.isprintable():
        return cut
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in cut)


# --- JSON -----------------------------------------------------------------------------------------


def _whole_number(text: str) -> int:
    if text == "-0":
        raise Refused("数字不能写成-0")
    if len(text) > 17 or abs(int(text)) > BIGGEST:
        raise Refused(f"整数{shown(text, 24)}超出范围")
    return int(text)


def _no_float(text: str) -> object:
    raise Refused(f"不能有小数或特殊数值{shown(text, 24)}")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Refused(f"同一处有重复的键“{shown(key)}”")
            seen.add(key)
    return found


_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def too_deep(data: bytes) -> bool:
    """Whether lists and objects lie more than ``DEEPEST`` deep, told from the brackets outside of texts.

    A backslash takes the byte after it along wherever it stands, and a text that does not end runs to the
    end of the file: so the answer is the same in every language also for what is no JSON at all.
    """
    outside = b"".join(_ESCAPED.sub(b"", data).split(b'"')[::2])
    depth = 0
    for bracket in outside.translate(None, _BUT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False


def parse(data: bytes) -> Any:
    """The value of strict JSON bytes (§3). Raises Refused with a Chinese sentence, never anything else."""
    if len(data) > MAX_BYTES:
        raise Refused(f"文件超过{MAX_BYTES // 1024 // 1024}兆字节，不予核验")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Refused("文件开头有BOM标记")
    try:
        text = data.decode("utf-8")
        if too_deep(data):
            raise Refused(f"层次太深，超过{DEEPEST}层")
        return json.loads(
            text,
            object_pairs_hook=_no_twins,
            parse_int=_whole_number,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except Refused:
        raise
    except UnicodeDecodeError:
        raise Refused("文件不是UTF-8编码") from None
    except json.JSONDecodeError:
        raise Refused("不是合格的JSON") from None
    except MemoryError:
        raise Refused("文件太大") from None


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value, UTF-8 (§3). Raises Refused for anything the format does not allow.

    Python compares texts by code point, which is the order of their UTF-8 bytes, so ``sort_keys`` is right.
    """
    waiting = [value]
    try:
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict):
                waiting.extend(part.values())
                texts: Iterable[Any] = part
            elif isinstance(part, list):
                waiting.extend(part)
                continue
            elif isinstance(part, bool):
                continue
            elif isinstance(part, int):
                if abs(part) > BIGGEST:
                    raise Refused("整数超出范围")
                continue
            else:
                texts = (part,)
            for text in texts:
                if not isinstance(text, str):
                    raise Refused(f"不能有这种值：{shown(text)}")
                fault = text_fault(text)
                if fault:
                    raise Refused(f"“{shown(text)}”{fault}")
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    except (RecursionError, ValueError) as error:
        raise error if isinstance(error, Refused) else Refused("层次太深或自相包含") from None


def sha256_of(value: Any) -> str:
    """SHA-256 (64 lower-case hex digits) of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value)).hexdigest()


def is_sha256(text: str) -> bool:
    """Whether a text is 64 lower-case hex digits."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def text_sha256(text: str) -> str:
    """SHA-256 (64 lower-case hex digits) of the UTF-8 bytes of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# --- Pool, commitment, seed -----------------------------------------------------------------------


class Row(NamedTuple):
    """One object of the pool: its code, its stratum, its salt (32 lower-case hex digits)."""

    code: str
    stratum: str
    salt: str


def line_sha256(row: Row) -> str:
    """SHA-256 of ``code TAB stratum TAB salt`` without a line break (§3)."""
    return text_sha256(f"{row.code}\t{row.stratum}\t{row.salt}")


def pool_sha256(line_hashes: Iterable[str]) -> str:
    """SHA-256 over the line hashes in order, each followed by a line feed (§3)."""
    return hashlib.sha256("".join(line + "\n" for line in line_hashes).encode("ascii")).hexdigest()


def public_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a rule that the public sees: ``method``, ``strata``, ``team`` and ``sources``."""
    return {key: rule[key] for key in PUBLIC_RULE_KEYS}


def commitment_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The commitment inside a receipt (or inside any mapping with the ten keys)."""
    return {key: document[key] for key in COMMITMENT_KEYS}


def seed_of(draw_no: str, pool: str, rule: str, secret: str, values: Sequence[str]) -> str:
    """``draw_no|pool_sha256|rule_sha256|secret|value1|value2|…`` (§2)."""
    return "|".join([draw_no, pool, rule, secret, *values])


# --- Tickets --------------------------------------------------------------------------------------


def object_id(code: str, salt: str) -> str:
    """The id of an object: ``code|salt``."""
    return f"{code}|{salt}"


def officer_id(code: str, salt: str, name: str) -> str:
    """The id of an officer or a group for one object: ``code|salt|name``."""
    return f"{code}|{salt}|{name}"


def ticket(seed: str, identity: str) -> str:
    """The ticket of an id under a seed, as §1 writes it; tickets compare as texts, smaller first."""
    return Tickets(seed)(identity)


# The first three digits of a ticket are the last three of the number, turned round.
_TURNED = [int(f"{number:03d}"[::-1]) for number in range(1000)]


class Tickets:
    """Tickets under one seed; the hash of the seed is computed once."""

    def __init__(self, seed: str) -> None:
        self._seed_hash = hashlib.sha256(seed.encode("utf-8")).hexdigest()

    def __call__(self, identity: str) -> str:
        """The ticket of one id: ``0.`` and 64 to 78 digits."""
        return "0." + str(self._numbers([identity])[0]).zfill(64)[::-1]

    def _numbers(self, identities: Iterable[str]) -> list[int]:
        start, sha256, number = self._seed_hash, hashlib.sha256, int.from_bytes
        return [number(sha256((start + one).encode("utf-8")).digest(), "big") for one in identities]

    def in_order(self, identities: Sequence[str]) -> Iterator[tuple[str, int]]:
        """(ticket, index into ``identities``), smallest ticket first, worked out as far as it is asked.

        Every ticket has at least 64 digits, so its first three decide between two that differ there; only
        those that share them are written out and compared in full. The order is exactly that of the texts.
        """
        return self._sorted(self._numbers(identities))

    def rows_in_order(self, rows: Sequence[Row]) -> Iterator[tuple[str, int]]:
        """``in_order`` of the objects of a pool, without writing their 100,000 ids twice."""
        start, sha256, number = self._seed_hash, hashlib.sha256, int.from_bytes
        return self._sorted(
            [
                number(
                    sha256(f"{start}{code}|{salt}".encode()).digest(), "big"
                )  # object_id, written in place
                for code, _, salt in rows
            ]
        )

    def beginnings(self, start: str, ends: Iterable[str]) -> list[int]:
        """The first three digits of the tickets of the ids ``start + end``, as numbers.

        What all ids begin with is hashed once; a copy of that state goes on for each of them.
        """
        begun = hashlib.sha256((self._seed_hash + start).encode("utf-8")).copy
        number, turned, found = int.from_bytes, _TURNED, []
        for end in ends:
            sha256 = begun()
            sha256.update(end.encode())
            found.append(turned[number(sha256.digest(), "big") % 1000])
        return found

    @staticmethod
    def _sorted(numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
        shelves: list[list[int]] = [[] for _ in range(1000)]
        for index, number in enumerate(numbers):
            shelves[number % 1000].append(index)
        for ending in _TURNED:
            yield from sorted(
                ("0." + str(numbers[index]).zfill(64)[::-1], index) for index in shelves[ending]
            )


# --- Officers -------------------------------------------------------------------------------------


class Lots:
    """The tickets of the candidates for one object, worked out once for all places of its team."""

    def __init__(self, tickets: Tickets, code: str, salt: str) -> None:
        self.code = code
        self._tickets = tickets
        self._start = officer_id(code, salt, "")
        self._begin: dict[str, int] = {}

    def smallest(self, names: Set[str]) -> str:
        """Whose ticket is the smallest. Only those that share the first three digits are written out."""
        new = names - self._begin.keys()
        self._begin.update(zip(new, self._tickets.beginnings(self._start, new)))  # noqa: B905 - runs on 3.9
        lowest = min(map(self._begin.__getitem__, names))
        level = [name for name in names if self._begin[name] == lowest]
        if len(level) == 1:
            return level[0]
        return min(level, key=lambda name: self._tickets(self._start + name))


class Candidate(NamedTuple):
    """An officer, or a group of at least two officers: who is in it and which tags it bears."""

    name: str
    members: frozenset[str]
    tags: frozenset[str]


class Unfillable(NamedTuple):
    """A place that too few can fill for an object: ``have`` remain, ``place`` are needed, with all bars."""

    code: str
    place: int
    needed: tuple[str, ...]
    have: int
    bars: tuple[tuple[str, str], ...]


class Staff:
    """The candidates of a rule with their counters. ``loads`` grows as teams are chosen."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        """``rule`` is a full rule of the right shape; its lists need not be sorted."""
        self.size: int = rule["team"]["size"]
        self.unit: str = rule["team"]["unit"]
        self.needs: Mapping[str, Any] = rule["needs"]
        self.barred: Mapping[str, Mapping[str, str]] = rule["barred"]
        self.candidates: dict[str, Candidate] = {}
        self.loads: dict[str, int] = {}
        self._seats: dict[str, list[str]] = {}  # officer → the candidates he or she is in
        self._at_load: dict[int, set[str]] = {}  # load → who has it now
        self._bearing: dict[frozenset[str], frozenset[str]] = {}
        officers = rule["officers"]
        if self.unit == "officer":
            for officer in officers:
                self._add(officer["code"], [officer])
            return
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for officer in officers:
            for group in set(officer["groups"]):
                groups.setdefault(group, []).append(officer)
        for group, members in groups.items():
            if len(members) >= 2:
                self._add(group, members)

    def _add(self, name: str, members: Sequence[Mapping[str, Any]]) -> None:
        codes = frozenset(member["code"] for member in members)
        tags = frozenset(tag for member in members for tag in member["tags"])
        self.candidates[name] = Candidate(name, codes, tags)
        if name in self.loads:  # a forged rule may list one officer twice: the last counts
            self._at_load[self.loads[name]].discard(name)
        self.loads[name] = max(member["load"] for member in members)
        self._at_load.setdefault(self.loads[name], set()).add(name)
        for code in codes:
            self._seats.setdefault(code, []).append(name)

    def needed(self, code: str, place: int) -> frozenset[str]:
        """The tags of which the candidate at a place (from 1) must bear one; empty means any."""
        places = self.needs.get(code, ())
        return frozenset(places[place - 1]) if place <= len(places) else frozenset()

    def barred_from(self, code: str) -> frozenset[str]:
        """The names of the candidates barred from an object; one barred member bars a group."""
        officers = self.barred.get(code)
        if not officers:
            return frozenset()
        return frozenset(name for officer in officers for name in self._seats.get(officer, ()))

    def bears(self, needed: frozenset[str]) -> frozenset[str]:
        """The names of the candidates that bear one of the needed tags."""
        if needed not in self._bearing:
            self._bearing[needed] = frozenset(
                name for name, one in self.candidates.items() if not needed or not needed.isdisjoint(one.tags)
            )
        return self._bearing[needed]

    def choose(self, lots: Lots, place: int, away: Iterable[str]) -> str:
        """The candidate for one place of the team of an object; its counter grows by one (§5).

        ``away`` are the names that may not come: those in the team and, in a substitution, those who left it;
        nobody who shares a member with them comes either. Raises NobodyLeft.
        """
        ready = self._ready(self.needed(lots.code, place), self.barred_from(lots.code) | self._sharing(away))
        if not ready:
            raise NobodyLeft(f"“{shown(lots.code)}”第{place}个位置已无人可派，须重新组织抽取")
        chosen = lots.smallest(ready)
        load = self.loads[chosen]
        self.loads[chosen] = load + 1
        self._at_load[load].remove(chosen)
        if not self._at_load[load]:
            del self._at_load[load]
        self._at_load.setdefault(load + 1, set()).add(chosen)
        return chosen

    def _ready(self, needed: frozenset[str], out: Set[str]) -> set[str]:
        """Of those who may come, all with at most one more than the smallest load among them (§5)."""
        ready: set[str] = set()
        most = None
        for load in sorted(self._at_load):
            if most is not None and load > most:
                break
            free = self._at_load[load] - out
            if needed:
                free &= self.bears(needed)
            if free and most is None:
                most = load + 1
            ready |= free
        return ready

    def _sharing(self, names: Iterable[str]) -> set[str]:
        """The candidates that share a member with any of these, themselves included."""
        members = (member for name in names for member in self.candidates[name].members)
        return {name for member in members for name in self._seats[member]}

    def unfillable(self, codes: Iterable[str]) -> Iterator[Unfillable]:
        """Every (object, place k) with fewer than k unbarred candidates bearing a needed tag (§5)."""
        return self.scarce(codes, spare=0)

    def scarce(self, codes: Iterable[str], spare: int) -> Iterator[Unfillable]:
        """Every (object, place k) for which fewer than k + ``spare`` candidates remain."""
        known: dict[object, tuple[tuple[str, str], ...]] = {}  # all alike share one list of bars
        places = min(self.size, len(self.candidates) + 1)  # a larger team fails at that place at the latest
        for code in codes:
            barred = self.barred_from(code)
            for place in range(1, places + 1):
                needed = self.needed(code, place)
                bearing = self.bears(needed)
                have = len(bearing - barred) if barred else len(bearing)
                if have < place + spare:
                    alike = (needed, frozenset(self.barred.get(code, {}).items()))
                    if alike not in known:
                        known[alike] = self._bars(code, needed)
                    yield Unfillable(code, place, tuple(sorted(needed)), have, known[alike])

    def _bars(self, code: str, needed: frozenset[str]) -> tuple[tuple[str, str], ...]:
        officers = self.barred.get(code, {})
        bars = []
        for name, one in sorted(self.candidates.items()):
            own = [member for member in sorted(one.members) if member in officers]
            if own:
                who = "" if self.unit == "officer" else "、".join(own) + " "
                bars.append((name, f"{who}{officers[own[0]]}"))
            elif needed and needed.isdisjoint(one.tags):
                bars.append((name, "无所需专长"))
        return tuple(bars)


def choose_team(staff: Staff, tickets: Tickets, code: str, salt: str) -> list[str]:
    """The team of one object in the order of its places; the first leads (§5). Raises NobodyLeft."""
    lots = Lots(tickets, code, salt)
    team: list[str] = []
    for place in range(1, staff.size + 1):
        team.append(staff.choose(lots, place, team))
    return team


# --- The draw and its changes ---------------------------------------------------------------------


class Taken(NamedTuple):
    """One object with its ticket, as drawn or as reserve."""

    code: str
    stratum: str
    salt: str
    ticket: str


class Replay:
    """The draw as it stands: objects at once, teams when asked, then change after change.

    ``drawn`` is the list in ticket order; ``teams`` maps every object still to be inspected to its team.
    """

    def __init__(self, seed: str, rows: Sequence[Row], strata: Mapping[str, Mapping[str, Any]]) -> None:
        """Draw the objects (§4). ``strata`` is the rule's; a stratum it does not name takes nothing."""
        self.tickets = Tickets(seed)
        self._rows = rows
        self._order = self.tickets.rows_in_order(rows)
        self._reserves: dict[str, deque[Taken]] = {}
        self.staff: Staff | None = None
        self.drawn: list[Taken] = []
        self.teams: dict[str, list[str]] = {}
        self._left: dict[str, list[str]] = {}
        present = Counter([row.stratum for row in rows])
        wanted = {name: min(one["take"], present[name]) for name, one in strata.items()}
        missing = sum(wanted.values())
        while missing > 0:
            taken = self._pull()
            if taken is None:
                break
            if wanted.get(taken.stratum, 0) > 0:
                wanted[taken.stratum] -= 1
                missing -= 1
                self.drawn.append(taken)
            else:
                self._reserves.setdefault(taken.stratum, deque()).append(taken)
        self.active = {one.code: one for one in self.drawn}

    def _pull(self) -> Taken | None:
        found = next(self._order, None)
        return None if found is None else Taken(*self._rows[found[1]], found[0])

    def _next_reserve(self, stratum: str) -> Taken:
        waiting = self._reserves.setdefault(stratum, deque())
        while not waiting:
            taken = self._pull()
            if taken is None:
                raise NobodyLeft(f"“{shown(stratum)}”已无递补对象，须重新组织抽取")
            self._reserves.setdefault(taken.stratum, deque()).append(taken)
        return waiting.popleft()

    def choose_teams(self, rule: Mapping[str, Any]) -> None:
        """Choose the team of every drawn object, by place (§5). Raises NobodyLeft."""
        self.staff = Staff(rule)
        for one in self.drawn:
            self.teams[one.code] = choose_team(self.staff, self.tickets, one.code, one.salt)

    def replace(self, code: str) -> Taken:
        """递补: the first unused reserve of the stratum takes over and, with teams chosen, gets its own."""
        out = self.active.get(code)
        if out is None:
            raise ImpossibleChange(f"“{shown(code)}”不在应检查的对象之中")
        into = self._next_reserve(out.stratum)
        if self.staff is not None:
            team = choose_team(self.staff, self.tickets, into.code, into.salt)
            self.teams.pop(code, None)  # first: a forged pool may name one code twice
            self.teams[into.code] = team
        del self.active[code]
        self.active[into.code] = into
        return into

    def substitute(self, code: str, out: str) -> str:
        """Somebody chosen as in §5 takes the place of ``out`` in the team of an object; returns who."""
        row, team = self.active.get(code), self.teams.get(code)
        if row is None or team is None or self.staff is None:
            raise ImpossibleChange(f"“{shown(code)}”不在应检查的对象之中")
        if out not in team:
            raise ImpossibleChange(f"“{shown(out)}”不在“{shown(code)}”的检查组中")
        left = [*self._left.get(code, ()), out]
        rest = [name for name in team if name != out]
        into = self.staff.choose(Lots(self.tickets, code, row.salt), team.index(out) + 1, rest + left)
        self._left[code] = left
        team[team.index(out)] = into
        return into


def replay_of(full: Mapping[str, Any]) -> Replay:
    """The draw of a full receipt with all its changes made. Raises ImpossibleChange where they cannot be."""
    rows = [Row(row["code"], row["stratum"], row["salt"]) for row in full["pool"]]
    replay = Replay(full["seed"], rows, full["rule"]["strata"])
    replay.choose_teams(full["rule"])
    for change in full["changes"]:
        if change["kind"] == "replace":
            replay.replace(change["code"])
        else:
            replay.substitute(change["code"], change["out"])
    return replay


# --- The rule's own conditions (each returns Chinese sentences, none when all is well) ------------


def strata_faults(rows: Iterable[Row], strata: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Strata whose size is not the true count, that take too many, or are wrongly named (§3, §4)."""
    count: dict[str, int] = {}
    for row in rows:
        count[row.stratum] = count.get(row.stratum, 0) + 1
    faults = [
        f"名单中有{count[name]}户属于“{shown(name)}”，规则中没有这一层"
        for name in sorted(count)
        if name not in strata
    ]
    for name, one in sorted(strata.items()):
        size, take, true = one["size"], one["take"], count.get(name, 0)
        if size != true:
            faults.append(f"“{shown(name)}”规则写明{size}户，名单实有{true}户")
        if take > size:
            faults.append(f"“{shown(name)}”要抽{take}户，多于{size}户")
        if one["closed"] and not NEUTRAL_NAME.match(name):
            faults.append(f"“{shown(name)}”是不公开的层，应使用G1、G2这样的中性名称")
    return faults


NEUTRAL_NAME = re.compile(r"G[1-9][0-9]*\Z", re.ASCII)


def team_faults(team: Mapping[str, Any]) -> list[str]:
    """A team smaller than two officers or one group (§3)."""
    least = 2 if team["unit"] == "officer" else 1
    return [f"每户至少{least}，规则写明{team['size']}"] if team["size"] < least else []


def officer_faults(officers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Officers named twice or not in code order (§3)."""
    codes = [officer["code"] for officer in officers]
    faults = twice(codes, "执法人员")
    return faults if faults or codes == sorted(codes) else ["执法人员未按编号排列"]


def need_faults(codes: Iterable[str], needs: Mapping[str, Sequence[Any]], size: int) -> list[str]:
    """Needs of objects outside the pool, and more places than the team has (§3)."""
    known = frozenset(codes)
    faults = [f"专长要求中的“{shown(code)}”不在名单中" for code in sorted(needs) if code not in known]
    return faults + [
        f"“{shown(code)}”要求{len(places)}个位置，检查组只有{size}个"
        for code, places in sorted(needs.items())
        if len(places) > size
    ]


def source_faults(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Fewer than two independent sources without a lottery, or fewer than eight digits together (§2)."""
    faults = []
    origins = {source["from"] for source in sources}
    if len(origins) < 2 and not any(source["kind"] == "lottery" for source in sources):
        faults.append(f"外部来源只有{len(origins)}个相互独立的，至少要2个，或者一个公开彩票号码")
    digits = sum(source["digits"] for source in sources)
    if digits < MIN_DIGITS:
        faults.append(f"外部数字合计只有{digits}位，至少要{MIN_DIGITS}位")
    return faults


def value_faults(sources: Sequence[Mapping[str, Any]], values: Sequence[str]) -> list[str]:
    """Values that are too many or few, not ASCII digits, or not of the stated length (§2)."""
    faults = []
    if len(values) != len(sources):
        faults.append(f"规则有{len(sources)}个外部来源，给出{len(values)}个数字")
    for number, value in enumerate(values, 1):
        if not _DIGITS.match(value):
            faults.append(f"第{number}个外部数字只能由数字0至9组成")
        elif number <= len(sources) and len(value) != sources[number - 1]["digits"]:
            faults.append(f"第{number}个外部数字应为{sources[number - 1]['digits']}位，给出{len(value)}位")
    return faults


_DIGITS = re.compile(r"[0-9]+\Z")


def twice(names: Sequence[str], what: str) -> list[str]:
    """A sentence for every name that occurs more than once."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    return [f"{what}“{shown(name)}”重复{count}次" for name, count in seen.items() if count > 1]


def unfillable_sentence(one: Unfillable) -> str:
    """One place that too few can fill, with both numbers and everybody's bar."""
    tags = f"（需{'或'.join(map(shown, one.needed))}）" if one.needed else ""
    bars = "；".join(f"{shown(name)}：{shown(bar)}" for name, bar in one.bars[:20])
    return f"“{shown(one.code)}”第{one.place}个位置{tags}至少要{one.place}个可派的，只有{one.have}个" + (
        f"（{bars}）" if bars else ""
    )


# --- The shape of a receipt -----------------------------------------------------------------------

Shape = Callable[[Any, str, "list[str]"], None]


def _texts(fault_of: Callable[[str], str | None]) -> Shape:
    def check(value: Any, where: str, out: list[str]) -> None:
        fault = fault_of(value) if isinstance(value, str) else "应为文字"
        if fault:
            out.append(f"{where}：{fault}")

    return check


def _hex(digits: int, may_be_empty: bool = False) -> Shape:
    pattern = re.compile(f"[0-9a-f]{{{digits}}}\\Z")

    def fault_of(text: str) -> str | None:
        fine = pattern.match(text) or (may_be_empty and text == "")
        return None if fine else f"应为{digits}位小写十六进制"

    return _texts(fault_of)


def _whole(least: int) -> Shape:
    def check(value: Any, where: str, out: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= BIGGEST:
            out.append(f"{where}：应为不小于{least}的整数")

    return check


def _one_of(*allowed: str) -> Shape:
    return _texts(lambda text: None if text in allowed else f"应为{'、'.join(allowed)}之一")


def _flag(value: Any, where: str, out: list[str]) -> None:
    if not isinstance(value, bool):
        out.append(f"{where}：应为真或假")


def _list_of(shape: Shape) -> Shape:
    def check(value: Any, where: str, out: list[str]) -> None:
        if not isinstance(value, list):
            out.append(f"{where}：应为列表")
            return
        for index, item in enumerate(value):
            if len(out) > ENOUGH:
                return
            shape(item, f"{where}[{index}]", out)

    return check


def _map_of(key: Shape, shape: Shape) -> Shape:
    def check(value: Any, where: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            out.append(f"{where}：应为对象")
            return
        for name, item in value.items():
            if len(out) > ENOUGH:
                return
            key(name, f"{where}的键“{shown(name)}”", out)
            shape(item, f"{where}.{shown(name)}", out)

    return check


def _record(fields: Mapping[str, Shape]) -> Shape:
    def check(value: Any, where: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            out.append(f"{where}：应为对象")
            return
        if value.keys() != fields.keys():
            out.extend(f"{where}：缺少“{key}”" for key in fields if key not in value)
            extra = [key for key in value if key not in fields]
            out.extend(f"{where}：多出“{shown(key)}”" for key in extra[:ENOUGH])
        for key, shape in fields.items():
            if key in value:
                shape(value[key], f"{where}.{key}", out)

    return check


_text, _name, _time, _hash = _texts(text_fault), _texts(name_fault), _texts(moment_fault), _hex(64)
_filled = _texts(lambda text: text_fault(text) if text.strip() else "不能为空")

_HEAD: dict[str, Shape] = {
    "format": _one_of(FORMAT),
    "kind": _one_of("full", "public"),
    "draw_no": _name,
    "agency": _text,
    "campaign": _text,
    "frozen_at": _time,
    "drawn_at": _time,
    "serial": _whole(1),
    "pool_sha256": _hash,
    "rule_sha256": _hash,
    "public_rule_sha256": _hash,
    "secret_sha256": _hash,
    "previous": _hex(64, may_be_empty=True),
    "commitment_sha256": _hash,
    "secret": _hash,
    "values": _list_of(_text),
    "seed": _text,
}
_PUBLIC_RULE: dict[str, Shape] = {
    "method": _one_of(METHOD),
    "strata": _map_of(
        _name, _record({"size": _whole(0), "take": _whole(0), "basis": _text, "closed": _flag})
    ),
    "team": _record({"size": _whole(1), "unit": _one_of("officer", "group")}),
    "sources": _list_of(
        _record({"from": _text, "kind": _one_of(*SOURCE_KINDS), "issue": _text, "digits": _whole(1)})
    ),
}
_OFFICER = _record({"code": _name, "groups": _list_of(_name), "tags": _list_of(_name), "load": _whole(0)})
_FULL_RULE: dict[str, Shape] = {
    **_PUBLIC_RULE,
    "salt": _hex(32),
    "officers": _list_of(_OFFICER),
    "needs": _map_of(_name, _list_of(_list_of(_name))),
    "barred": _map_of(_name, _map_of(_name, _text)),
}
_POOL_ROW = _record({"code": _name, "stratum": _name, "salt": _hex(32)})


def _ticket_fault(text: str) -> str | None:
    return None if _TICKET.match(text) else "应为签号"


_TICKET = re.compile(r"0\.[0-9]{64,78}\Z")
_LINE = _record(
    {
        "format": _one_of(LINE_FORMAT),
        **{key: _HEAD[key] for key in (*COMMITMENT_KEYS, "commitment_sha256", "drawn_at", "seed")},
        "code": _name,
        "stratum": _name,
        "salt": _hex(32),
        "line_sha256": _hash,
        "ticket": _texts(_ticket_fault),
        "group_size": _whole(1),
        "take": _whole(0),
        "cut_off_ticket": _texts(lambda text: _ticket_fault(text) if text else None),
        "is_drawn": _flag,
        "is_supplement": _flag,
    }
)


def _change(teams: bool, approver: bool) -> Shape:
    """The shape of one change. Without ``teams`` a substitution has no place in the document."""
    common: dict[str, Shape] = {"kind": _text, "code": _name, "evidence_sha256": _hash, "at": _time}
    if approver:
        common["approver"] = _filled
    replace = {**common, "by": _name, "stratum": _name, "ticket": _text, "reason": _one_of(*REPLACE_REASONS)}
    substitute = {**common, "out": _name, "in": _name, "reason": _one_of(*SUBSTITUTE_REASONS)}
    if teams:
        replace["team"] = _list_of(_name)
    shapes = {"replace": _record(replace)}
    if teams:
        shapes["substitute"] = _record(substitute)

    def check(value: Any, where: str, out: list[str]) -> None:
        kind = value.get("kind") if isinstance(value, dict) else None
        shape = shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            out.append(f"{where}：变更种类“{shown(kind)}”不能出现在这里")
        else:
            shape(value, where, out)

    return check


def _drawn_row(teams: bool) -> Shape:
    fields = {"place": _whole(1), "code": _name, "stratum": _name, "ticket": _text}
    return _record({**fields, "team": _list_of(_name)} if teams else fields)


def shows_teams(document: Mapping[str, Any]) -> bool:
    """Whether any row of a public receipt carries officers: then all must."""
    lists = [document.get("drawn"), document.get("changes")]
    rows = [row for rows in lists if isinstance(rows, list) for row in rows]
    return any(isinstance(row, dict) and ("team" in row or row.get("kind") == "substitute") for row in rows)


def shape_faults(document: Any) -> list[str]:
    """Everything wrong with the keys, types and texts of a receipt: Chinese sentences, none if fine."""
    out: list[str] = []
    if not isinstance(document, dict):
        return ["凭据应为一个JSON对象"]
    for key, shape in (("format", _HEAD["format"]), ("kind", _HEAD["kind"])):
        if key not in document:
            out.append(f"缺少“{key}”")
        else:
            shape(document[key], key, out)
    if out:
        return out
    if document["kind"] == "public" and "rule" not in document:
        closed_row = _record({"code": _name, "line_sha256": _hash})
        _record({**_HEAD, "pool": _list_of(closed_row), "drawn": _list_of(_name)})(document, "凭据", out)
        return out
    full = document["kind"] == "full"
    teams = full or shows_teams(document)
    fields = {
        **_HEAD,
        "pool": _list_of(_POOL_ROW),
        "rule": _record(_FULL_RULE if full else _PUBLIC_RULE),
        "drawn": _list_of(_drawn_row(teams)),
        "changes": _list_of(_change(teams, approver=full)),
    }
    _record(fields)(document, "凭据", out)
    return out


def rule_shape_faults(rule: Any) -> list[str]:
    """Everything wrong with the keys, types and texts of a full rule: Chinese sentences, none if fine."""
    out: list[str] = []
    _record(_FULL_RULE)(rule, "规则", out)
    return out


# --- The checks -----------------------------------------------------------------------------------


def _judge(name: str, faults: Sequence[str], fine: str) -> Check:
    if not faults:
        return Check(name, OK, fine)
    more = f"……等{len(faults)}处" if len(faults) > 5 else ""
    return Check(name, FAIL, "；".join(faults[:5]) + more)


def _differs(what: str, stated: str, computed: str) -> list[str]:
    if stated == computed:
        return []
    alike = 0  # so many characters are the same: two long texts are shown from where they part
    while alike < min(len(stated), len(computed)) and stated[alike] == computed[alike]:
        alike += 1
    start = alike if alike >= 16 else 0
    sides = [("…" if start else "") + shown(text[start:], 16) for text in (stated, computed)]
    return [f"{what}与内容不符：凭据写{sides[0]}，复算得{sides[1]}"]


def _check_times(document: Mapping[str, Any]) -> Check:
    moments = [("冻结", document["frozen_at"]), ("抽取", document["drawn_at"])]
    moments += [(f"第{n}项变更", change["at"]) for n, change in enumerate(document.get("changes", ()), 1)]
    faults = []
    for (before, earlier), (after, later) in zip(moments, moments[1:]):  # noqa: B905, RUF007 - runs on 3.9
        if moment(later) < moment(earlier):
            faults.append(f"{after}时间{shown(later)}早于{before}时间{shown(earlier)}")
    return _judge("时间先后", faults, "冻结、抽取、变更依次发生")


def _check_pool(document: Mapping[str, Any], line_hashes: Iterable[str]) -> Check:
    codes = [row["code"] for row in document["pool"]]
    faults = twice(codes, "对象")
    if codes != sorted(codes):
        faults.append("名单未按编号排列")
    faults += _differs("名单指纹", document["pool_sha256"], pool_sha256(line_hashes))
    return _judge("对象名单", faults, f"{len(codes)}户，名单与指纹相符")


def _check_commitment(document: Mapping[str, Any], commitment: str | None) -> list[Check]:
    faults = _differs("承诺", document["commitment_sha256"], sha256_of(commitment_of(document)))
    if (document["serial"] == 1) != (document["previous"] == ""):
        faults.append("第1号承诺之前应为空，其后各号须写明前一份承诺")
    own = _judge("承诺", faults, f"本机关第{document['serial']}号承诺，与内容相符")
    return [own, _check_published(document, commitment)]


def _check_published(document: Mapping[str, Any], commitment: str | None) -> Check:
    name = "公布的承诺"
    if commitment is None:
        said = "没有给出冻结时公布的承诺指纹，请给出后再核对一次"
        return Check(name, UNPROVEN, said)
    given = commitment.strip().lower()
    if given != document["commitment_sha256"]:
        said = f"公布的是{shown(given, 16)}，凭据是{document['commitment_sha256'][:16]}…"
        return Check(name, FAIL, said)
    return Check(name, OK, "与冻结时公布的承诺指纹一致")


def _check_seed(document: Mapping[str, Any]) -> list[Check]:
    secret = _differs("密数指纹", document["secret_sha256"], text_sha256(document["secret"]))
    parts = [document[key] for key in ("draw_no", "pool_sha256", "rule_sha256", "secret", "values")]
    seed = _differs("种子", document["seed"], seed_of(*parts))
    return [
        _judge("密数", secret, "与冻结时的指纹相符"),
        _judge("种子", seed, "由文号、指纹、密数和外部数字组成"),
    ]


def _check_rule_hashes(document: Mapping[str, Any], full: bool) -> list[Check]:
    rule = document["rule"]
    open_hash = _differs("公开规则指纹", document["public_rule_sha256"], sha256_of(public_rule(rule)))
    checks = [_judge("公开规则", open_hash, "与指纹相符")]
    if full:
        own = _differs("规则指纹", document["rule_sha256"], sha256_of(rule))
        return [_judge("完整规则", own, "与指纹相符"), *checks]
    return [Check("完整规则", UNPROVEN, "公开版不含人员名册，完整规则的指纹无法由本文件证明"), *checks]


def _check_sources(rule: Mapping[str, Any], values: Sequence[str]) -> list[Check]:
    return [
        _judge("外部来源", source_faults(rule["sources"]), "来源独立，位数足够"),
        _judge("外部数字", value_faults(rule["sources"], values), f"共{len(values)}个，位数与规则一致"),
    ]


def _check_strata(rows: Sequence[Row], rule: Mapping[str, Any], full: bool) -> Check:
    faults = strata_faults(rows, rule["strata"])
    if not full and any(one["closed"] for one in rule["strata"].values()):
        faults.append("有不公开的层，公开版不得写明分层")
    return _judge("分层与户数", faults, f"{len(rule['strata'])}层，户数属实")


def _check_staff(rows: Sequence[Row], rule: Mapping[str, Any]) -> list[Check]:
    codes = [row.code for row in rows]
    faults = team_faults(rule["team"]) + officer_faults(rule["officers"])
    faults += need_faults(codes, rule["needs"], rule["team"]["size"])
    short = [unfillable_sentence(one) for one in Staff(rule).unfillable(codes)]
    return [
        _judge("人员与要求", faults, f"{len(rule['officers'])}名执法人员，要求合规"),
        _judge("每户可派人员", short, "每户每个位置都有足够可派的人员"),
    ]


def _check_drawn(document: Mapping[str, Any], replay: Replay) -> Check:
    drawn = document["drawn"]
    faults = []
    if len(drawn) != len(replay.drawn):
        faults.append(f"凭据抽中{len(drawn)}户，复算应为{len(replay.drawn)}户")
    for place, right in enumerate(replay.drawn[: len(drawn)], 1):
        row = drawn[place - 1]
        stated = (row["place"], row["code"], row["stratum"], row["ticket"])
        if stated == (place, right.code, right.stratum, right.ticket):
            continue
        if row["code"] != right.code:
            said = f"第{place}位写“{shown(row['code'])}”，复算应为“{shown(right.code)}”"
        else:
            said = f"第{place}位“{shown(right.code)}”的序号、层或签号与复算不符"
        faults.append(said)
    return _judge("抽中对象", faults, f"{len(drawn)}户，逐户复算一致")


def _check_teams(document: Mapping[str, Any], replay: Replay) -> Check:
    name = "检查人员"
    try:
        replay.choose_teams(document["rule"])
    except NobodyLeft as nobody:
        return Check(name, FAIL, f"复算时{nobody}")
    faults = []
    for row in document["drawn"]:
        right = replay.teams.get(row["code"])
        if right is not None and right != row["team"]:
            stated, computed = "、".join(map(shown, row["team"])), "、".join(map(shown, right))
            faults.append(f"“{shown(row['code'])}”写{stated}，复算应为{computed}")
    return _judge(name, faults, "逐户复算一致")


def _check_listed_teams(document: Mapping[str, Any]) -> list[Check]:
    """A public receipt proves nothing about who was chosen; what it lists must still make sense."""
    checks = [
        Check("人员抽取", UNPROVEN, "公开版不含人员名册，选派过程无法由本文件证明，监督人员持有完整凭据")
    ]
    if not shows_teams(document):
        return checks
    size = document["rule"]["team"]["size"]
    faults = []
    for row in [*document["drawn"], *document["changes"]]:
        if "team" in row and (len(row["team"]) != size or len(set(row["team"])) != size):
            faults.append(f"“{shown(row['code'])}”的检查组应为{size}个且不重复")
    return [_judge("公开的检查人员", faults, f"每户{size}个，不重复"), *checks]


def _change_fault(
    change: Mapping[str, Any], replay: Replay, teams: dict[str, list[str]] | None
) -> str | None:
    """Why one change is wrong, or None; the replay moves on.

    ``teams``: the teams as listed, where none is recomputed (public receipts).
    """
    code = change["code"]
    if change["kind"] == "replace":
        right = replay.replace(code)
        if change["by"] != right.code:
            return f"递补写“{shown(change['by'])}”，复算应为“{shown(right.code)}”"
        if (change["stratum"], change["ticket"]) != (right.stratum, right.ticket):
            return f"“{shown(right.code)}”的层或签号与复算不符"
        if replay.staff is not None and change["team"] != replay.teams[right.code]:
            return f"“{shown(right.code)}”的检查组复算应为{'、'.join(map(shown, replay.teams[right.code]))}"
        if teams is not None:
            teams[right.code] = list(change.get("team", ()))
        return None
    if replay.staff is not None:
        chosen = replay.substitute(code, change["out"])
        return None if change["in"] == chosen else f"换入写“{shown(change['in'])}”，复算应为“{shown(chosen)}”"
    team = (teams or {}).get(code)
    if code not in replay.active or team is None or change["out"] not in team or change["in"] in team:
        return "换出的不在检查组中，或换入的已在检查组中"
    team[team.index(change["out"])] = change["in"]
    return None


def _check_changes(document: Mapping[str, Any], replay: Replay) -> Check:
    teams = None
    if replay.staff is None:
        teams = {row["code"]: list(row.get("team", ())) for row in document["drawn"]}
    for number, change in enumerate(document["changes"], 1):
        try:
            fault = _change_fault(change, replay, teams)
        except ImpossibleChange as impossible:
            fault = str(impossible)
        if fault:
            return Check("变更", FAIL, f"第{number}项：{fault}")
    return Check(
        "变更", OK, f"{len(document['changes'])}项，逐项复算一致" if document["changes"] else "没有变更"
    )


def _verify_closed(document: Mapping[str, Any], commitment: str | None) -> list[Check]:
    codes = [row["code"] for row in document["pool"]]
    drawn = document["drawn"]
    values = document["values"]
    faults = value_faults([{"digits": len(value)} for value in values], values)
    digits = sum(map(len, values))
    if digits < MIN_DIGITS:
        faults.append(f"外部数字合计只有{digits}位，至少要{MIN_DIGITS}位")
    listed = twice(drawn, "对象")
    if drawn != sorted(drawn):
        listed.append("检查过的对象未按编号排列")
    known = frozenset(codes)
    listed += [f"“{shown(code)}”不在名单中" for code in drawn if code not in known]
    held = "有不公开的层，公开版无法证明，监督人员持有完整凭据，可凭其复算"
    return [
        _check_times(document),
        _check_pool(document, (row["line_sha256"] for row in document["pool"])),
        Check("完整规则", UNPROVEN, held),
        *_check_commitment(document, commitment),
        _judge("外部数字", faults, f"共{len(values)}个，合计{digits}位"),
        *_check_seed(document),
        _judge("检查过的对象", listed, f"{len(drawn)}户，都在名单中"),
        Check("对象抽取", UNPROVEN, held + "；各企业可索取自己一行、签号和入选界限自行核对"),
        Check("人员抽取", UNPROVEN, held),
    ]


def _check_line_seed(document: Mapping[str, Any]) -> Check:
    """The seed is that of the commitment: only the outside values in it are not fixed by it."""
    start = f"{document['draw_no']}|{document['pool_sha256']}|{document['rule_sha256']}|"
    rest = document["seed"][len(start) :]
    if not document["seed"].startswith(start) or not _SEED_END.match(rest):
        faults = ["种子不是由本次文号、名单指纹、规则指纹、密数和外部数字组成"]
    else:
        faults = _differs("密数指纹", document["secret_sha256"], text_sha256(rest[:64]))
    return _judge("种子", faults, "由文号、指纹、密数和外部数字组成")


_SEED_END = re.compile(r"[0-9a-f]{64}(\|[0-9]+)+\Z")


def _check_line_ticket(document: Mapping[str, Any]) -> Check:
    right = ticket(document["seed"], object_id(document["code"], document["salt"]))
    faults = [] if document["ticket"] == right else [f"写{document['ticket'][:16]}…，复算得{right[:16]}…"]
    return _judge("签号", faults, "由种子和本户编号、盐值算出，与复算一致")


def _check_line_group(document: Mapping[str, Any]) -> Check:
    size, take = document["group_size"], document["take"]
    faults = [f"要抽{take}户，多于{size}户"] if take > size else []
    if (take == 0) != (document["cut_off_ticket"] == ""):
        faults.append("抽0户的组没有入选界限，其他组必须写明入选界限")
    return _judge("分组", faults, f"本组{size}户，抽{take}户")


def _check_line_drawn(document: Mapping[str, Any]) -> Check:
    """Drawn means: the ticket is not greater than the cut-off. Who came in later lies after the cut-off."""
    name, drawn, later = "是否抽中", document["is_drawn"], document["is_supplement"]
    within = document["ticket"] <= document["cut_off_ticket"]
    if within != drawn:
        where, said = ("不大于" if within else "大于"), ("抽中" if drawn else "没有抽中")
        return Check(name, FAIL, f"签号{where}入选界限，却写{said}")
    if drawn and later:
        return Check(name, FAIL, "抽取时已经抽中的，不会再递补")
    if not drawn and document["take"] == document["group_size"]:
        return Check(name, FAIL, "这一组全部抽取，却写没有抽中")
    if later and document["take"] == 0:
        return Check(name, FAIL, "没有抽取的组不会有递补")
    if drawn:
        return Check(name, OK, "签号不大于入选界限，抽中")
    if later:
        return Check(name, OK, "签号大于入选界限，抽取时没有抽中，后来按次序递补")
    return Check(name, OK, "签号大于入选界限，没有抽中")


def verify_line(document: Any, commitment: str | None = None) -> list[Check]:
    """Recompute what one enterprise's own line (``sjj-line/1``) allows. Never raises for any parsed value."""
    out: list[str] = []
    _LINE(document, "凭据", out)
    shape = _judge("凭据格式", out, "一户的说明，项目齐全，格式正确")
    if out:
        return [shape]
    row = Row(document["code"], document["stratum"], document["salt"])
    checks = [
        shape,
        _check_times(document),
        _judge("本户一行", _differs("指纹", document["line_sha256"], line_sha256(row)), "与指纹相符"),
        *_check_commitment(document, commitment),
        _check_line_seed(document),
        _check_line_ticket(document),
        _check_line_group(document),
        _check_line_drawn(document),
        Check("公开凭据", UNPROVEN, "抽取时间和种子末尾的外部数字须与公开凭据对照"),
        Check("名单中的一行", UNPROVEN, f"请在公开凭据的名单中查找本户指纹{document['line_sha256'][:16]}…"),
        Check("入选界限", UNPROVEN, "户数和界限须对照公开凭据；有不公开的层时，由持有完整凭据的监督人员核对"),
    ]
    if document["is_supplement"]:
        checks.append(Check("递补", UNPROVEN, "递补的次序和事由须对照凭据中的变更"))
    return checks


def verify(document: Any, commitment: str | None = None) -> list[Check]:
    """Recompute everything a receipt, or one enterprise's line, allows. Never raises for any parsed value.

    ``commitment``: the SHA-256 published at freeze, compared with the receipt's own. Sound only if no check
    has the status ``FAIL``.
    """
    if isinstance(document, dict) and document.get("format") == LINE_FORMAT:
        return verify_line(document, commitment)
    faults = shape_faults(document)
    shape = _judge("凭据格式", faults, "项目齐全，格式正确")
    if faults:
        return [shape]
    if "rule" not in document:
        return [shape, *_verify_closed(document, commitment)]
    full, rule = document["kind"] == "full", document["rule"]
    rows = [Row(row["code"], row["stratum"], row["salt"]) for row in document["pool"]]
    replay = Replay(document["seed"], rows, rule["strata"])
    checks = [
        shape,
        _check_times(document),
        _check_pool(document, map(line_sha256, rows)),
        *_check_rule_hashes(document, full),
        *_check_commitment(document, commitment),
        *_check_sources(rule, document["values"]),
        *_check_seed(document),
        _check_strata(rows, rule, full),
        *(
            _check_staff(rows, rule)
            if full
            else [_judge("检查组人数", team_faults(rule["team"]), "符合规定")]
        ),
        _check_drawn(document, replay),
        *([_check_teams(document, replay)] if full else _check_listed_teams(document)),
    ]
    if full and len(replay.teams) < len(replay.drawn):
        return [*checks, Check("变更", FAIL, "检查人员无法复算，变更也就无法核对")]
    return [*checks, _check_changes(document, replay)]


# --- The program ----------------------------------------------------------------------------------

USAGE = "用法：python verify.py 凭据.json [--commitment 冻结时公布的承诺指纹]"


def verify_bytes(data: bytes, commitment: str | None = None) -> list[Check]:
    """Parse strictly and verify; whatever the bytes are, the answer is a list of checks."""
    try:
        document = parse(data)
    except Refused as refused:
        return [Check("读取", FAIL, str(refused))]
    return verify(document, commitment)


def verify_file(path: str, commitment: str | None = None) -> list[Check]:
    """Read a file and verify it; an unreadable file is a failed check."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - one file, read to a limit
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return [Check("读取", FAIL, f"打不开文件“{shown(path)}”")]
    return verify_bytes(data, commitment)


def line_of(check: Check) -> str:
    """A check as the program prints it."""
    return f"{check.status:<4} {check.name}：{check.reason}"


def _apart(argument: str) -> list[str]:
    return argument.split("=", 1) if argument.startswith("--commitment=") else [argument]


def main(argv: Sequence[str] | None = None) -> int:
    """The command: 0 if nothing fails, 1 if something does, 2 if it was called wrongly."""
    given = sys.argv[1:] if argv is None else argv
    arguments = [part for one in given for part in _apart(one)]
    commitment = None
    if "--commitment" in arguments:
        at = arguments.index("--commitment")
        commitment = arguments[at + 1] if at + 1 < len(arguments) else ""
        del arguments[at : at + 2]
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that knows no Chinese must not stop us
    if len(arguments) != 1 or commitment == "":
        print(USAGE)
        return 2
    checks = verify_file(arguments[0], commitment)
    for check in checks:
        print(line_of(check))
    return 1 if any(check.status == FAIL for check in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
