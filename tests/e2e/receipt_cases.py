"""Receipts, lines and broken files as bytes, with the answer of the Python program: what a browser must say too."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sjj.rules import draw, verify
from sjj.rules.draw import OfficerEntry, Stratum, TeamRule
from tests.rules.draw_makers import EVIDENCE, LATER, SHARED, make_pool, make_receipt, make_rule
from tests.rules.test_verify import (
    CHANGE_FORGERIES,
    FORGERIES,
    HOSTILE_FILES,
    SAID_ALIKE,
    changed_receipt,
    edit,
    places_in,
    with_own_hashes,
)

Document = dict[str, Any]


class Case(NamedTuple):
    """A file, and the commitment given with it."""

    name: str
    data: bytes
    commitment: str | None = None

    def lines(self) -> list[str]:
        """What `python verify.py` prints."""
        return [verify.line_of(check) for check in verify.verify_bytes(self.data, self.commitment)]


def written(document: Any, ensure_ascii: bool = True) -> bytes:
    """As somebody's program might write it; a lone surrogate only fits in as an escape."""
    return json.dumps(document, ensure_ascii=ensure_ascii).encode("utf-8")


# --- Documents that hold ------------------------------------------------------------------------------

HARD_CODES = [
    "0007",
    "7",
    "00070",
    "1e5",
    "12345678901234567890",
    "__proto__",
    "constructor",
    "Ａ1",
    "𠮷野",
    "﨑",
    "é",
]


def hard_receipt() -> Document:
    """Codes like numbers, leading zeros, 20 digits, names beyond U+FFFF beside names just below it."""
    salts = [line.salt for line in make_pool(len(HARD_CODES))]
    names = ("𠮷层", "\uffee层", "0")
    rows = [
        draw.PoolLine(code, names[place % 3], salts[place]) for place, code in enumerate(sorted(HARD_CODES))
    ]
    officers = [
        OfficerEntry(code, ("一组",), ("𠮷", "ﬀ"), load)
        for code, load in (("01", 3), ("1", 2), ("\ufffd员", 0), ("𠮷员", 1), ("𠮷员2", 1))
    ]
    rule = make_rule(rows, 2, officers=officers, needs={"7": [["𠮷"], []]}, barred={"𠮷野": {"01": "亲属"}})
    sources = (
        draw.Source("甲", "dice", "", 20),
        draw.Source("乙", "lottery", "第2026001期", 8),
        draw.Source("丙", "balls", "", 1),
    )
    frozen = draw.freeze(
        agency="示例县𠮷林业局",
        campaign="抽查",
        draw_no="示抽〔2026〕𠮷1号",
        serial=1,
        frozen_at="2026-03-02T09:10:00+08:00",
        previous="",
        pool=rows,
        rule=draw.Rule(**{**rule.__dict__, "sources": sources}),
        secret="0" * 64,
    )
    return draw.run(frozen, ["00000000000000000001", "00000000", "0"], "2026-03-02T09:10:00.000+08:00")


def group_receipt() -> Document:
    """Teams of groups of different size, one member barred, one change."""
    pool = make_pool(16)
    sizes = {"甲组": 2, "乙组": 5, "丙组": 3, "丁组": 1}
    officers, number = [], 0
    for group, size in sizes.items():
        for _ in range(size):
            groups = (group, "甲组") if number == 4 else (group,)
            officers.append(
                OfficerEntry(f"ZF-{number:03d}", groups, ("林政",) if number % 2 else (), number % 3)
            )
            number += 1
    barred = {line.code: {"ZF-003": "亲属"} for line in pool[::3]}
    rule = make_rule(pool, 3, officers=officers, team=TeamRule(1, "group"), barred=barred)
    receipt = make_receipt(pool, rule)
    return draw.replace(receipt, receipt["drawn"][2]["code"], "停业", EVIDENCE, "分管领导", LATER)


