"""The worked example of the page that explains the draw: five shops, two drawn, every figure made by the shipped rule.

Only what has to be fixed is written down here (names, salts, secret, thrown numbers); every fingerprint, ticket
and place is computed by `sjj.rules`, so that the explanation can never say anything else than the rule does.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from sjj.rules import draw, verify

VALUES = ("402913", "7588")
TAKE = 2
_SHOPS = ("1号店", "2号店", "3号店", "4号店", "5号店")
_SALTS = (
    "6d0f3c1be58a49270f1d6ab8c3e49512",
    "a91c40de7325fb8869e0127cd5b43f06",
    "0b7e9d25c84613fa5d2c90e1f7a6834d",
    "f3582ac6190b7de4483fa5c9716e20db",
    "58e1b6074acd932f1b60fd8e25397ca4",
)
_SEALED = "3f6b0c9e5a7d1284c0e96f3b8d2a5174e1b8c6073f9d4a2586e0b7c1d39f5a48"
_OFFICERS = ("检查员甲", "检查员乙", "检查员丙", "检查员丁")


@dataclass(frozen=True, slots=True)
class Shop:
    """One line of the example's list, in the order of the tickets."""

    place: int
    code: str
    salt: str
    ticket: str
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class Example:
    """The draw of the example as the page tells it."""

    receipt: dict[str, Any]
    seed_sha256: str
    shops: tuple[Shop, ...]
    """By ticket, smallest first."""
    first_sha256: str
    """What the digest of the first shop drawn looks like before it becomes a ticket."""
    first_number: str
    """The same as a decimal number of at least 64 digits."""

    @property
    def listed(self) -> tuple[Shop, ...]:
        """By code, as in the frozen list."""
        return tuple(sorted(self.shops, key=lambda shop: shop.code))

    @property
    def drawn(self) -> tuple[Shop, ...]:
        """The shops that are inspected."""
        return tuple(shop for shop in self.shops if shop.is_drawn)


@cache
def worked_example() -> Example:
    """The example, worked out once."""
    receipt = draw.run(_frozen(), list(VALUES), "2026-03-02T09:31:12+08:00")
    tickets = verify.Tickets(receipt["seed"])
    drawn = {row["code"] for row in receipt["drawn"]}
    order = sorted((tickets(verify.object_id(row["code"], row["salt"])), row) for row in receipt["pool"])
    shops = tuple(
        Shop(place, row["code"], row["salt"], ticket, row["code"] in drawn)
        for place, (ticket, row) in enumerate(order, 1)
    )
    seed_sha256 = sha256(receipt["seed"].encode()).hexdigest()
    digest = sha256(f"{seed_sha256}{shops[0].code}|{shops[0].salt}".encode()).hexdigest()
    return Example(receipt, seed_sha256, shops, digest, str(int(digest, 16)).zfill(64))


def _frozen() -> draw.Frozen:
    pool = [draw.PoolLine(code, "一般", salt) for code, salt in zip(_SHOPS, _SALTS, strict=True)]
    rule = draw.Rule(
        salt="0" * 32,
        strata={"一般": draw.Stratum(len(pool), TAKE, "5户抽2户", closed=False)},
        team=draw.TeamRule(2, "officer"),
        officers=[draw.OfficerEntry(name, (), (), 0) for name in sorted(_OFFICERS)],
        sources=(
            draw.Source("企业代表", "dice", "", len(VALUES[0])),
            draw.Source("纪检监督员", "dice", "", len(VALUES[1])),
        ),
    )
    return draw.freeze(
        agency="示例县林业局",
        campaign="讲解用的例子",
        draw_no="示例抽查1号",
        serial=1,
        frozen_at="2026-03-02T09:10:00+08:00",
        previous="",
        pool=pool,
        rule=rule,
        secret=_SEALED,
    )
