"""The verifier: tickets against an outside referee, real and tampered receipts, hostile files."""

import ast
import copy
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from consistent_sampler import sampler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sjj.rules import draw, verify
from tests.rules.draw_makers import EVIDENCE, LATER, SHARED, make_pool, make_receipt, make_rule

needs_shared = pytest.mark.skipif(not (SHARED / "receipts").is_dir(), reason="no shared receipts here")
CALM = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def failed(checks: list[verify.Check]) -> set[str]:
    """The names of the checks that fail."""
    return {check.name for check in checks if check.status == verify.FAIL}


def with_own_hashes(document: dict[str, Any]) -> dict[str, Any]:
    """The receipt with rule hashes, commitment and seed made to fit again, as a careful forger would."""
    rule = document["rule"]
    document["rule_sha256"] = verify.sha256_of(rule)
    document["public_rule_sha256"] = verify.sha256_of(verify.public_rule(rule))
    document["commitment_sha256"] = verify.sha256_of(verify.commitment_of(document))
    parts = (document[key] for key in ("draw_no", "pool_sha256", "rule_sha256", "secret", "values"))
    document["seed"] = verify.seed_of(*parts)
    return document


# --- Tickets -----------------------------------------------------------------------------------------

# Published outputs of consistent_sampler 1.0.10.
SHUFFLED = {
    "314159": [
        ("B-2", "0.410310858"),
        ("B-3", "0.470960291"),
        ("A-3", "0.471438751"),
        ("A-2", "0.567089805"),
        ("B-1", "0.9781715679"),
        ("A-1", "0.9828515724"),
    ]
}


def test_ticket_equals_the_published_value():
    known = "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"
    assert verify.ticket("01382438112797316654", "AB-130") == known


def test_order_equals_the_published_shuffle():
    ids = ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"]
    order = list(verify.Tickets("314159").in_order(ids))
    for (name, beginning), (ticket, index) in zip(SHUFFLED["314159"], order, strict=True):
        assert ids[index] == name
        assert ticket.startswith(beginning)


@pytest.mark.parametrize(("seed", "order"), [("31", "badc"), ("77", "bdca")])
def test_small_published_orders(seed: str, order: str):
    assert "".join("abcd"[index] for _, index in verify.Tickets(seed).in_order("abcd")) == order


def test_range_of_a_hundred_equals_the_published_sample():
    ids = [str(number) for number in range(100)]
    order = [index for _, index in verify.Tickets("41").in_order(ids)][:10]
    assert order == [73, 51, 17, 58, 38, 42, 39, 20, 11, 67]


class Small(verify.Tickets):
    """Tickets whose numbers are small or end in zeros, which SHA-256 will not give in a lifetime."""

    def __init__(self, numbers: list[int]) -> None:
        self.given = numbers

    def _numbers(self, identities: Iterable[str]) -> list[int]:
        return [self.given[int(identity)] for identity in identities]


@CALM
@given(
    st.lists(
        st.one_of(
            st.integers(0, 2**256 - 1),
            st.integers(0, 10**6),
            st.integers(0, 77).map(lambda power: min(10**power, 2**256 - 1)),
            st.builds(
                lambda low, high: (high * 10**18 + low) % 2**256, st.integers(0, 3), st.integers(0, 10**59)
            ),
        ),
        max_size=60,
    )
)
def test_order_is_that_of_the_whole_texts_also_for_short_and_round_numbers(numbers: list[int]):
    tickets = Small(numbers)
    ids = [str(index) for index in range(len(numbers))]
    slow = sorted(
        (f"0.{number:064d}"[:2] + f"{number:064d}"[::-1], index) for index, number in enumerate(numbers)
    )
    assert list(tickets.in_order(ids)) == slow
    assert [tickets(one) for one in ids] == [f"0.{f'{number:064d}'[::-1]}" for number in numbers]


def test_the_pool_is_ordered_as_its_ids_are():
    rows = [verify.Row(line.code, line.stratum, line.salt) for line in make_pool(300)]
    tickets = verify.Tickets("种子|é")
    ids = [verify.object_id(row.code, row.salt) for row in rows]
    assert list(tickets.rows_in_order(rows)) == list(tickets.in_order(ids))


