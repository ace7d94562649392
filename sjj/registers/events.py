"""What the audit log says about the registers: each change with what stood before and what stands now."""

from dataclasses import dataclass, field
from typing import ClassVar

from sjj.audit.services import Event
from sjj.registers.changes import Changes, in_words

WORDS = {
    "address": "住所",
    "approved": "审批结果",
    "bases": "法律依据",
    "business_scope": "经营范围",
    "capital": "注册资本",
    "certificate_no": "执法证号",
    "certificate_until": "执法证有效期",
    "claimed_on": "认领日期",
    "code": "代码",
    "contact": "联络员",
    "claimed_at": "认领",
    "credit_risk": "信用风险分类",
    "credit_risk_on": "信用风险分类日期",
    "credit_risk_source": "信用风险分类来源",
    "effective_on": "施行日期",
    "entity_kind": "对象类别",
    "entity_type": "类型",
    "frequency": "抽查频次",
    "gender": "性别",
    "group": "执法组",
    "industry": "行业",
    "issuer": "发证机关",
    "joint_hint": "联合检查提示",
    "key": "简称",
    "kind": "对象类别",
    "lat": "纬度",
    "legal_representative": "法定代表人",
    "level": "实施层级",
    "lon": "经度",
    "merged": "并入的对象",
    "extra": "其他栏目",
    "method": "检查方式",
    "name": "名称",
    "note": "说明",
    "object_type": "检查对象",
    "on_duty": "在岗",
    "phone": "电话",
    "points": "检查要点",
    "positive_from": "正面清单起",
    "positive_until": "正面清单止",
    "post": "职务",
    "registered_on": "成立日期",
    "registration_authority": "登记机关",
    "repealed_on": "废止日期",
    "section_id": "内设机构",
    "state": "状态",
    "state_on": "变动日期",
    "state_source": "信息来源",
    "supervision_class": "监管对象类别",
    "tags": "标签",
    "title": "名称",
    "township": "乡镇",
    "theme": "检查主题",
    "lead": "牵头部门",
    "partners": "配合部门",
    "items": "检查内容",
    "source": "依据",
    "verified": "已核实",
    "verified_by": "核实人",
    "verified_on": "核实日期",
}


@dataclass(frozen=True, kw_only=True)
class Added(Event):
    """Something entered a register."""

    noun: ClassVar[str]
    name: str
    code: str = ""

    def sentence(self) -> str:
        return f"新增{self.noun} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Changed(Event):
    """Something in a register changed."""

    noun: ClassVar[str]
    name: str
    changes: Changes = field(default_factory=dict)

    def sentence(self) -> str:
        return f"修改{self.noun} {self.name}：{in_words(self.changes, WORDS)}"


@dataclass(frozen=True, kw_only=True)
class EntityAdded(Added):
    """An entity entered the register."""

    action: ClassVar[str] = "entity.added"
    subject_type: ClassVar[str] = "entity"
    noun: ClassVar[str] = "检查对象"


@dataclass(frozen=True, kw_only=True)
class EntityChanged(Changed):
    """An entity's data changed."""

    action: ClassVar[str] = "entity.changed"
    subject_type: ClassVar[str] = "entity"
    noun: ClassVar[str] = "检查对象"


@dataclass(frozen=True, kw_only=True)
class OfficerAdded(Added):
    """An officer entered the register."""

    action: ClassVar[str] = "officer.added"
    subject_type: ClassVar[str] = "officer"
    noun: ClassVar[str] = "执法人员"


@dataclass(frozen=True, kw_only=True)
class OfficerChanged(Changed):
    """An officer's data changed."""

    action: ClassVar[str] = "officer.changed"
    subject_type: ClassVar[str] = "officer"
    noun: ClassVar[str] = "执法人员"


@dataclass(frozen=True, kw_only=True)
class _OfficerPhoto(Event):
    subject_type: ClassVar[str] = "officer"
    name: str
    sha256: str


class OfficerPhotoChanged(_OfficerPhoto):
    """Another picture stands beside an officer's certificate."""

    action = "officer.photo_changed"

    def sentence(self) -> str:
        return f"更换执法人员 {self.name} 的照片"


class OfficerPhotoRemoved(_OfficerPhoto):
    """No picture stands beside an officer's certificate any more."""

    action = "officer.photo_removed"

    def sentence(self) -> str:
        return f"删除执法人员 {self.name} 的照片"


@dataclass(frozen=True, kw_only=True)
class RecusalDeclared(Event):
    """A relation between an officer and an entity was declared."""

    action: ClassVar[str] = "recusal.declared"
    subject_type: ClassVar[str] = "recusal"
    officer: str
    entity: str
    reason: str
    draw: str = ""  # the number of the campaign, where it is for one draw only

    def sentence(self) -> str:
        return f"申报回避 {self.officer} — {self.entity}" + (f"（仅 {self.draw}）" if self.draw else "")


@dataclass(frozen=True, kw_only=True)
class RecusalDecided(Event):
    """The approver decided on a recusal, or lifted it."""

    action: ClassVar[str] = "recusal.decided"
    subject_type: ClassVar[str] = "recusal"
    officer: str
    entity: str
    decision: str
    note: str
    changes: Changes

    def sentence(self) -> str:
        return f"{self.decision}回避 {self.officer} — {self.entity}"


@dataclass(frozen=True, kw_only=True)
class CalendarYearSaved(Event):
    """A year of the working-day calendar was entered, changed or taken out."""

    action: ClassVar[str] = "calendar.saved"
    subject_type: ClassVar[str] = "calendar_year"
    source: str
    changes: Changes
    is_removed: bool = False

    def sentence(self) -> str:
        what = "删除" if self.is_removed else "录入"
        return f"{what} {self.subject_id} 年放假安排"