def closed_receipt() -> Document:
    """A receipt with a closed stratum, one open one, and a change."""
    pool = make_pool(20, ("G1", "一般"))
    receipt = make_receipt(pool, make_rule(pool))
    return draw.replace(receipt, receipt["drawn"][0]["code"], "迁出", EVIDENCE, "赵某", LATER)


def sound_documents() -> dict[str, Document]:
    """One of every form; none of them fails."""
    changed, hard, groups, closed = changed_receipt(), hard_receipt(), group_receipt(), closed_receipt()
    pool = make_pool(9, ("特殊", "一般", "空层"))[:6]
    strata = {"特殊": Stratum(2, 0), "一般": Stratum(2, 2), "空层": Stratum(2, 1)}
    inspected = [row["code"] for row in closed["drawn"][1:]]
    return {
        "full": changed,
        "hard": hard,
        "groups": groups,
        "take none and take all": make_receipt(pool, make_rule(pool, strata=strata)),
        "closed full": closed,
        "public with officers": draw.public_receipt(changed, show_officers=True, inspected=None),
        "public": draw.public_receipt(changed, show_officers=False, inspected=None),
        "public hard": draw.public_receipt(hard, show_officers=True, inspected=None),
        "closed": draw.public_receipt(closed, show_officers=False, inspected=inspected),
        "line drawn": draw.line_document(hard, hard["drawn"][0]["code"]),
        "line of a supplement": draw.line_document(closed, closed["changes"][0]["by"]),
    }


def _commitment_of(document: Document) -> str:
    return str(document["commitment_sha256"])


def sound_cases() -> Iterator[Case]:
    """Every sound form, with and without its commitment, written in different ways."""
    for name, document in sound_documents().items():
        right = _commitment_of(document)
        yield Case(f"{name}, no commitment", verify.canonical(document))
        yield Case(f"{name}, right", written(document), right)
        yield Case(
            f"{name}, right in capitals",
            written(document, ensure_ascii=False),
            f"\u3000{right.upper()}\x1f\n",
        )
        yield Case(f"{name}, wrong", written(document), "0" * 64)
        yield Case(f"{name}, odd", written(document), "\ufeffΑΣ\ud800|" + "𠮷" * 20)


def forged_cases() -> Iterator[Case]:
    """Every forgery that the Python program is tested with."""
    for name, (forge, _) in FORGERIES.items():
        document = copy.deepcopy(make_receipt())
        forge(document)
        yield Case(name, written(document), _commitment_of(document))
    for name, edits in CHANGE_FORGERIES.items():
        document = changed_receipt()
        document["changes"][0] = document["changes"][0] | edits
        yield Case(name, written(document))
    twin = changed_receipt()
    twin["pool"].append(dict(twin["pool"][0]))
    yield Case("a code twice in the pool, replaced by itself", written(_replaced_by_itself(twin)))
    yield from _heavy_cases()


def _replaced_by_itself(document: Document) -> Document:
    """Both lines of one code are drawn or reserve: the change that names the code on both sides."""
    rows = [verify.Row(row["code"], "同", row["salt"]) for row in document["pool"][:1]]
    pool = [row._asdict() for row in (rows[0], verify.Row(rows[0].code, "同", "f" * 32))]
    document["pool"], document["changes"] = pool, document["changes"][:1]
    document["rule"]["strata"] = {"同": {"size": 2, "take": 1, "basis": "", "closed": False}}
    with_own_hashes(document)
    replay = verify.Replay(document["seed"], [verify.Row(**row) for row in pool], document["rule"]["strata"])
    into = replay.replace(rows[0].code)
    document["changes"][0] |= {"code": rows[0].code, "by": into.code, "stratum": "同", "ticket": into.ticket}
    return document


def _heavy_cases() -> Iterator[Case]:
    """Counters at the largest whole number, and more faults than anybody is told of."""
    document = make_receipt()
    for officer in document["rule"]["officers"]:
        officer["load"] = verify.BIGGEST
    yield Case("loads at the largest number", written(with_own_hashes(document)))
    document = make_receipt()
    document["pool"] = [{"code": 1} for _ in range(1500)]
    yield Case("a thousand faults", written(document))
    document = make_receipt()
    document |= {f"多余{number}": number for number in range(1200)}
    yield Case("more than a thousand keys", written(document))