def test_three_percent_of_a_large_pool_are_the_referees():
    pool = [verify.Row(*line.__dict__.values()) for line in make_pool(20_000, ("全部",))]
    ids = [verify.object_id(row.code, row.salt) for row in pool]
    theirs = [one[1] for one in sampler(ids, seed="种子", take=600)]
    ours = verify.Replay("种子", pool, {"全部": {"take": 600}}).drawn
    assert [verify.object_id(one.code, one.salt) for one in ours] == theirs


# --- Receipts ----------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    "path", sorted((SHARED / "receipts").glob("valid-*.json")), ids=lambda path: path.stem
)
def test_every_valid_receipt_passes(path: Path):
    assert failed(verify.verify_file(str(path))) == set()


TAMPERED = {
    "tampered-commitment": {"时间先后", "承诺"},
    "tampered-drawn": {"抽中对象"},
    "tampered-pool": {"对象名单", "分层与户数"},
    "tampered-rule": {"完整规则", "公开规则", "抽中对象", "检查人员"},
    "tampered-team": {"检查人员"},
}


@needs_shared
@pytest.mark.parametrize("name", TAMPERED)
def test_every_tampered_receipt_fails_where_it_was_touched(name: str):
    assert failed(verify.verify_file(str(SHARED / "receipts" / f"{name}.json"))) >= TAMPERED[name]


@needs_shared
def test_receipts_made_elsewhere_are_reproduced_byte_for_byte():
    for path in (SHARED / "receipts").glob("valid-*.json"):
        document = verify.parse(path.read_bytes())
        if document["kind"] != "full":
            continue
        pool = [draw.PoolLine(**row) for row in reversed(document["pool"])]
        heading = {
            key: document[key] for key in ("agency", "campaign", "draw_no", "serial", "frozen_at", "previous")
        }
        frozen = draw.freeze(
            pool=pool, rule=draw.Rule.from_dict(document["rule"]), secret=document["secret"], **heading
        )
        again = draw.run(frozen, document["values"], document["drawn_at"])
        for change in document["changes"]:
            why = (change["reason"], change["evidence_sha256"], change["approver"], change["at"])
            if change["kind"] == "replace":
                again = draw.replace(again, change["code"], *why)
            else:
                again = draw.substitute(again, change["code"], change["out"], *why)
        assert verify.canonical(again) == verify.canonical(document)


def test_own_receipt_with_changes_passes_in_every_form():
    receipt = changed_receipt()
    assert failed(verify.verify(receipt, receipt["commitment_sha256"])) == set()
    for show in (True, False):
        public = draw.public_receipt(receipt, show_officers=show, inspected=None)
        assert failed(verify.verify(public, receipt["commitment_sha256"])) == set()
        assert "--" in {check.status for check in verify.verify(public)}


def changed_receipt() -> dict[str, Any]:
    receipt = make_receipt()
    first = receipt["drawn"][0]
    receipt = draw.replace(receipt, first["code"], "注销", EVIDENCE, "分管领导", LATER)
    by = receipt["changes"][0]["by"]
    out = receipt["changes"][0]["team"][0]
    return draw.substitute(receipt, by, out, "病假", EVIDENCE, "分管领导", LATER)


def test_a_wrong_published_commitment_fails():
    assert failed(verify.verify(make_receipt(), "0" * 64)) == {"公布的承诺"}


def test_a_closed_receipt_says_who_holds_the_full_one():
    pool = make_pool(20, ("G1", "一般"))
    public = draw.public_receipt(make_receipt(pool, make_rule(pool)), show_officers=True, inspected=None)
    checks = verify.verify(public)
    assert failed(checks) == set()
    assert any(check.status == "--" and "监督人员持有完整凭据" in check.reason for check in checks)
    assert "rule" not in public
    assert all(set(row) == {"code", "line_sha256"} for row in public["pool"])


