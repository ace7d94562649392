"""What leaves the office: public forms, hashes, an enterprise's own line."""

import pytest

from sjj.rules import draw, verify
from tests.rules.draw_makers import EVIDENCE, LATER, make_pool, make_receipt, make_rule


def test_the_open_form_without_officers_names_no_officer_and_no_approver():
    receipt = make_receipt()
    row = receipt["drawn"][0]
    receipt = draw.substitute(receipt, row["code"], row["team"][0], "病假", EVIDENCE, "赵某", LATER)
    receipt = draw.replace(receipt, row["code"], "吊销", EVIDENCE, "赵某", LATER)
    text = verify.canonical(draw.public_receipt(receipt, show_officers=False, inspected=None)).decode()
    assert "ZF-" not in text
    assert "赵某" not in text
    assert "needs" not in text
    assert text.count('"kind":"replace"') == 1


def test_the_open_form_with_officers_keeps_substitutions_without_the_approver():
    receipt = make_receipt()
    row = receipt["drawn"][0]
    receipt = draw.substitute(receipt, row["code"], row["team"][0], "公差", EVIDENCE, "赵某", LATER)
    public = draw.public_receipt(receipt, show_officers=True, inspected=None)
    assert public["changes"][0]["kind"] == "substitute"
    assert "approver" not in public["changes"][0]
    assert public["drawn"] == receipt["drawn"]


def test_the_closed_form_tells_no_stratum_no_salt_and_nobody_drawn_but_not_inspected():
    pool = make_pool(20, ("G1", "一般"))
    receipt = make_receipt(pool, make_rule(pool))
    first = receipt["drawn"][0]["code"]
    receipt = draw.replace(receipt, first, "迁出", EVIDENCE, "赵某", LATER)
    public = draw.public_receipt(receipt, show_officers=True, inspected=None)
    assert first not in public["drawn"]
    assert receipt["changes"][0]["by"] in public["drawn"]
    assert public["drawn"] == sorted(public["drawn"])
    text = verify.canonical(public["pool"]).decode()
    assert "G1" not in text
    assert pool[0].salt not in text
    chosen = draw.public_receipt(receipt, show_officers=False, inspected=["N-00003", "N-00001"])
    assert chosen["drawn"] == ["N-00001", "N-00003"]


def test_the_hash_is_that_of_the_canonical_bytes():
    receipt = make_receipt()
    assert draw.receipt_sha256(receipt) == draw.receipt_sha256(verify.parse(verify.canonical(receipt)))
    assert draw.receipt_sha256(receipt) != draw.receipt_sha256({**receipt, "serial": 2})


def test_an_enterprise_can_check_its_own_line_in_the_closed_form():
    pool = make_pool(20, ("G1", "一般"))
    receipt = make_receipt(pool, make_rule(pool))
    public = draw.public_receipt(receipt, show_officers=False, inspected=None)
    hashes = {row["code"]: row["line_sha256"] for row in public["pool"]}
    drawn = {row["code"] for row in receipt["drawn"]}
    for line in pool:
        mine = draw.explain_line(receipt, line.code)
        assert verify.text_sha256(mine.line) == mine.line_sha256 == hashes[line.code]
        assert verify.ticket(public["seed"], f"{mine.code}|{mine.salt}") == mine.ticket
        assert (mine.ticket <= mine.cut_off_ticket) == mine.is_drawn == (line.code in drawn)
        assert (mine.group_size, mine.take) == (10, 4)
        assert not mine.is_supplement


def test_a_supplement_knows_that_it_came_in_later():
    receipt = make_receipt()
    receipt = draw.replace(receipt, receipt["drawn"][0]["code"], "停业", EVIDENCE, "赵某", LATER)
    mine = draw.explain_line(receipt, receipt["changes"][0]["by"])
    assert mine.is_supplement
    assert not mine.is_drawn


def test_a_stranger_gets_no_line():
    with pytest.raises(LookupError, match="不在本次抽取的名单中"):
        draw.explain_line(make_receipt(), "N-99999")
