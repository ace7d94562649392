"""Objects of the register that may be one and the same, each group with the reason in words.

Rows are sorted into blocks by a normalised key and only compared within a block, never all pairs. Nothing is
merged here: a person looks and decides.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sjj.rules.identity import credit_code_problem, normalise_code

__all__ = ["Candidate", "Kind", "Row", "address_key", "find_duplicates", "name_key", "one_edit_apart"]

CROWD = 40  # more objects at one address are a market or a tower: not compared there
FEW_FIRMS = 4  # more firms of one person at one address are a group of firms, not one firm entered twice
MIN_NEAR_NAME = 5  # characters; shorter names one letter apart are usually two firms
_NOT_TEXT = re.compile(r"[\W_]+")
_TRAILING = re.compile(r"\((?:个体工商户|个体户|已?注销|曾用名.*)\)$")
_LEGAL_FORMS = (("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"), ("农民专业合作社", "专业合作社"))
_REGION = re.compile(r"^(?:[^省市县区镇乡街路村]{2,6}(?:省|自治区|市|县))+")


class Kind(StrEnum):
    """Why objects may be the same, the surest first."""

    SAME_CODE = "same_code"
    SAME_NAME_AND_ADDRESS = "same_name_and_address"
    SAME_NAME = "same_name"
    NEAR_NAME_SAME_ADDRESS = "near_name_same_address"
    SAME_PERSON_SAME_ADDRESS = "same_person_same_address"


@dataclass(frozen=True, slots=True)
class Row:
    """An object as the register has it."""

    key: Hashable
    name: str
    code: str = ""
    address: str = ""
    person: str = ""  # 法定代表人（负责人）


@dataclass(frozen=True, slots=True)
class Candidate:
    """Objects (two or more, in the order they came) that may be the same, and why."""

    keys: tuple[Hashable, ...]
    kind: Kind
    reason: str


def name_key(name: str) -> str:
    """A name as it is compared: half-width, without spaces, brackets and marks, one form of 有限公司."""
    text = _TRAILING.sub("", unicodedata.normalize("NFKC", name).strip())
    for written, meant in _LEGAL_FORMS:
        text = text.replace(written, meant)
    return _NOT_TEXT.sub("", text).upper()


def address_key(address: str) -> str:
    """An address as it is compared: without spaces and marks, without province, city and county before it."""
    text = _NOT_TEXT.sub("", unicodedata.normalize("NFKC", address)).upper()
    shorter = _REGION.sub("", text, count=1)
    return shorter if len(shorter) >= 4 else text


def one_edit_apart(first: str, second: str) -> bool:
    """Whether one character was changed, left out or added. Equal texts are not apart."""
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > 1 or first == second:
        return False
    place = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    rest = first[place + 1 :] if len(first) == len(second) else first[place:]
    return rest == second[place + 1 :]


def find_duplicates(rows: Iterable[Row]) -> tuple[Candidate, ...]:
    """All candidates, the surest first; a group within one that is surer is left out."""
    listed = list(rows)
    names = [name_key(row.name) for row in listed]
    addresses = [address_key(row.address) for row in listed]
    found: list[Candidate] = []
    groups_of: dict[int, list[frozenset[int]]] = defaultdict(list)
    for group, kind, reason in (
        *_same_codes(listed),
        *_same_names(listed, names, addresses),
        *_near_names(names, addresses),
        *_same_persons(listed, addresses),
    ):
        members = frozenset(group)
        if any(members <= known for known in groups_of[group[0]]):
            continue
        for place in members:
            groups_of[place].append(members)
        found.append(Candidate(tuple(listed[place].key for place in sorted(members)), kind, reason))
    order = list(Kind)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


_Group = tuple[list[int], Kind, str]


def _blocks(keys: Iterable[Hashable]) -> Iterable[tuple[Hashable, list[int]]]:
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        if key:
            blocks[key].append(place)
    return ((key, places) for key, places in blocks.items() if len(places) > 1)


def _same_codes(rows: list[Row]) -> Iterable[_Group]:
    for code, places in _blocks(normalise_code(row.code) for row in rows):
        wrong = credit_code_problem(str(code))
        tail = "（该代码不合规，请先核对）" if wrong else ""
        yield places, Kind.SAME_CODE, f"统一社会信用代码（编号）相同：{code}{tail}"


def _same_names(rows: list[Row], names: list[str], addresses: list[str]) -> Iterable[_Group]:
    for _, places in _blocks(names):
        written = sorted({rows[place].name for place in places})
        said = "名称相同" if len(written) == 1 else f"名称只是写法不同（{'；'.join(written[:3])}）"
        together: dict[str, list[int]] = defaultdict(list)
        for place in places:
            if addresses[place]:
                together[addresses[place]].append(place)
        same_place = [group for group in together.values() if len(group) > 1]
        for group in same_place:
            yield group, Kind.SAME_NAME_AND_ADDRESS, f"{said}，住所也相同"
        if not any(len(group) == len(places) for group in same_place):
            yield places, Kind.SAME_NAME, f"{said}，住所不同或没有登记"


def _near_names(names: list[str], addresses: list[str]) -> Iterable[_Group]:
    for _, places in _blocks(addresses):
        if len(places) > CROWD:
            continue
        for number, first in enumerate(places):
            for second in places[number + 1 :]:
                said = _near(names[first], names[second])
                if said:
                    yield [first, second], Kind.NEAR_NAME_SAME_ADDRESS, f"住所相同，{said}"


def _same_persons(rows: list[Row], addresses: list[str]) -> Iterable[_Group]:
    keys = (
        (address, row.person.strip()) if address and row.person.strip() else None
        for row, address in zip(rows, addresses, strict=True)
    )
    for key, places in _blocks(keys):
        if len(places) <= FEW_FIRMS:
            said = f"住所相同，法定代表人（负责人）都是{key[1]}"  # type: ignore[index]
            yield places, Kind.SAME_PERSON_SAME_ADDRESS, said


def _near(first: str, second: str) -> str:
    short, long = sorted((first, second), key=len)
    if len(short) < MIN_NEAR_NAME or short == long:
        return ""
    if one_edit_apart(short, long):
        return "名称只差一个字"
    return "一个名称包含另一个" if short in long else ""
