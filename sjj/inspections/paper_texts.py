"""The fixed words of the papers: what we print, and what an agency prints instead. Reads only.

The legal frame is 国办发〔2024〕54号 and the basic formats of 2025; an office whose superior words them
otherwise changes them on the settings page, without anybody touching this file.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sjj.database import db
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_models import PaperText

# 国办发〔2024〕54号: what an administrative inspection must never be.
FIVE_BANS = (
    "严禁逐利检查",
    "严禁干扰企业正常生产经营",
    "严禁任性处罚企业",
    "严禁下达检查指标",
    "严禁变相检查",
)
RIGHTS = (
    "执法人员不足两人，或者不出示执法证件的，有权拒绝检查。",
    "执法人员与你单位有直接利害关系或者有其他关系可能影响公正执法的，有权申请回避。",
    "有权了解检查的依据、内容和结果，有权陈述和申辩。",
    "对检查中违反上述规定和“五个严禁”的行为，有权投诉举报。",
    "应当如实提供有关情况和材料，不得拒绝、阻碍检查。",
)


@dataclass(frozen=True, slots=True)
class FixedText:
    """A text that an office may word itself; `many`: one a line."""

    key: str
    label: str
    words: str
    many: bool = False


def _title(kind: PaperKind) -> FixedText:
    return FixedText("title", "标题", kind.title.removesuffix("（空白）"))


_IDENTITY = (
    "我们是本机关的执法人员，已向你出示执法证件。现依法对你单位进行检查，请予配合。"
    "如果你认为执法人员与你单位有利害关系，可以申请回避；对检查情况，你有权陈述和申辩。"
)
_READ = "以上笔录已阅读（已向我宣读），记录属实。"
TEXTS: dict[PaperKind, tuple[FixedText, ...]] = {
    PaperKind.APPROVAL: (
        _title(PaperKind.APPROVAL),
        FixedText("closing", "说明", "经批准后方可实施检查；情况紧急需要当场检查的，检查后及时补办审批。"),
    ),
    PaperKind.NOTICE: (
        _title(PaperKind.NOTICE),
        FixedText(
            "opening",
            "正文",
            "根据“双随机、一公开”监管要求，本机关依法对你单位进行行政检查。现将有关事项通知如下：",
        ),
        FixedText("rights", "权利和义务", "\n".join(RIGHTS), many=True),
        FixedText("bans", "五个严禁", "\n".join(FIVE_BANS), many=True),
        FixedText("closing", "结束语", "特此通知。"),
    ),
    PaperKind.BLANK: (
        _title(PaperKind.BLANK),
        FixedText("opening", "告知词", _IDENTITY),
        FixedText("closing", "核对语", _READ),
    ),
    PaperKind.RECORD: (
        _title(PaperKind.RECORD),
        FixedText("opening", "告知词", _IDENTITY),
        FixedText("closing", "核对语", _READ),
    ),
    PaperKind.OFFSITE: (
        _title(PaperKind.OFFSITE),
        FixedText(
            "opening",
            "正文",
            "本机关依法对该单位实施非现场检查：核对书面材料、监测数据和视频等，没有派人到场。检查情况记录如下：",
        ),
        FixedText("closing", "结束语", "以上记录依据所列证据作出，证据文件以所列指纹（SHA-256）为准。"),
    ),
    PaperKind.RESULT: (
        _title(PaperKind.RESULT),
        FixedText("opening", "正文", "本机关对你单位的检查已经结束。现将检查结果告知如下："),
        FixedText(
            "closing",
            "结束语",
            "对检查结果有异议的，可以向本机关陈述、申辩。检查结果依法向社会公示。",
        ),
    ),
    PaperKind.ORDER: (
        _title(PaperKind.ORDER),
        FixedText("opening", "正文", "经检查，你单位存在下列问题。现责令你单位按下列要求和期限改正："),
        FixedText(
            "closing",
            "结束语",
            "改正完成后，请将改正情况和有关材料书面报本机关，本机关将进行复查。逾期不改正的，依法处理。"
            "对本通知有异议的，可以依法申请行政复议或者提起行政诉讼。",
        ),
    ),
    PaperKind.RECHECK: (
        _title(PaperKind.RECHECK),
        FixedText("closing", "核对语", "以上复查情况属实。"),
    ),
}


def texts_of(agency_id: int, kind: PaperKind) -> dict[str, str]:
    """The words of one paper as this agency prints them, by key."""
    own = dict(
        db.session.execute(
            select(PaperText.key, PaperText.text).where(
                PaperText.agency_id == agency_id, PaperText.paper == kind
            )
        ).all()
    )
    return {text.key: own.get(text.key, text.words) for text in TEXTS[kind]}


def told_on_site(agency_id: int) -> dict[str, Any]:
    """What officers say at the door: who they are, the rights and the five bans, as this agency prints them."""
    notice = texts_of(agency_id, PaperKind.NOTICE)
    return {
        "opening": texts_of(agency_id, PaperKind.RECORD)["opening"],
        "rights": lines_of(notice["rights"]),
        "bans": lines_of(notice["bans"]),
    }


def lines_of(text: str) -> list[str]:
    """A text of one entry a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
