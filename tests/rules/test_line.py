"""One enterprise's own line as a file: what it proves, what it says it cannot prove, every edit of it."""

from pathlib import Path
from typing import Any

import pytest

from sjj.rules import draw, verify
from tests.rules.draw_makers import EVIDENCE, LATER, make_pool, make_receipt, make_rule

KEYS = [
    "format",
    *verify.COMMITMENT_KEYS,
    "commitment_sha256",
    "drawn_at",
    "seed",
    "code",
    "stratum",
    "salt",
    "line_sha256",
    "ticket",
    "group_size",
    "take",
    "cut_off_ticket",
    "is_drawn",
    "is_supplement",
]


def closed_receipt() -> dict[str, Any]:
    """A receipt with a closed stratum, an open one, and one drawn object replaced."""
    pool = make_pool(20, ("G1", "一般"))
    receipt = make_receipt(pool, make_rule(pool))
    return draw.replace(receipt, receipt["drawn"][0]["code"], "迁出", EVIDENCE, "赵某", LATER)


def statuses(checks: list[verify.Check]) -> dict[str, str]:
    return {check.name: check.status for check in checks}


def test_every_line_of_a_draw_proves_itself_and_names_what_it_cannot_prove():
    receipt = closed_receipt()
    drawn = {row["code"] for row in receipt["drawn"]}
    (change,) = receipt["changes"]
    for row in receipt["pool"]:
        mine = draw.line_document(receipt, row["code"])
        assert list(mine) == KEYS
        assert mine["is_drawn"] == (row["code"] in drawn)
        found = statuses(verify.verify(mine, receipt["commitment_sha256"]))
        later = {"递补"} if row["code"] == change["by"] else set()
        assert {name for name, status in found.items() if status == "--"} == {
            "公开凭据",
            "名单中的一行",
            "入选界限",
            *later,
        }
        assert "FAIL" not in found.values()


def test_a_supplement_is_said_to_lie_after_the_cut_off():
    receipt = closed_receipt()
    checks = verify.verify(draw.line_document(receipt, receipt["changes"][0]["by"]))
    (said,) = [check.reason for check in checks if check.name == "是否抽中"]
    assert "大于入选界限" in said
    assert "递补" in said


def test_a_group_that_takes_nobody_has_no_cut_off():
    pool = make_pool(6, ("特殊", "一般"))
    rule = make_rule(pool, strata={"特殊": draw.Stratum(3, 0), "一般": draw.Stratum(3, 3)})
    receipt = make_receipt(pool, rule)
    lines = {row["code"]: draw.line_document(receipt, row["code"]) for row in receipt["pool"]}
    assert {(one["stratum"], one["cut_off_ticket"] == "", one["is_drawn"]) for one in lines.values()} == {
        ("特殊", True, False),
        ("一般", False, True),
    }
    for one in lines.values():
        assert "FAIL" not in statuses(verify.verify(one)).values()


A_SEED = "示抽〔2026〕1号-1|" + "|".join(["a" * 64] * 3) + "|1|2"
EDITS: dict[str, tuple[object, set[str]]] = {
    "format": ("sjj-line/2", {"凭据格式"}),
    "agency": ("别的局", {"承诺"}),
    "campaign": ("别的任务", {"承诺"}),
    "draw_no": ("示抽〔2026〕2号-1", {"承诺", "种子"}),
    "serial": (9, {"承诺"}),
    "frozen_at": ("2026-03-02T09:00:00+08:00", {"承诺"}),
    "pool_sha256": ("a" * 64, {"承诺", "种子"}),
    "rule_sha256": ("a" * 64, {"承诺", "种子"}),
    "public_rule_sha256": ("a" * 64, {"承诺"}),
    "secret_sha256": ("a" * 64, {"承诺", "种子"}),
    "previous": ("a" * 64, {"承诺"}),
    "commitment_sha256": ("a" * 64, {"承诺", "公布的承诺"}),
    "drawn_at": ("2026-03-02T09:00:00+08:00", {"时间先后"}),
    "seed": (A_SEED, {"种子", "签号"}),
    "code": ("N-99999", {"本户一行", "签号"}),
    "stratum": ("一般", {"本户一行"}),
    "salt": ("a" * 32, {"本户一行", "签号"}),
    "line_sha256": ("a" * 64, {"本户一行"}),
    "ticket": ("0." + "9" * 77, {"签号", "是否抽中"}),
    "group_size": (3, {"分组"}),
    "take": (0, {"分组"}),
    "cut_off_ticket": ("0." + "0" * 77, {"是否抽中"}),
    "is_drawn": (False, {"是否抽中"}),
    "is_supplement": (True, {"是否抽中"}),
}


