"""A row edited behind the app's back is found by `sjj check`, which then exits 1."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text

from sjj.cli import cli
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.models import Draw
from sjj.files import store
from sjj.rules.lifecycle import DrawState
from tests.makers.draws import FROZEN_AT, make_draw
from tests.makers.plans import make_campaign

RECEIPTS = Path(__file__).parents[3] / "shared" / "data" / "receipts"


def edit(draw: Draw, column: str, change: Callable[[str], str]) -> None:
    """Change a stored text the way somebody with the database open would."""
    old = str(db.session.scalar(text(f"SELECT {column} FROM draw WHERE id = {draw.id}")))
    new = change(old)
    assert new != old
    db.session.execute(text(f"UPDATE draw SET {column} = :new WHERE id = {draw.id}"), {"new": new})
    db.session.commit()


def swap_first(old: str) -> str:
    """A text with its first hex digit changed."""
    return ("0" if old[0] != "0" else "1") + old[1:]


def test_all_is_well(app: Flask) -> None:
    make_draw()
    make_draw(state=DrawState.FROZEN)
    make_draw(state=DrawState.VOIDED)
    result = app.test_cli_runner().invoke(cli, ["check"])
    assert result.exit_code == 0, result.output
    assert "相符" in result.output


EDITS: dict[str, tuple[str, Callable[[str], str]]] = {
    "another salt in the pool": (
        "pool",
        lambda old: old.replace('"salt":"', '"salt":"0', 1).replace('0"}', '"}', 1),
    ),
    "another quota in the rule": ("rule", lambda old: old.replace('"take":2', '"take":3', 1)),
    "another secret": ("secret", swap_first),
    "another commitment": ("commitment_sha256", swap_first),
    "another agency in the commitment": ("commitment", lambda old: old.replace("林业局", "农业局")),
    "another draw number": ("draw_no", lambda old: old + "0"),
    "another hash of the receipt": ("receipt_sha256", swap_first),
    "another value in the receipt": ("receipt", lambda old: old.replace('"031415"', '"031416"')),
    "another team in the receipt": ("receipt", lambda old: swap_team(old)),
    "a state that was turned back": ("state", lambda _: "frozen_draw"),
    "a void that was forged": ("state", lambda _: "voided"),
}


def swap_team(old: str) -> str:
    """A receipt whose first team stands the other way round."""
    receipt = json.loads(old)
    receipt["drawn"][0]["team"].reverse()
    return json.dumps(receipt, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("case", EDITS)
def test_an_edited_row_is_found(app: Flask, case: str) -> None:
    draw = make_draw()
    edit(draw, *EDITS[case])
    assert_found(app)


def assert_found(app: Flask) -> None:
    """The command says FAIL and exits 1."""
    result = app.test_cli_runner().invoke(cli, ["check"])
    assert result.exit_code == 1, result.output
    assert "FAIL" in result.output


@pytest.mark.parametrize("column", ["frozen_at", "drawn_at"])
def test_a_moved_time_is_found(app: Flask, column: str) -> None:
    draw = make_draw()
    setattr(draw, column, getattr(draw, column) + timedelta(days=1))
    db.session.commit()
    assert_found(app)


def test_another_value_beside_the_receipt_is_found(app: Flask) -> None:
    draw = make_draw()
    draw.outside_values = ["031416", draw.outside_values[1]]
    db.session.commit()
    assert_found(app)


def test_another_object_behind_a_code_is_found(app: Flask) -> None:
    draw = make_draw()
    code, number = draw.objects[0].entity.code, draw.objects[0].entity_id
    other = next(one for one in draw.entity_ids.values() if one != number)
    draw.entity_ids = {**draw.entity_ids, code: other}
    db.session.commit()
    assert_found(app)


def test_an_edited_result_row_is_found(app: Flask) -> None:
    draw = make_draw()
    draw.objects[0].team = list(reversed(draw.objects[0].team))
    db.session.commit()
    assert [fault for fault in integrity.faults() if "抽中名单与凭据不符" in fault]


def test_a_draw_that_vanished_is_found(app: Flask) -> None:
    campaign = make_campaign()
    first = make_draw(campaign, state=DrawState.VOIDED)
    last = make_draw(campaign, state=DrawState.FROZEN, at=FROZEN_AT + timedelta(hours=1))
    db.session.execute(text("DELETE FROM draw_message"))
    db.session.execute(text(f"DELETE FROM draw WHERE id = {last.id}"))
    db.session.commit()
    assert [fault for fault in integrity.faults() if "操作日志中有这次冻结" in fault]
    db.session.execute(text(f"DELETE FROM draw WHERE id = {first.id}"))
    db.session.commit()
    assert len(integrity.faults()) == 2


def test_a_gap_in_the_chain_is_found(app: Flask) -> None:
    campaign = make_campaign()
    first = make_draw(campaign, state=DrawState.VOIDED)
    make_draw(campaign, state=DrawState.FROZEN, at=FROZEN_AT + timedelta(hours=1))
    db.session.execute(text("DELETE FROM draw_message"))
    db.session.execute(text(f"DELETE FROM draw WHERE id = {first.id}"))
    db.session.commit()
    found = " ".join(integrity.faults())
    assert "中间缺了抽取" in found
    assert "没有接上前一份承诺" in found


def test_list_names_every_draw(app: Flask) -> None:
    draw = make_draw()
    result = app.test_cli_runner().invoke(cli, ["draw", "list"])
    assert draw.draw_no in result.output
    assert draw.receipt_sha256 in result.output


def test_a_stored_receipt_passes_the_command(app: Flask, tmp_path: Path) -> None:
    draw = make_draw()
    file = tmp_path / "凭据.json"
    file.write_text(draw.receipt, encoding="utf-8")
    runner = app.test_cli_runner()
    good = runner.invoke(cli, ["draw", "verify", str(file), "--commitment", draw.commitment_sha256])
    assert (good.exit_code, "FAIL" in good.output) == (0, False)
    bad = runner.invoke(cli, ["draw", "verify", str(file), "--commitment", "0" * 64])
    assert bad.exit_code == 1
    assert "FAIL" in bad.output


@pytest.mark.skipif(not RECEIPTS.is_dir(), reason="本机没有外部凭据样本")
def test_receipts_made_elsewhere_get_the_right_answer(app: Flask) -> None:
    files = sorted(RECEIPTS.glob("*.json"))
    assert files
    for file in files:
        result = app.test_cli_runner().invoke(cli, ["draw", "verify", str(file)])
        assert result.exit_code == (1 if file.name.startswith("tampered") else 0), (
            f"{file.name}\n{result.output}"
        )


def test_a_changed_or_missing_file_is_found(app: Flask) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    stored = store.keep(picture.getvalue())
    db.session.commit()
    path = store.original_path(stored.sha256)
    assert app.test_cli_runner().invoke(cli, ["check"]).exit_code == 0
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"0")
    result = app.test_cli_runner().invoke(cli, ["check"])
    assert (result.exit_code, "内容与保存时不符" in result.output) == (1, True)
    path.unlink()
    result = app.test_cli_runner().invoke(cli, ["check"])
    assert (result.exit_code, "不见了" in result.output) == (1, True)


MESSAGE_EDITS = {
    "a void is never told": "DELETE FROM draw_message WHERE kind = 'voided'",
    "it is told as something else": "UPDATE draw_message SET kind = 'drawn' WHERE kind = 'voided'",
    "another reason": "UPDATE draw_message SET sentence = replace(sentence, '名单有误', '演练') WHERE kind = 'voided'",
    "told to another agency": "UPDATE draw_message SET agency_id = (SELECT max(id) FROM agency) WHERE kind = 'voided'",
}


@pytest.mark.parametrize("edit_of", MESSAGE_EDITS.values(), ids=MESSAGE_EDITS)
def test_what_the_supervisor_was_told_cannot_be_taken_back(app: Flask, edit_of: str) -> None:
    make_draw(state=DrawState.VOIDED)
    make_draw()
    assert integrity.faults() == []
    assert db.session.execute(text(edit_of)).rowcount == 1
    db.session.commit()
    assert [fault for fault in integrity.faults() if "给监督人员的提醒" in fault]
