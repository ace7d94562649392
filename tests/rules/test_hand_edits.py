"""A receipt edited by hand in every field: the right line fails, or the field is listed as one nobody can prove.

The lists at the top are the honest part: what a document alone cannot prove, and what catches it instead.
"""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sjj.rules import draw, verify
from tests.rules.draw_makers import DRAWN_AT, EVIDENCE, LATER, VALUES, make_frozen, make_pool, make_rule

Path = tuple[str | int, ...]

HEAD = {
    "format": "凭据格式",
    "kind": "凭据格式",
    "agency": "承诺",
    "campaign": "承诺",
    "draw_no": "承诺",
    "serial": "承诺",
    "frozen_at": "承诺",
    "previous": "承诺",
    "pool_sha256": "对象名单",
    "rule_sha256": "种子",
    "public_rule_sha256": "承诺",
    "secret_sha256": "密数",
    "commitment_sha256": "承诺",
    "secret": "密数",
    "values.*": "种子",
    "seed": "种子",
}
OPEN_POOL = {"pool.*.code": "对象名单", "pool.*.stratum": "对象名单", "pool.*.salt": "对象名单"}
DRAWN = {
    "drawn.*.place": "抽中对象",
    "drawn.*.code": "抽中对象",
    "drawn.*.stratum": "抽中对象",
    "drawn.*.ticket": "抽中对象",
}
PUBLIC_RULE = {
    "rule.method": "凭据格式",
    "rule.strata.*.size": "公开规则",
    "rule.strata.*.take": "公开规则",
    "rule.strata.*.basis": "公开规则",
    "rule.strata.*.closed": "公开规则",
    "rule.team.size": "公开规则",
    "rule.team.unit": "公开规则",
    "rule.sources.*.from": "公开规则",
    "rule.sources.*.kind": "公开规则",
    "rule.sources.*.issue": "公开规则",
    "rule.sources.*.digits": "公开规则",
}
REPLACED = {
    "changes.*.kind": "凭据格式",
    "changes.*.code": "变更",
    "changes.*.by": "变更",
    "changes.*.stratum": "变更",
    "changes.*.ticket": "变更",
}
SUBSTITUTED = {"changes.*.out": "变更", "changes.*.in": "变更"}
PROVEN: dict[str, dict[str, str]] = {
    "full": {
        **HEAD,
        **OPEN_POOL,
        **PUBLIC_RULE,
        "rule.salt": "完整规则",
        "rule.officers.*.code": "完整规则",
        "rule.officers.*.groups.*": "完整规则",
        "rule.officers.*.tags.*": "完整规则",
        "rule.officers.*.load": "完整规则",
        "rule.needs.*.*.*": "完整规则",
        "rule.barred.*.*": "完整规则",
        **DRAWN,
        "drawn.*.team.*": "检查人员",
        **REPLACED,
        **SUBSTITUTED,
        "changes.*.team.*": "变更",
    },
    "public with officers": {**HEAD, **OPEN_POOL, **PUBLIC_RULE, **DRAWN, **REPLACED},
    "public": {**HEAD, **OPEN_POOL, **PUBLIC_RULE, **DRAWN, **REPLACED},
    "closed": {**HEAD, "pool.*.line_sha256": "对象名单"},
}

# What the office states and nothing in the document follows from. The fingerprint of the receipt, published
# at the draw and at each change, is what catches an edit here; the test below shows that it does.
STATED = {
    "drawn_at": "no hash holds the time of the draw; only its order after the freeze is checked",
    "changes.*.reason": "any reason of the closed list is possible",
    "changes.*.evidence_sha256": "the evidence itself lies with the office",
    "changes.*.approver": "who approved is a statement",
    "changes.*.at": "only the order of times is checked",
}
STATED_PUBLICLY = {name: why for name, why in STATED.items() if name != "changes.*.approver"}
# A public receipt holds no register of officers: who was chosen follows from nothing in it.
OFFICERS_LISTED = {
    "drawn.*.team.*": "the choice of officers is proven by the full receipt alone",
    "changes.*.team.*": "the same",
    "changes.*.out": "fails only if the teams listed contradict it",
    "changes.*.in": "the same",
}
UNPROVEN: dict[str, dict[str, str]] = {
    "full": STATED,
    "public with officers": {**STATED_PUBLICLY, **OFFICERS_LISTED},
    "public": STATED_PUBLICLY,
    "closed": {
        "drawn_at": STATED["drawn_at"],
        "pool.*.code": "the hash of a line also covers its stratum and salt, which only its enterprise has",
        "drawn.*": "strata and salts are missing, so the draw cannot be repeated from this document",
    },
}
FORMS = list(PROVEN)


