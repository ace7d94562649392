"""The fields of each paper: the name that an office writes in its template, what stands in the data, an example.

The one list behind the data, the page that explains the fields, and the check of an uploaded template. Pure.
"""

from dataclasses import dataclass
from typing import Any

from sjj.inspections.paper_kinds import PaperKind


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `inner`: of each of its rows; `rows` without inner: a list of plain texts."""

    key: str
    name: str
    sample: str = ""
    rows: bool = False
    inner: tuple["Field", ...] = ()
    picture: bool = False


def _text(key: str, name: str, sample: str) -> Field:
    return Field(key, name, sample)


def _texts(key: str, name: str, sample: str) -> Field:
    return Field(key, name, sample, rows=True)


def _rows(key: str, name: str, *inner: Field) -> Field:
    return Field(key, name, rows=True, inner=inner)


def _picture(key: str, name: str) -> Field:
    return Field(key, name, picture=True)


_COMMON = (
    _text("agency", "机关名称", "某县林业局"),
    _text("title", "文书名称", "行政检查通知书"),
    _text("number", "文号", "某林抽查〔2026〕3号-001"),
    _text("entity", "检查对象", "某县木材加工厂"),
    _text("code", "代码", "91130227MA0000000X"),
    _text("representative", "负责人", "张三"),
    _text("address", "地址", "某县某镇某村"),
    _text("campaign", "任务名称", "木材经营加工监督检查"),
    _text("campaign_no", "任务文号", "某林抽查〔2026〕3号"),
    _text("check_type", "检查类型", "日常"),
    _text("method", "检查方式", "实地检查"),
    _text("draw_no", "抽取编号", "某林抽查〔2026〕3号-抽1"),
    _rows("team", "执法人员", _text("name", "姓名", "李四"), _text("certificate", "执法证号", "03020001")),
    _text("agency_phone", "机关电话", "0315-0000000"),
    _text("supervision_phone", "监督电话", "0315-0000001"),
    _text("day", "落款日期", "2026年3月5日"),
    _texts("marks", "提示", "本次检查由纸质记录补录"),
    _text("url", "核对网址", "https://example.org/public/results"),
    _picture("qr", "核对二维码"),
)
_BASES = _rows(
    "bases",
    "检查依据",
    _text("item", "事项", "木材经营加工监督检查"),
    _text("laws", "依据", "《森林法》第六十五条"),
)
_BEFORE = (
    _BASES,
    _text("source", "任务来源", "随机抽取"),
    _text("period", "检查时间", "2026年3月1日至2026年3月31日"),
    _text("frequency", "检查频次", "2026年度第 1 次，频次上限 2 次"),
)
_OPENING, _CLOSING = (
    _text("opening", "正文", "现将有关事项通知如下："),
    _text("closing", "结束语", "特此通知。"),
)
_PICKUP = _text("pickup_code", "取件码", "ABCD-2345")
_SIGNED = _rows(
    "signatures",
    "签名",
    _text("role", "身份", "执法人员"),
    _text("name", "姓名", "李四"),
    _text("said", "说明", "拒绝签名：对结果有异议"),
    _text("at", "时间", "2026年3月5日 10:08"),
    _picture("picture", "签名图"),
)
_PROBLEM = (
    _text("no", "序号", "1"),
    _text("item", "事项", "木材经营加工监督检查"),
    _text("text", "问题", "出库台账缺 2 月份"),
    _text("clause", "依据条款", "《森林法》第六十五条"),
    _text("kind", "处置方式", "责令改正"),
    _text("due", "期限", "2026年3月20日"),
)
_PROBLEMS = _rows("problems", "发现问题", *_PROBLEM)
_PARTS = _rows(
    "parts",
    "检查事项",
    _text("name", "名称", "木材经营加工监督检查"),
    _text("result", "检查结果", "未发现问题"),
    _text("note", "备注", "台账已补齐"),
    _texts("results", "可选结果", "未发现问题"),
    _rows(
        "answers",
        "要点",
        _text("no", "序号", "1"),
        _text("text", "内容", "是否建立原料和产品出入库台账"),
        _text("answer", "结论", "未发现问题"),
        _text("note", "说明", "台账齐全"),
        _text("photos", "照片数", "1"),
    ),
)
_PROOF = (
    _text("source_of_record", "记录来源", "手机提交"),
    _text("signed_sha256", "所签内容指纹", "0" * 64),
    _text("record_sha256", "记录指纹", "0" * 64),
)
_VISIT = (
    _text("started", "开始时间", "2026年3月5日 09:02"),
    _text("ended", "结束时间", "2026年3月5日 10:10"),
    _text("place", "检查地点", "某县某镇某村"),
    _text("checkin", "签到", "方式：扫企业二维码"),
    _text("present_name", "现场人员", "王五"),
    _text("present_post", "现场人员职务", "厂长"),
    _text("present_phone", "现场人员电话", "13800000000"),
    _text("recorder", "记录人", "李四"),
    _text("assistants", "协助人员", "无"),
    _text("told", "亮证告知", "出示执法证：2026年3月5日 09:03"),
    _text("policy", "政策宣讲", "已宣讲"),
    _text("recusal", "回避申请", "未申请回避"),
    _text("outcome", "检查情形", "完成检查"),
    _PARTS,
    _PROBLEMS,
    _text("narrative", "现场情况", "台账齐全。"),
    _text("sampling", "抽样记录", "样品名称 松木锯材；数量 2 份；备样 1 份"),
    _text("remarks", "备注", "无"),
    _SIGNED,
    _rows(
        "photos",
        "照片",
        _text("no", "序号", "1"),
        _text("caption", "说明", "原料堆场"),
        _text("taken", "拍摄时间", "2026年3月5日 09:20"),
        _text("place", "位置", "北纬 40.14000，东经 118.31000"),
        _text("officer", "执法人员", "李四"),
        _text("task", "任务", "某林抽查〔2026〕3号-001"),
        _text("sha256", "指纹", "0" * 64),
        _text("said", "状态", "照片尚未收到"),
        _picture("picture", "图"),
    ),
    *_PROOF,
)

FIELDS: dict[PaperKind, tuple[Field, ...]] = {
    PaperKind.APPROVAL: (
        *_COMMON,
        *_BEFORE,
        _text("purpose", "检查目的", "规范木材经营加工"),
        _text("scheme", "方案审批", "2026年2月10日 张三批准实施方案"),
        _text("urgent", "紧急检查情况", "2026年2月20日 李四提出：群众举报正在盗伐"),
        _text("over_cap", "超频次理由", "群众举报，需要核实"),
        _rows(
            "gates",
            "出发前核对",
            _text("name", "名称", "执法证件"),
            _text("said", "情况", "符合，李四、王五的执法证有效"),
        ),
        _text("submitted", "呈报情况", "2026年2月20日 李四呈报"),
        _text("approved", "批准情况", "2026年2月21日 张三批准"),
        _CLOSING,
    ),
    PaperKind.NOTICE: (
        *_COMMON,
        *_BEFORE,
        _text("assistants", "协助人数", "2"),
        _OPENING,
        _texts("rights", "权利义务", "有权申请回避。"),
        _texts("bans", "五个严禁", "严禁逐利检查"),
        _CLOSING,
        _PICKUP,
    ),
    PaperKind.BLANK: (*_COMMON, _PARTS, _OPENING, _CLOSING),
    PaperKind.RECORD: (*_COMMON, *_VISIT, _OPENING, _CLOSING),
    PaperKind.OFFSITE: (
        *_COMMON,
        _text("started", "开始时间", "2026年3月5日 09:02"),
        _text("ended", "结束时间", "2026年3月5日 10:10"),
        _text("recorder", "记录人", "李四"),
        _text("methods", "实际检查方式", "书面检查、网络监测"),
        _text("outcome", "检查情形", "完成检查"),
        _PARTS,
        _PROBLEMS,
        _text("narrative", "核查情况", "监测数据与台账一致。"),
        _text("remarks", "备注", "无"),
        _rows(
            "evidence",
            "证据",
            _text("no", "序号", "1"),
            _text("caption", "说明", "监测数据：在线监测日均值（2026年3月1日），2月.xlsx"),
            _text("sha256", "指纹", "0" * 64),
            _text("said", "状态", "证据尚未收到"),
            _picture("picture", "图"),
        ),
        _texts("videos", "视频说明", "视频说明（东门摄像头，2026年3月1日 09:00–09:20）：没有车辆出厂"),
        _OPENING,
        _CLOSING,
        *_PROOF,
    ),
    PaperKind.RESULT: (
        *_COMMON,
        _text("ended", "结束时间", "2026年3月5日 10:10"),
        _text("result", "检查结果", "未发现问题"),
        _rows(
            "results",
            "各事项结果",
            _text("item", "事项", "木材经营加工监督检查"),
            _text("result", "结果", "未发现问题"),
            _text("note", "备注", "台账齐全"),
        ),
        _PROBLEMS,
        _OPENING,
        _CLOSING,
        _PICKUP,
        *_PROOF,
    ),
    PaperKind.ORDER: (
        *_COMMON,
        _text("ended", "结束时间", "2026年3月5日 10:10"),
        _PROBLEMS,
        _OPENING,
        _CLOSING,
        *_PROOF,
    ),
    PaperKind.RECHECK: (
        *_COMMON,
        *_PROBLEM[1:],
        _text("opened", "发现日期", "2026年3月5日"),
        _rows(
            "steps",
            "处置经过",
            _text("no", "序号", "1"),
            _text("on", "日期", "2026年3月18日"),
            _text("kind", "方式", "责令改正"),
            _text("text", "情况", "复查，已补齐台账"),
            _text("by", "经办人", "李四"),
            _text("proof", "附件", "有附件"),
        ),
        _text("conclusion", "复查结论", "已闭环"),
        _text("closed", "闭环日期", "2026年3月18日"),
        _CLOSING,
    ),
}


def sample_of(fields: tuple[Field, ...]) -> dict[str, Any]:
    """An example of the data of these fields; a picture is named by its field's key."""
    return {field.key: _sample(field) for field in fields}


def _sample(field: Field) -> Any:
    if field.picture:
        return field.key
    if not field.rows:
        return field.sample
    return [sample_of(field.inner)] if field.inner else [field.sample]