@pytest.mark.parametrize("key", EDITS)
def test_a_line_edited_by_hand_fails_where_it_was_touched(key: str):
    receipt = closed_receipt()
    row = next(row for row in receipt["drawn"] if row["stratum"] == "G1")
    value, names = EDITS[key]
    edited = draw.line_document(receipt, row["code"]) | {key: value}
    found = statuses(verify.verify(edited, receipt["commitment_sha256"]))
    assert {name for name, status in found.items() if status == "FAIL"} == names


def test_when_it_was_drawn_is_said_to_be_unproven():
    """The commitment binds who draws, for what and from which list; when it was drawn stands in the receipt."""
    found = statuses(verify.verify(draw.line_document(closed_receipt(), "N-00001") | {"drawn_at": LATER}))
    assert "FAIL" not in found.values()
    assert found["公开凭据"] == "--"


def test_a_line_of_a_made_up_draw_cannot_borrow_the_published_commitment():
    """Somebody draws again until a rival is in, and writes the hash that everybody knows beside it."""
    real = closed_receipt()
    pool = make_pool(20, ("G1", "一般"))
    made_up = make_receipt(pool, make_rule(pool, 3))
    row = made_up["drawn"][0]
    borrowed = {"commitment_sha256": real["commitment_sha256"]}
    published = {key: real[key] for key in (*verify.COMMITMENT_KEYS, "commitment_sha256")}
    for edit, names in (
        (borrowed, {"承诺"}),
        (published, {"种子"}),
        (published | {"seed": f"{'|'.join(real['seed'].split('|')[:3])}|{'f' * 64}|1|2"}, {"种子", "签号"}),
    ):
        lie = draw.line_document(made_up, row["code"]) | edit
        found = statuses(verify.verify(lie, real["commitment_sha256"]))
        assert {name for name, status in found.items() if status == "FAIL"} == names


def test_whoever_was_left_out_of_a_group_that_is_drawn_whole_is_a_lie():
    pool = make_pool(6, ("特殊", "一般"))
    rule = make_rule(pool, strata={"特殊": draw.Stratum(3, 0), "一般": draw.Stratum(3, 3)})
    receipt = make_receipt(pool, rule)
    lines = {row["stratum"]: draw.line_document(receipt, row["code"]) for row in receipt["pool"]}
    spared = lines["一般"] | {"is_drawn": False, "cut_off_ticket": "0." + "0" * 77}
    slipped_in = lines["特殊"] | {"is_supplement": True}
    for lie in (spared, slipped_in):
        found = statuses(verify.verify(lie))
        assert {name for name, status in found.items() if status == "FAIL"} == {"是否抽中"}


@pytest.mark.parametrize("key", KEYS)
def test_a_line_with_a_key_too_few_or_too_many_fails(key: str):
    receipt = closed_receipt()
    mine = draw.line_document(receipt, "N-00001")
    assert statuses(verify.verify(mine | {f"{key}2": mine[key]}))["凭据格式"] == "FAIL"
    mine.pop(key)
    assert statuses(verify.verify(mine))["凭据格式"] == "FAIL"


@pytest.mark.parametrize("weird", [None, 1.5, -1, [], {}, "", "|", "\ud800", True], ids=repr)
@pytest.mark.parametrize("key", KEYS)
def test_nothing_in_a_line_makes_the_verifier_stumble(key: str, weird: object):
    mine = draw.line_document(closed_receipt(), "N-00001") | {key: weird}
    assert all(verify.line_of(check).isprintable() for check in verify.verify(mine))
    assert verify.verify_line(mine)


def test_the_program_knows_a_line_by_its_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    receipt = closed_receipt()
    path = tmp_path / "line.json"
    path.write_bytes(verify.canonical(draw.line_document(receipt, "N-00001")))
    assert verify.main([str(path), "--commitment", receipt["commitment_sha256"]]) == 0
    assert "本户一行" in capsys.readouterr().out


def test_a_stranger_gets_no_file():
    with pytest.raises(LookupError, match="不在本次抽取的名单中"):
        draw.line_document(closed_receipt(), "N-99999")