def document_of(form: str) -> dict[str, Any]:
    """A receipt with everything in it: needs, bars, a predecessor, a supplement, a substitution."""
    pool = make_pool(12, ("G1", "一般") if form == "closed" else ("特殊", "一般"))
    rule = make_rule(
        pool, 3, needs={"N-00001": [["种苗"], []]}, barred={"N-00002": {"ZF-001": "亲属"}, "N-00003": {}}
    )
    full = draw.run(make_frozen(pool, rule, serial=3, previous="a" * 64), VALUES, DRAWN_AT)
    full = draw.replace(full, full["drawn"][0]["code"], "注销", EVIDENCE, "分管领导", LATER)
    change = full["changes"][0]
    full = draw.substitute(full, change["by"], change["team"][1], "病假", EVIDENCE, "分管领导", LATER)
    if form == "full":
        return full
    return draw.public_receipt(full, show_officers=form == "public with officers", inspected=None)


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place that holds neither a list nor an object."""
    inner = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if inner is None:
        yield path
        return
    for key, item in inner:
        yield from leaves(item, (*path, key))


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


MAPS = {("rule", "strata"), ("rule", "needs"), ("rule", "barred")}


def pattern(path: Path) -> str:
    """A path with every number and every key that is no key of the format written as ``*``."""
    free = [
        path[:index] in MAPS or (len(path[:index]) == 3 and path[:2] == ("rule", "barred"))
        for index in range(len(path))
    ]
    return ".".join(
        "*" if isinstance(step, int) or open_ else str(step) for step, open_ in zip(path, free, strict=True)
    )


OTHER = {
    "full": "public",
    "public": "full",
    "officer": "group",
    "dice": "balls",
    "注销": "吊销",
    "病假": "公差",
    "replace": "substitute",
    "substitute": "replace",
    "": "第1期",
}


def edited(value: Any) -> Any:
    """Another value of the same form: an edit that a careful hand would make."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value in OTHER:
        return OTHER[value]
    if re.fullmatch(r"\d{4}-.*T.*\+08:00", value):
        return value.replace(":00+08", ":01+08").replace(":12+08", ":13+08")
    if re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{64}|[0-9]+", value):
        return ("1" if value[0] != "1" else "2") + value[1:]
    return value + "1"


def failed(document: Any, commitment: str | None = None) -> set[str]:
    return {check.name for check in verify.verify(document, commitment) if check.status == verify.FAIL}