def hostile_cases() -> Iterator[Case]:
    """Files that are no receipts."""
    for name, data in HOSTILE_FILES.items():
        yield Case(name, data)
    for number, data in enumerate(SAID_ALIKE):
        yield Case(f"malformed {number}", data)
    for number, text in enumerate(ODD_JSON):
        yield Case(f"odd {number} {text[:20]!r}", text.encode("utf-8", "surrogatepass"))


ODD_JSON = [
    '{"a": -0.}', '{"a": -0.5}', '{"a": -01}', '{"a": -}', '{"a": 1.}', '{"a": 1e}', '{"a": 1E+}', '{"a": 1E+9}', '{"a": 2.5e-3,',
    '{"a": 9007199254740993x', '{"a": -9007199254740991}', '{"a": -9007199254740992}', '{"a": 99999999999999999}',
    '{"a": 123456789012345678}', '{"a": Infinity}', '{"a": -Infinit}', '{"a": nul}', '{"a": nullx}', '{"a": true,}',
    '[1,]', '[,1]', '[1 2]', '{"a" 1}', '{a: 1}', "{'a': 1}", '{"a": 1,}', '{"a": 1 "b": 2}', '"\\u12"', '"\\x41"', '"\\uZZZZ"',
    '"\\', '"', '"\\u+123"', '{"\\ud83d\\ude00": 1, "😀": 2}', '{"\\ud800": 1, "\\ud800": 2}', '{"x\\u0000y": 1, "x\\u0000y": 2}',
    '\ufeff{}', '\u00a0{}', '{}\x0c', '\t\r\n {} \n', 'null', 'true', '"text"', '{"format": "sjj-draw/2"}', '{"kind": "full"}',
    '{"format": "sjj-line/1"}', '{"format": "sjj-line/1", "kind": "full", "1": 1, "0": 2}', '{"a": {"b": {"b": 1, "b": 2}, "c": 1, "c": 2}}',
    '{"format": "sjj-draw/2", "kind": "\U000e0041\u2028 \ue000\u3000é' + "𠮷" * 70 + '"}', "\ud800", '{"format": "sjj-draw/2", "kind": true}',
    '{"__proto__": 1, "format": "sjj-draw/2", "kind": "full", "10": 1, "9": 2, "__proto__2": {}}',
]  # fmt: skip


def shared_cases() -> Iterator[Case]:
    """The receipts that another program made, where they are at hand."""
    for path in sorted((SHARED / "receipts").glob("*.json")):
        data = path.read_bytes()
        yield Case(path.stem, data)
        yield Case(f"{path.stem} with its commitment", data, _commitment_of(verify.parse(data)))


# --- Chance -------------------------------------------------------------------------------------------

TEXTS = [
    "𠮷",
    "\uffff",
    "\ufb1d",
    "e\u0301",
    "\u0378",
    "\u200b",
    "a\u3000b",
    "\u00a0",
    "-",
    "N-00003",
    "ZF-002",
    "0" * 64,
    "2026-03-02T09:10:60Z",
]
TIMES = ["2024-02-29t00:00:00z", "0000-01-01T00:00:00Z", "2026-03-02T09:31:12.10+08:00", "2026-03-02T24:00:00Z", "2026-03-02T09:31:12+24:00",
         "0026-03-02T01:31:12-23:59", "9999-12-31T23:59:59.999999999-12:00", "2026-13-01T00:00:00Z", "2026-03-02T09:31:12+08:00\n"]  # fmt: skip