def forge(**edits: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update(edits)


def forge_rule(**edits: Any) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        document["rule"].update(edits)
        with_own_hashes(document)

    return edit


def swap(document: dict[str, Any]) -> None:
    drawn = document["drawn"]
    drawn[0]["code"], drawn[1]["code"] = drawn[1]["code"], drawn[0]["code"]


def swap_lines(document: dict[str, Any]) -> None:
    document["pool"][0], document["pool"][1] = document["pool"][1], document["pool"][0]


DIE = {"from": "赵", "kind": "dice", "issue": "", "digits": 6}
FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "an unknown key": (forge(note="x"), "凭据格式"),
    "a missing key": (lambda document: document.pop("seed"), "凭据格式"),
    "a fraction": (forge(serial=1.0), "凭据格式"),
    "a truth value for a number": (forge(serial=True), "凭据格式"),
    "null": (forge(previous=None), "凭据格式"),
    "a text not in NFC": (forge(agency="e\u0301"), "凭据格式"),
    "a lone surrogate": (forge(agency="\ud800"), "凭据格式"),
    "an unassigned character": (forge(agency="\u0378"), "凭据格式"),
    "a draw number with a bar": (forge(draw_no="a|b"), "凭据格式"),
    "a time without an offset": (forge(drawn_at="2026-03-02T09:31:12"), "凭据格式"),
    "a time without seconds": (forge(drawn_at="2026-03-02T09:31+08:00"), "凭据格式"),
    "a day that does not exist": (forge(drawn_at="2026-02-30T09:31:12+08:00"), "凭据格式"),
    "a draw before the freeze": (forge(drawn_at="2026-03-02T01:09:59Z"), "时间先后"),
    "a secret in capitals": (forge(secret="A" * 64), "凭据格式"),
    "another secret": (forge(secret="a" * 64), "密数"),
    "values in full width": (forge(values=["３14159", "0718"]), "外部数字"),
    "a value too few": (forge(values=["3141590718"]), "外部数字"),
    "another seed": (forge(seed="x"), "种子"),
    "serial 2 without a predecessor": (forge(serial=2), "承诺"),
    "two drawn objects swapped": (swap, "抽中对象"),
    "a drawn object left out": (lambda document: document["drawn"].pop(), "抽中对象"),
    "pool lines out of order": (swap_lines, "对象名单"),
    "an object twice": (lambda document: document["pool"].append(document["pool"][-1]), "对象名单"),
    "one source only": (forge_rule(sources=[DIE | {"digits": 10}]), "外部来源"),
    "the same source twice": (forge_rule(sources=[DIE, DIE]), "外部来源"),
    "seven digits": (forge_rule(sources=[DIE, DIE | {"from": "钱", "digits": 1}]), "外部来源"),
    "a team of one": (forge_rule(team={"size": 1, "unit": "officer"}), "人员与要求"),
    "needs of a stranger": (forge_rule(needs={"N-99999": [["种苗"]]}), "人员与要求"),
    "needs for three places": (forge_rule(needs={"N-00001": [[], [], []]}), "人员与要求"),
    "a need nobody meets": (forge_rule(needs={"N-00001": [["潜水"]]}), "每户可派人员"),
    "no officers": (forge_rule(officers=[]), "每户可派人员"),
    "a team as large as the world": (forge_rule(team={"size": 2**53 - 1, "unit": "group"}), "每户可派人员"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_fails_at_the_right_line(forgery: str):
    document = copy.deepcopy(make_receipt())
    edit, line = FORGERIES[forgery]
    edit(document)
    assert line in failed(verify.verify(document))


CHANGE_FORGERIES: dict[str, dict[str, Any]] = {
    "another reserve": {"by": "N-00000"},
    "another team": {"team": ["ZF-000", "ZF-001"]},
    "a reason outside the list": {"reason": "拒绝"},
    "an officer's reason for an object": {"reason": "病假"},
    "no approver": {"approver": ""},
    "before the draw": {"at": "2026-03-02T09:31:11+08:00"},
    "another kind": {"kind": "swap"},
    "a kind that is a list": {"kind": []},
}


@pytest.mark.parametrize("forgery", CHANGE_FORGERIES)
def test_a_forged_change_fails(forgery: str):
    document = changed_receipt()
    document["changes"][0] = document["changes"][0] | CHANGE_FORGERIES[forgery]
    assert failed(verify.verify(document)) & {"变更", "时间先后", "凭据格式"}


def test_a_public_receipt_with_officers_in_some_rows_only_fails():
    public = draw.public_receipt(make_receipt(), show_officers=True, inspected=None)
    del public["drawn"][0]["team"]
    assert failed(verify.verify(public)) == {"凭据格式"}


def test_a_public_receipt_must_not_name_a_closed_stratum():
    pool = make_pool(20, ("G1", "一般"))
    receipt = make_receipt(pool, make_rule(pool))
    public = {**receipt, "kind": "public", "rule": verify.public_rule(receipt["rule"])}
    public["drawn"] = [{key: row[key] for key in row if key != "team"} for row in receipt["drawn"]]
    assert failed(verify.verify(public)) == {"分层与户数"}


# --- Canonical JSON and strict reading ---------------------------------------------------------------


def test_canonical_json_is_written_exactly():
    value = {"𠮷": 1, "ａ": [True, False], "a": 'q"\\\x01\n\x7f/', "": {}}
    assert verify.canonical(value) == (
        '{"":{},"a":"q\\"\\\\\\u0001\\n\x7f/","ａ":[true,false],"𠮷":1}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [1.0, None, 2**53, -(2**53), "e\u0301", "\ud800", {1: 2}, (1,), {"a": b"x"}],
    ids=["float", "null", "too big", "too small", "not NFC", "surrogate", "key", "tuple", "bytes"],
)
def test_canonical_json_refuses(value: object):
    with pytest.raises(verify.Refused):
        verify.canonical(value)


def test_canonical_json_refuses_what_is_nested_too_deep():
    with pytest.raises(verify.Refused):
        verify.canonical(_nested(100_000))


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


HOSTILE_FILES = {
    "empty": b"",
    "a BOM": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "duplicate keys": b'{"a": 1, "a": 1}',
    "a float": b'{"a": 1.0}',
    "an exponent": b'{"a": 1e3}',
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "minus nought": b'{"a": -0}',
    "a huge number": b'{"a": ' + b"9" * 100_000 + b"}",
    "beyond 2^53": b'{"a": 9007199254740992}',
    "very deep": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 200_000,
    "cut off": b'{"format": "sjj-draw/2"',
    "trailing text": b"{} {}",
    "a control character": b'{"a": "\x01"}',
    "a list": b"[]",
    "a number": b"7",
    "an escaped surrogate": b'{"format": "\\ud800", "kind": "full"}',
    "format as a list": b'{"format": [[]], "kind": {}}',
}


@pytest.mark.parametrize("what", HOSTILE_FILES)
def test_a_hostile_file_is_one_failed_line(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "receipt.json"
    path.write_bytes(HOSTILE_FILES[what])
    assert verify.main([str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("FAIL ")


SAID_ALIKE = {
    b"": "不是合格的JSON",
    b"{} {}": "不是合格的JSON",
    b'{"a": 01}': "不是合格的JSON",
    b"[" * 64: "不是合格的JSON",
    b"[" * 65: "层次太深，超过64层",
    b"[" * 65 + b"]" * 65: "层次太深，超过64层",
    b'{"a": 1.0' + b"[" * 65: "层次太深，超过64层",  # depth is judged before anything is read
    b'["' + b"[" * 99 + b'\\"[["]': "凭据应为一个JSON对象",  # brackets inside a text are text
    b'["\\\\", ' + b"[" * 65: "层次太深，超过64层",  # the text ended after two backslashes
    b'["' + b"[" * 99: "不是合格的JSON",  # a text that does not end
    b'{"a": NaN}': "不能有小数或特殊数值NaN",
    b'{"a": -0}': "数字不能写成-0",
    b'{"a": 9007199254740992}': "整数9007199254740992超出范围",
    b'{"a": 1, "\\u0061": 1}': "同一处有重复的键“a”",
    b'{"a": 1.5, "a": 1, oops': "不能有小数或特殊数值1.5",  # the first fault met is the one told
    b'["\xff"]': "文件不是UTF-8编码",
}


@pytest.mark.parametrize("data", SAID_ALIKE, ids=lambda data: repr(data[:20]))
def test_what_is_said_of_a_malformed_file_depends_on_no_parser(data: bytes):
    (check,) = verify.verify_bytes(data)
    assert check.reason == SAID_ALIKE[data]


def test_sixty_four_levels_are_read():
    assert verify.parse(b"[" * 64 + b"]" * 64) == _nested(63)


def test_a_lone_surrogate_is_told_before_an_unassigned_character():
    assert verify.text_fault("\u0378\ud800") == verify.text_fault("\ud800\u0378") == "含有孤立的代理字符"
    assert verify.text_fault("\u0378") == "含有未分配的字符"


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(verify, "MAX_BYTES", 1024)
    path = tmp_path / "receipt.json"
    path.write_bytes(b" " * 2000)
    assert failed(verify.verify_file(str(path))) == {"读取"}


@pytest.mark.parametrize("path", ["", "/no/such/file", "/", "a\x00b"])
def test_a_file_that_cannot_be_opened_is_a_failed_check(path: str):
    assert failed(verify.verify_file(path)) == {"读取"}


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path]
    if isinstance(value, dict):
        for key in value:
            found += places_in(value[key], (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += places_in(item, (*path, index))
    return found


WEIRD = [
    None,
    True,
    0,
    -1,
    2**53 - 1,
    "",
    "|",
    "\n",
    "\ud800",
    "ZF-001",
    [],
    {},
    [[]],
    {"": {}},
    ["a"],
    {"a": "b"},
]


@pytest.mark.parametrize("form", ["full", "public with officers", "public", "closed"])
def test_no_edit_of_one_or_two_places_makes_the_verifier_stumble(form: str):
    pool = make_pool(12, ("G1",) if form == "closed" else ("特殊", "一般"))
    document = make_receipt(
        pool, make_rule(pool, 2, needs={"N-00001": [["种苗"]]}, barred={"N-00002": {"ZF-001": "亲属"}})
    )
    if form == "full":
        document = changed_receipt()
    elif form != "closed":
        first = document["drawn"][0]["code"]
        document = draw.replace(document, first, "迁出", EVIDENCE, "领导", LATER)
        document = draw.public_receipt(document, show_officers=form == "public with officers", inspected=None)
    else:
        document = draw.public_receipt(document, show_officers=False, inspected=None)
    source = random.Random(form)  # noqa: S311 - the same edits every time
    places = places_in(document)[1:]
    for _ in range(250):
        broken = copy.deepcopy(document)
        for path in source.sample(places, source.choice((1, 1, 2))):
            edit(broken, path, source)
        checks = verify.verify(broken)
        assert checks
        for check in checks:
            assert verify.line_of(check).isprintable()


def edit(document: Any, path: tuple[Any, ...], source: random.Random) -> None:
    """Change, drop or double what stands at a place; a place that is gone is left alone."""
    try:
        for step in path[:-1]:
            document = document[step]
        kind = source.randrange(3)
        if kind == 0 and isinstance(document, dict):
            del document[path[-1]]
        elif kind == 1 and isinstance(document, list):
            document.append(copy.deepcopy(document[path[-1]]))
        else:
            document[path[-1]] = copy.deepcopy(source.choice(WEIRD))
    except (KeyError, IndexError, TypeError):
        return


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@CALM
@given(json_values)
def test_any_json_value_is_answered(value: Any):
    assert failed(verify.verify(value)) == {"凭据格式"}


@CALM
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes):
    assert failed(verify.verify_bytes(data))


# --- The program -------------------------------------------------------------------------------------


def test_the_file_works_copied_out_alone(tmp_path: Path):
    assert verify.__file__ is not None
    shutil.copy(verify.__file__, tmp_path / "verify.py")
    (tmp_path / "receipt.json").write_bytes(json.dumps(make_receipt()).encode())
    program = [sys.executable, "-I", "-S", "verify.py", "receipt.json"]
    commitment = make_receipt()["commitment_sha256"]
    right = subprocess.run(
        [*program, "--commitment", commitment], cwd=tmp_path, capture_output=True, check=False
    )
    assert right.returncode == 0
    assert {line.split()[0] for line in right.stdout.decode().splitlines()} == {"ok"}
    wrong = subprocess.run(
        [*program, f"--commitment={'0' * 64}"], cwd=tmp_path, capture_output=True, check=False
    )
    assert wrong.returncode == 1
    assert not wrong.stderr


def test_the_file_keeps_to_the_grammar_of_python_3_9():
    assert verify.__file__ is not None
    source = Path(verify.__file__).read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 9))
    with pytest.raises(SyntaxError):
        ast.parse("match 1:\n    case 1:\n        pass", feature_version=(3, 9))


def test_the_rules_load_without_anything_installed():
    code = (
        "import sys, pkgutil, importlib\n"
        "import sjj.rules\n"
        "for one in pkgutil.iter_modules(sjj.rules.__path__):\n"
        "    importlib.import_module('sjj.rules.' + one.name)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "outside = loaded - set(sys.stdlib_module_names) - {'__main__', 'sjj'}\n"
        "sys.exit(f'{outside}' if outside else 0)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["a", "--commitment"]])
def test_a_wrong_call_shows_how(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert verify.main(arguments) == 2
    assert "用法" in capsys.readouterr().out