def with_edit(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(document)
    at(copied, path[:-1])[path[-1]] = value
    return copied


@pytest.mark.parametrize("form", FORMS)
def test_every_field_edited_by_hand_fails_at_its_line_or_is_listed_as_unproven(form: str):
    document = document_of(form)
    assert failed(document, document["commitment_sha256"]) == set()
    met = set()
    for path in leaves(document):
        name = pattern(path)
        met.add(name)
        found = failed(with_edit(document, path, edited(at(document, path))))
        if name in PROVEN[form]:
            assert PROVEN[form][name] in found, (path, found)
        else:
            assert name in UNPROVEN[form], f"{name} is in no list"
    assert met == PROVEN[form].keys() | UNPROVEN[form].keys()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_listed_as_unproven_truly_passes_but_changes_the_published_fingerprint(form: str):
    """Else the lists above would excuse a field that is proven after all."""
    document = document_of(form)
    passed = set()
    for path in leaves(document):
        if pattern(path) in UNPROVEN[form]:
            copied = with_edit(document, path, edited(at(document, path)))
            assert draw.receipt_sha256(copied) != draw.receipt_sha256(document)
            if not failed(copied, document["commitment_sha256"]):
                passed.add(pattern(path))
    # A name that stands nowhere else contradicts the document here; one that does stand there does not.
    assert UNPROVEN[form].keys() - passed <= {"drawn.*", "changes.*.out"}


def test_a_closed_receipt_cannot_tell_one_object_of_the_pool_from_another():
    document = document_of("closed")
    other = next(row["code"] for row in document["pool"] if row["code"] not in document["drawn"])
    copied = {**document, "drawn": sorted([*document["drawn"][1:], other])}
    assert failed(copied) == set()
    unsure = {check.name for check in verify.verify(copied) if check.status == verify.UNPROVEN}
    assert {"对象抽取", "人员抽取"} <= unsure


def test_decisions_of_the_office_may_be_others_and_only_the_fingerprint_tells():
    """Which object fell out and which officer fell ill are facts the rule starts from, not what it computes."""
    document = document_of("full")
    replaced, substituted = document["changes"]
    stratum = replaced["stratum"]
    also = next(
        row["code"] for row in document["drawn"][1:] if row["stratum"] == stratum
    )  # another of the stratum could have been the one that closed down
    other = with_edit(document, ("changes", 0, "code"), also)
    assert failed(other) == set()
    stayed = next(name for name in replaced["team"] if name != substituted["out"])
    another = with_edit(document, ("changes", 1, "out"), stayed)
    assert failed(another) <= {"变更"}
    assert len({draw.receipt_sha256(one) for one in (document, other, another)}) == 3


# --- Keys --------------------------------------------------------------------------------------------


EXTRA: dict[Path, Any] = {
    ("rule", "strata"): {"size": 0, "take": 0, "basis": "", "closed": False},
    ("rule", "needs"): [],
    ("rule", "barred"): {},
}


def objects(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place that holds an object."""
    if isinstance(value, dict):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from objects(item, (*path, key))


@pytest.mark.parametrize("form", FORMS)
def test_a_key_too_many_or_too_few_fails_at_every_level(form: str):
    document = document_of(form)
    for path in objects(document):
        is_map = path in MAPS or path[:-1] == ("rule", "barred")
        for key in list(at(document, path)):
            copied = copy.deepcopy(document)
            del at(copied, path)[key]
            names = failed(copied)
            assert names if is_map else "凭据格式" in names, (path, key)
        copied = copy.deepcopy(document)
        at(copied, path)["备注"] = EXTRA.get(path, "亲属")
        line = "凭据格式" if not is_map else "完整规则" if form == "full" else "公开规则"
        assert line in failed(copied), path


# --- Edited so that everything fits ---------------------------------------------------------------------


def whole_again(**others: Any) -> dict[str, Any]:
    """A receipt that somebody made anew from the freeze on, all hashes fitting, with something changed."""
    pool = others.pop("pool", make_pool(20))
    values = others.pop("values", VALUES)
    rule = others.pop("rule", make_rule(pool))
    return draw.run(make_frozen(pool, rule, **others), values, DRAWN_AT)


POOL = make_pool(20)
SALTED = [draw.PoolLine(POOL[0].code, POOL[0].stratum, "f" * 32), *POOL[1:]]
FORGED_WHOLE: dict[str, Callable[[], dict[str, Any]]] = {
    "another salt": lambda: whole_again(pool=SALTED),
    "an object left out": lambda: whole_again(pool=POOL[:-1]),
    "another secret": lambda: whole_again(secret="b" * 64),
    "another take": lambda: whole_again(rule=make_rule(POOL, 5)),
    "an officer barred": lambda: whole_again(rule=make_rule(POOL, barred={"N-00001": {"ZF-001": "亲属"}})),
    "another rule salt": lambda: whole_again(rule=make_rule(POOL, salt="1" * 32)),
    "frozen earlier": lambda: whole_again(frozen_at="2026-03-01T09:10:00+08:00"),
    "another serial": lambda: whole_again(serial=2, previous="a" * 64),
    "another agency": lambda: whole_again(agency="别的局"),
    "another draw number": lambda: whole_again(draw_no="示抽〔2026〕1号-2"),
}


@pytest.mark.parametrize("what", FORGED_WHOLE)
@pytest.mark.parametrize("form", ["full", "public"])
def test_what_is_forged_so_that_all_fits_is_caught_by_the_published_commitment_alone(what: str, form: str):
    published = whole_again()["commitment_sha256"]
    forged = FORGED_WHOLE[what]()
    if form == "public":
        forged = draw.public_receipt(forged, show_officers=False, inspected=None)
    assert failed(forged) == set()
    assert failed(forged, published) == {"公布的承诺"}
    assert {check.name: check.status for check in verify.verify(forged)}["公布的承诺"] == verify.UNPROVEN


def test_other_outside_values_fit_any_commitment_and_are_caught_by_the_published_fingerprint():
    """Values exist only after the commitment: witnesses and the fingerprint published at the draw hold them."""
    true, forged = whole_again(), whole_again(values=["271828", "1828"])
    assert failed(forged, true["commitment_sha256"]) == set()
    assert draw.receipt_sha256(forged) != draw.receipt_sha256(true)
    assert forged["seed"] != true["seed"]


MENDED: dict[str, Callable[[dict[str, Any]], str]] = {
    "pool_sha256": lambda one: verify.pool_sha256(
        verify.line_sha256(verify.Row(**row)) for row in one["pool"]
    ),
    "commitment_sha256": lambda one: verify.sha256_of(verify.commitment_of(one)),
    "seed": lambda one: verify.seed_of(
        *(one[key] for key in ("draw_no", "pool_sha256", "rule_sha256", "secret", "values"))
    ),
}


@pytest.mark.parametrize(
    ("mended", "names"),
    [
        (0, {"对象名单", "抽中对象"}),
        (1, {"承诺", "种子", "抽中对象"}),
        (2, {"种子", "抽中对象"}),
        (3, {"抽中对象"}),
    ],
)
def test_a_salt_edited_and_only_some_hashes_made_to_fit_still_fails(mended: int, names: set[str]):
    document = whole_again()
    row = next(row for row in document["pool"] if row["code"] == document["drawn"][0]["code"])
    row["salt"] = "f" * 32
    for key in list(MENDED)[:mended]:
        document[key] = MENDED[key](document)
    assert names <= failed(document)