def chance_cases(count: int, seed: int = 20260302) -> Iterator[Case]:
    """Sound documents edited blindly, hashes often made to fit again so that the deeper checks are reached."""
    source = random.Random(seed)  # noqa: S311 - the same cases every time
    sound = list(sound_documents().items())
    for number in range(count):
        name, document = source.choice(sound)
        document = copy.deepcopy(document)
        for _ in range(source.choice((0, 1, 1, 2, 4))):
            source.choice((_edit_anywhere, _edit_anywhere, _edit_text, _edit_rule, _edit_time))(
                document, source
            )
        if source.random() < 0.7:
            _fit(document)
        data = written(document, ensure_ascii=True)
        if source.random() < 0.15:
            data = _scratched(data, source)
        given = source.choice((None, str(document.get("commitment_sha256")), "0" * 64))
        yield Case(f"chance {number} of {name}", data, given)


def _edit_anywhere(document: Document, source: random.Random) -> None:
    places = places_in(document)[1:]
    if places:
        edit(document, source.choice(places), source)


def _edit_text(document: Document, source: random.Random) -> None:
    _put(document, source, lambda value: isinstance(value, str), source.choice(TEXTS))


def _edit_time(document: Document, source: random.Random) -> None:
    _put(
        document,
        source,
        lambda value: isinstance(value, str) and "T" in value and ":" in value,
        source.choice(TIMES),
    )


def _edit_rule(document: Document, source: random.Random) -> None:
    """Other numbers, tags, bars and needs: what a careful forger would touch."""
    rule = document.get("rule")
    if not isinstance(rule, dict) or not isinstance(rule.get("officers"), list):
        _put(
            document, source, lambda value: type(value) is int, source.choice((0, 1, 2, 3, 7, verify.BIGGEST))
        )
        return
    codes, officers = _codes(document.get("pool")), _codes(rule["officers"])
    if len(codes) < 4 or not officers:
        return
    kind = source.randrange(5)
    if kind == 0:
        rule["needs"] = {
            code: source.choice(([["种苗"]], [["种苗"], ["林政", "𠮷"]], [[], [], []]))
            for code in source.sample(codes, 2)
        }
    elif kind == 1:
        rule["barred"] = {
            code: dict.fromkeys(source.sample(officers, len(officers) * 2 // 3), "回避")
            for code in source.sample(codes, 4)
        }
    elif kind == 2:
        rule["team"] = {"size": source.choice((1, 2, 3, 5)), "unit": source.choice(("officer", "group"))}
    elif kind == 3:
        rule["officers"].append(copy.deepcopy(source.choice(rule["officers"])))
        _put(rule["officers"], source, lambda value: type(value) is int, source.randrange(4))
    else:
        _put(rule, source, lambda value: type(value) is int, source.choice((0, 1, 2, 3, 7, verify.BIGGEST)))


def _codes(rows: Any) -> list[str]:
    found = [row.get("code") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [code for code in found if isinstance(code, str)]


def _put(document: Any, source: random.Random, fits: Callable[[Any], bool], value: Any) -> None:
    """Write a value over one that fits, if there is any."""
    places = []
    for path in places_in(document)[1:]:
        here = document
        for step in path:
            here = here[step]
        if fits(here):
            places.append(path)
    if places:
        path = source.choice(places)
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value


def _fit(document: Document) -> None:
    """Make the hashes agree with the contents again, as far as the contents let themselves be hashed."""
    try:
        if "pool" in document and "rule" in document:
            document["pool_sha256"] = verify.pool_sha256(
                verify.line_sha256(verify.Row(**row)) for row in document["pool"]
            )
        if "rule" in document:
            with_own_hashes(document)
        elif "line_sha256" not in document:
            document["commitment_sha256"] = verify.sha256_of(verify.commitment_of(document))
    except (KeyError, TypeError, ValueError, AttributeError):
        return


def _scratched(data: bytes, source: random.Random) -> bytes:
    """One byte changed, dropped or doubled."""
    at = source.randrange(len(data))
    piece = source.choice((b"", b'"', b"\\", b"\xff", b"0", b"-", b"{", b",", data[at : at + 1] * 2))
    return data[:at] + piece + data[at + 1 :]
