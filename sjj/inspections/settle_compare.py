"""Two stored records of one inspection side by side: each point, result, problem, photo and signature.

Pure: two records and their forms in, rows of text out. A record kept aside was never checked, so nothing about
its shape is taken for granted. Nothing that a record says is left out silently: what has no row of its own
stands in the last group as it was sent.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sjj.inspections import settle_words as say
from sjj.inspections.reading import ROLES
from sjj.inspections.record_values import rows_in, text_at
from sjj.inspections.settle_words import Said
from sjj.rules.submissions import signed_sha256

Key = tuple[tuple[str, ...], int]
Segments = tuple[tuple[str, bool], ...]  # a text in pieces, each with whether the other record lacks it

_PIECE = re.compile(r"[^。；;，,！？\n]*[。；;，,！？\n]?")
_OWN = frozenset({"inspection", "form_version", "revises", "device_now"})  # of the sending, not of the visit
_LISTS = frozenset({"answers", "results", "problems", "photos", "signatures"})
_FACTS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("检查情形", "outcome", say.outcome),
    ("开始", "started_at", say.time),
    ("结束", "ended_at", say.time),
    ("签到", "checkin", say.checkin),
    ("出示执法证", "certificates_shown_at", say.time),
    ("告知权利义务", "rights_told_at", say.time),
    ("宣讲政策", "policy_explained", say.yes),
    ("紧急检查", "urgent", say.yes),
    ("现场人员", "present", say.person),
    ("协助人员", "assistants", say.listed),
    ("申请回避", "recusal", say.recusal),
)
_SCENE = (("现场情况", "narrative"), ("备注", "remarks"))


@dataclass(frozen=True, slots=True)
class Side:
    """What one record says in a row; `image` is the hash of a picture to show."""

    segments: Segments = ()
    image: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece for piece, _ in self.segments)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that either record may say."""

    label: str
    mine: Side
    theirs: Side
    differs: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, those that differ and those that do not."""

    title: str
    different: tuple[Row, ...]
    same: tuple[Row, ...]


def compare(mine: Said, theirs: Said, forms: Sequence[Said]) -> list[Group]:
    """The groups in the order of a record; groups of which neither says anything are left out.

    `forms`: the forms of both records; what one of them does not know is named by its code.
    """
    names = _Names(forms, _keys(_by(mine, "photos", ("sha256",)), _by(theirs, "photos", ("sha256",))))
    makers: tuple[tuple[str, Callable[[Said, Said, _Names], Iterator[Row]]], ...] = (
        ("检查情形", _visit),
        ("检查要点", _answers),
        ("检查结果", _results),
        ("发现的问题", _problems),
        ("现场情况", _scene),
        ("照片", _photos),
        ("签名", _signatures),
        ("其他内容", _rest),
    )
    groups = []
    for title, make in makers:
        rows = [row for row in make(mine, theirs, names) if row.mine != row.theirs or row.mine.text]
        if rows:
            different = tuple(row for row in rows if row.differs)
            groups.append(Group(title, different, tuple(row for row in rows if not row.differs)))
    return groups


class _Names:
    """How items and points are called in the forms of the two records, and the photos on their page."""

    def __init__(self, forms: Sequence[Said], photos: Sequence[Key]) -> None:
        self._photos = {
            key[0][0]: f"照片 {number}" for number, key in reversed([*enumerate(photos, start=1)])
        }
        rows = [row for form in forms for row in rows_in(form.get("points"))]
        self._points = {text_at(row, "id"): text_at(row, "text") for row in reversed(rows)}
        self.order = list(dict.fromkeys(text_at(row, "id") for row in rows))
        items = [row for form in forms for row in rows_in(form.get("items"))]
        self._items = {text_at(row, "code"): text_at(row, "name") for row in reversed(items)}

    def point(self, code: str) -> str:
        """A check point by its text."""
        return self._points.get(code) or code or "未写明要点"

    def photo(self, sha256: Any) -> str:
        """A photo by its number among those of both records."""
        return self._photos.get(sha256, "") if isinstance(sha256, str) else say.plain(sha256)

    def item(self, code: str) -> str:
        """An item by its name."""
        return self._items.get(code) or code or "未写明事项"


def _row(label: str, mine: str, theirs: str, images: tuple[str, str] = ("", "")) -> Row:
    left, right = _segments(mine, theirs)
    differs = mine != theirs or images[0] != images[1]
    return Row(label, Side(left, images[0]), Side(right, images[1]), differs)


def _segments(mine: str, theirs: str) -> tuple[Segments, Segments]:
    """Both texts in clauses; a clause that the other text does not hold is marked."""
    if mine == theirs:
        whole = ((mine, False),) if mine else ()
        return whole, whole
    left, right = _PIECE.findall(mine), _PIECE.findall(theirs)
    here, there = {one.strip() for one in left}, {one.strip() for one in right}
    return (
        tuple((one, one.strip() not in there) for one in left if one),
        tuple((one, one.strip() not in here) for one in right if one),
    )


def _visit(mine: Said, theirs: Said, _names: _Names) -> Iterator[Row]:
    for label, key, tell in _FACTS:
        yield _row(label, tell(mine.get(key)), tell(theirs.get(key)))


def _answers(mine: Said, theirs: Said, names: _Names) -> Iterator[Row]:
    left, right = _by(mine, "answers", ("point",)), _by(theirs, "answers", ("point",))
    order = [((code,), 0) for code in names.order]
    for key in _keys(left, right, order):
        yield _row(names.point(key[0][0]), _answer(left.get(key), names), _answer(right.get(key), names))


def _answer(row: Said | None, names: _Names) -> str:
    if row is None:
        return ""
    photos = row.get("photos")
    shown = [names.photo(one) or say.short(one) for one in photos] if isinstance(photos, list) else []
    parts = (say.answer(row.get("value")) or "未填", text_at(row, "note"), "、".join(shown))
    return "；".join(part for part in parts if part)


def _results(mine: Said, theirs: Said, names: _Names) -> Iterator[Row]:
    left, right = _by(mine, "results", ("item",)), _by(theirs, "results", ("item",))
    for key in _keys(left, right):
        here, there = (say.words(rows.get(key), ("result", "note")) for rows in (left, right))
        yield _row(names.item(key[0][0]), here, there)


def _problems(mine: Said, theirs: Said, names: _Names) -> Iterator[Row]:
    left, right = (_by(said, "problems", ("item", "point")) for said in (mine, theirs))
    for key in _keys(left, right):
        item, point = key[0]
        label = names.point(point) if point else names.item(item)
        here, there = (
            say.words(rows.get(key), ("text", "kind", "clause", "due"), "；") for rows in (left, right)
        )
        yield _row(label, here, there)


def _scene(mine: Said, theirs: Said, _names: _Names) -> Iterator[Row]:
    for label, key in _SCENE:
        yield _row(label, say.plain(mine.get(key)), say.plain(theirs.get(key)))


def _photos(mine: Said, theirs: Said, _names: _Names) -> Iterator[Row]:
    left, right = _by(mine, "photos", ("sha256",)), _by(theirs, "photos", ("sha256",))
    for number, key in enumerate(_keys(left, right), start=1):
        images = (key[0][0] if key in left else "", key[0][0] if key in right else "")
        yield _row(f"照片 {number}", _photo(left.get(key)), _photo(right.get(key)), images)


def _photo(row: Said | None) -> str:
    if row is None:
        return ""
    parts = (text_at(row, "caption") or "未写说明", say.time(row.get("taken_at")), say.place(row))
    return "；".join(part for part in parts if part)


def _signatures(mine: Said, theirs: Said, _names: _Names) -> Iterator[Row]:
    left, right = (_by(said, "signatures", ("role", "officer", "name")) for said in (mine, theirs))
    texts = (signed_sha256(mine), signed_sha256(theirs))
    for key in _keys(left, right):
        role, officer, name = key[0]
        label = f"{ROLES.get(role, role)} {name or officer}".strip() or "未写明何人"
        images = (text_at(left.get(key), "image"), text_at(right.get(key), "image"))
        said = (_signature(left.get(key), texts[0]), _signature(right.get(key), texts[1]))
        yield _row(label, *said, images)


def _signature(row: Said | None, text: str) -> str:
    """Whether it was given, when, and whether under this very text; of two texts the hashes differ anyway."""
    if row is None:
        return ""
    done = "拒绝签名" if row.get("refused") else "签名" if text_at(row, "image") else "没有签名"
    bound = {text: "签的就是这份记录", "": "没有绑定内容"}.get(
        text_at(row, "signed_sha256"), "签的不是这份内容"
    )
    parts = (done, say.time(row.get("at")), text_at(row, "reason"), bound if done == "签名" else "")
    return "；".join(part for part in parts if part)


def _rest(mine: Said, theirs: Said, _names: _Names) -> Iterator[Row]:
    """What has no row of its own: keys that no form knows, lists that are none."""
    shown = {key for _, key, _ in _FACTS} | {key for _, key in _SCENE} | _OWN
    for key in sorted((mine.keys() | theirs.keys()) - shown):
        odd = [said.get(key) for said in (mine, theirs)]
        if key in _LISTS:
            odd = [value if value and not rows_in(value) else None for value in odd]
        yield _row(key, say.plain(odd[0]), say.plain(odd[1]))


def _by(said: Said, key: str, naming: tuple[str, ...]) -> dict[Key, dict[str, Any]]:
    """The rows of a list by what names them; the second of the same name stands apart from the first."""
    found: dict[Key, dict[str, Any]] = {}
    for row in rows_in(said.get(key)):
        name, place = tuple(text_at(row, one) for one in naming), 0
        while (name, place) in found:
            place += 1
        found[(name, place)] = row
    return found


def _keys(left: Mapping[Key, Any], right: Mapping[Key, Any], first: Sequence[Key] = ()) -> list[Key]:
    known = {**left, **right}
    return [*(key for key in first if key in known), *(key for key in known if key not in set(first))]
