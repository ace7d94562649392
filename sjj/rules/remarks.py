"""备注 of a field record: the officer's own words, and the lines that two small forms write into it.

The contract has one text for remarks; a sample taken and a policy explained are lines in it that can be read
back. What is no such line stays the officer's own words. The page's script writes the same lines.
"""

import re
from dataclasses import dataclass, field

POLICY = "政策宣讲："
SAMPLING = "抽样："
# The parts of a sampling note, in their order: key and the word that stands before it.
SAMPLE_PARTS = (
    ("name", "样品名称"),
    ("quantity", "数量"),
    ("batch", "批号"),
    ("spare", "备样"),
    ("sent", "送检"),
)
_BETWEEN = "；"


@dataclass(frozen=True)
class Remarks:
    """Remarks taken apart. ``sample``: the parts of the sampling note by key."""

    words: str = ""
    policy: str = ""
    sample: dict[str, str] = field(default_factory=dict)


def written(remarks: Remarks) -> str:
    """The one text: policy, sample, then the officer's words."""
    given = [(word, _part(remarks.sample.get(key, ""))) for key, word in SAMPLE_PARTS]
    sample = _BETWEEN.join(f"{word} {part}" for word, part in given if part)
    lines = (_line(POLICY, flat(remarks.policy)), _line(SAMPLING, sample), remarks.words.strip())
    return "\n".join(line for line in lines if line)


def read(text: str) -> Remarks:
    """The same taken apart again; of several such lines the first counts, the others stay words."""
    words: list[str] = []
    policy, sample = "", dict[str, str]()
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(POLICY) and not policy:
            policy = flat(line.removeprefix(POLICY))
        elif line.startswith(SAMPLING) and not sample and (found := _parts(line.removeprefix(SAMPLING))):
            sample = found
        else:
            words.append(line)
    return Remarks("\n".join(words).strip(), policy, sample)


def sample_line(sample: dict[str, str]) -> str:
    """A sampling note as one line of words, "" for none."""
    return written(Remarks(sample=sample)).removeprefix(SAMPLING)


def flat(text: str) -> str:
    """A text on one line; the page's script knows the same white space."""
    return re.sub("[ \t\r\n\f\v\u00a0\u3000]+", " ", text).strip(" ")


def _part(text: str) -> str:
    return flat(text).replace(_BETWEEN, "，")


def _line(begin: str, text: str) -> str:
    return begin + text if text else ""


def _parts(text: str) -> dict[str, str]:
    """The parts of a sampling line; none if any of them is not of our making."""
    found: dict[str, str] = {}
    for part in text.split(_BETWEEN):
        key = next((key for key, word in SAMPLE_PARTS if part.startswith(word + " ")), "")
        if not key or key in found:
            return {}
        found[key] = part.split(" ", 1)[1]
    return found
