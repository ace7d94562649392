"""Finding what may be the same among 100,000 objects, against comparing all pairs.

All pairs of 100,000 would take days: the naive way compares all pairs of a smaller register in the same run,
must find the same there, and is compared by processor time.
"""

from itertools import combinations
from time import process_time

from sjj.rules.duplicates import Row, address_key, find_duplicates, name_key, one_edit_apart

OBJECTS, SMALL, LIMIT = 100_000, 1_200, 10.0
TRADES = ("商贸", "苗木", "建材", "矿业", "餐饮", "农机", "家具", "印染", "运输", "食品")


def rows(number: int) -> list[Row]:
    """An invented register: every 50th object stands in it twice, written otherwise."""
    found = []
    for place in range(number):
        twin = place - 1 if place % 50 == 49 else place
        mixed = twin * 2654435761 % 2**32
        name = "".join(chr(0x4E00 + mixed // 400**power % 400 * 7) for power in range(3))
        form = "有限责任公司" if twin != place else "有限公司"
        name = f"试验{name}{TRADES[mixed % 10]}{form}"
        found.append(Row(place, name, f"N-{place}", f"试验镇第{twin * 7919 % (number // 3 + 1)}号"))
    return found


def all_pairs(listed: list[Row]) -> set[tuple[object, object]]:
    """Pairs alike in code, in name, or at one address with nearly one name: each compared with each."""
    keyed = [(row.key, name_key(row.name), row.code, address_key(row.address)) for row in listed]
    found: set[tuple[object, object]] = set()
    for (one, name, code, place), (other, name2, code2, place2) in combinations(keyed, 2):
        short, long = sorted((name, name2), key=len)
        near = len(short) >= 5 and (one_edit_apart(short, long) or (short in long and short != long))
        if code == code2 or name == name2 or (place == place2 and near):
            found.add((one, other))
    return found


def run() -> list[tuple[str, str, str, bool]]:
    """The figures for the table."""
    small = rows(SMALL)
    started = process_time()
    naive = all_pairs(small)
    middle = process_time()
    ours = {pair for one in find_duplicates(small) for pair in combinations(one.keys, 2)}
    ended = process_time()
    whole = len(find_duplicates(rows(OBJECTS)))
    seconds = process_time() - ended
    same = naive == ours
    ratio = (middle - started) / (ended - middle)
    figure = f"{ratio:.0f} 倍，{'结果一致' if same else '结果不一致'}（{len(ours)} 对）"
    return [
        (f"{SMALL:,} 户查重，对逐对比较", figure, "结果一致，至少 20 倍", same and ratio >= 20),
        (
            f"{OBJECTS:,} 户查重（{whole:,} 组）",
            f"{seconds:.1f} 秒",
            f"{LIMIT:.0f} 秒处理器时间以内",
            seconds < LIMIT,
        ),
    ]
