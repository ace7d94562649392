"""The columns that we understand, with the synonyms seen in real sheets (domain paper §7).

A header that is not among them is not lost: `import_headers` keeps it under its own words.
"""

from dataclasses import dataclass

from sjj.registers import import_cells as cells
from sjj.registers import import_words as words
from sjj.registers.import_cells import Reader
from sjj.registers.models import Entity, Officer


@dataclass(frozen=True, slots=True)
class Column:
    """One thing we understand. `extra`: it has no field of its own and is kept under its label."""

    field: str
    label: str
    read: Reader
    synonyms: tuple[str, ...] = ()
    extra: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _text_column(model: type[Entity] | type[Officer], field: str, label: str, synonyms: str) -> Column:
    length = model.__table__.c[field].type.length  # type: ignore[attr-defined]
    reader = cells.drawable if field == "name" else cells.text
    return Column(field, label, reader(length), _words(synonyms))


def _kept(label: str, synonyms: str = "", read: Reader = cells.long_text) -> Column:
    return Column(label, label, read, _words(synonyms), extra=True)


ENTITY_COLUMNS: tuple[Column, ...] = (
    _text_column(
        Entity,
        "name",
        "名称",
        "企业名称 单位名称 对象名称 检查对象 检查对象名称 抽查对象名称 市场主体名称 经营主体名称 "
        "主体名称 企业(单位)名称 单位(企业)名称 被检查单位"
        " 被检查单位名称 污染源名称 项目名称 户名 字号名称 公司名称 企业全称 单位全称",
    ),
    Column(
        "code",
        "统一社会信用代码",
        cells.credit_code,
        _words(
            "信用代码 社会信用代码 统一信用代码 统一社会信用代码(注册号) 统一社会信用代码/注册号 "
            "统一代码 信用代码证号 社会统一信用代码"
        ),
    ),
    Column("own_code", "对象编号", cells.own_code, _words("编号 内部编号 对象代码 档案编号")),
    Column("kind", "对象类别", words.kind, _words("主体类别 检查对象类别 抽查对象类别 对象类型")),
    _text_column(
        Entity, "entity_type", "企业类型", "类型 市场主体类型 主体类型 单位类型 企业类别 公司类型 经济性质"
    ),
    _text_column(Entity, "registration_authority", "登记机关", "注册机关 发照机关 登记机构 登记部门"),
    Column(
        "registered_on",
        "成立日期",
        cells.day,
        _words("注册日期 成立时间 登记日期 注册时间 设立日期 开业日期"),
    ),
    Column("state", "登记状态", words.state, _words("经营状态 企业状态 存续状态 状态 主体状态")),
    _text_column(
        Entity,
        "legal_representative",
        "法定代表人",
        "法人代表 法人 法定代表人(负责人) 法定代表人姓名 法定代表人或负责人 法定代表人/负责人 "
        "负责人 经营者 投资人 法人姓名",
    ),
    _text_column(
        Entity,
        "phone",
        "联系电话",
        "电话 联系方式 手机 手机号 手机号码 电话号码 企业电话 联系人电话 联络员电话",
    ),
    _text_column(Entity, "contact", "联络员", "联系人 联络人 环保联系人 企业联系人"),
    _text_column(
        Entity,
        "address",
        "住所",
        "注册地址 地址 经营场所 住所(经营场所) 经营地址 生产经营地址 企业地址 单位地址 详细地址 "
        "坐落 地理位置 生产地址",
    ),
    _text_column(Entity, "township", "乡镇", "所属乡镇 乡镇街道 乡镇(街道) 所在乡镇 镇街 街道乡镇 所属镇街"),
    Column("point", "经纬度", cells.point, _words("坐标 经纬度坐标 地理坐标")),
    Column("lon", "经度", cells.longitude, _words("东经 中心经度 longitude lng lon")),
    Column("lat", "纬度", cells.latitude, _words("北纬 中心纬度 latitude lat")),
    _text_column(Entity, "industry", "行业", "所属行业 行业类别 行业名称 行业分类 国民经济行业"),
    Column("business_scope", "经营范围", cells.long_text, _words("主营业务 经营项目 业务范围")),
    _text_column(Entity, "capital", "注册资本", "注册资金 出资额 注册资本(万元) 注册资金(万元)"),
    Column(
        "supervision_class",
        "监管对象类别",
        words.supervision,
        _words("监管类别 重点监管 双随机监管类别 监管级别"),
    ),
    Column("class_since", "监管对象类别起", cells.day, _words("监管类别起 分类日期 监管类别日期")),
    _text_column(Entity, "class_reason", "监管对象类别理由", "监管类别理由 分类理由 分类依据"),
    Column(
        "credit_risk",
        "信用风险分类",
        words.credit_risk,
        _words("信用等级 信用风险等级 信用风险 信用分类 信用风险分类等级"),
    ),
    Column("credit_risk_on", "信用风险分类日期", cells.day, _words("信用风险日期 信用分类日期 风险分类日期")),
    _text_column(Entity, "credit_risk_source", "信用风险分类来源", "信用风险来源 信用分类来源"),
    Column(
        "positive_from", "正面清单起", cells.day, _words("正面清单开始日期 列入正面清单日期 正面清单起始日期")
    ),
    Column(
        "positive_until",
        "正面清单止",
        cells.last_day,
        _words("正面清单截止日期 正面清单有效期 正面清单有效期至"),
    ),
    Column(
        "section", "内设机构", cells.text(60), _words("所属科室 监管科室 业务科室 责任科室 科室 主管科室")
    ),
    Column("tags", "标签", cells.tags, _words("分类标注 标注 分类标签 对象标签")),
    _kept("许可证名称", "许可证 许可名称"),
    _kept("许可证编号", "许可证号 许可编号 排污许可证编号"),
    _kept("许可证有效期至", "有效期至 有效期 许可证有效期 许可有效期至", cells.term),
    _kept("运行状态", "生产状态"),
    _kept("污染源类型", "污染源类别"),
    _kept("管理级别", "污染源管理级别"),
    _kept("流域", "所属流域"),
    _kept("园区", "所属园区 工业园区"),
    _kept("排污许可管理类别", "排污许可类别 排污许可证管理类别"),
    _kept("在线监控", "是否安装在线监控 在线监测"),
    _kept("所在省份", "省份 省"),
    _kept("地区", "所在地区 市"),
)

OFFICER_COLUMNS: tuple[Column, ...] = (
    _text_column(Officer, "name", "姓名", "人员姓名 执法人员姓名 执法人员 检查人员 检查人员姓名 名字"),
    Column("own_code", "人员编号", cells.own_code, _words("编号 执法人员编号 工号 人员代码")),
    _text_column(Officer, "gender", "性别", ""),
    _text_column(Officer, "phone", "手机号", "电话 联系电话 手机 手机号码 联系方式 电话号码"),
    Column(
        "certificate_no",
        "执法证号",
        cells.own_code,
        _words(
            "执法证编号 执法证件号 执法证件编号 执法证号码 证件编号 证号 行政执法证号 "
            "行政执法证件号 执法资格证号"
        ),
    ),
    Column(
        "certificate_until",
        "执法证有效期",
        cells.last_day,
        _words("有效期 有效期至 有效期限 证件有效期 证件有效期至 执法证有效期至 有效期截止日期"),
    ),
    _text_column(Officer, "issuer", "发证机关", "发证单位 发证部门 颁发机关"),
    _text_column(Officer, "post", "职务", "职位 行政职务 岗位 职务职级"),
    _text_column(Officer, "group", "执法组", "小组 组别 所在小组 检查组"),
    Column("on_duty", "在岗状态", words.on_duty, _words("状态 人员状态 是否在岗 在职状态")),
    Column(
        "section",
        "内设机构",
        cells.text(60),
        _words("部门 科室 所在科室 所属部门 所属科室 所在部门 工作部门"),
    ),
    Column("tags", "专长", cells.tags, _words("标签 分类标注 专业特长 业务专长 专长领域 人员标签")),
    _kept("学历", "文化程度 最高学历"),
    _kept("专业", "所学专业"),
    _kept("岗位大类", "岗位类别"),
    _kept("执法事项范围", "执法范围 执法类别 执法领域"),
    _kept("层级", "执法层级 执法级别"),
    _kept("是否专家", "专家"),
)

COLUMNS = {"entities": ENTITY_COLUMNS, "officers": OFFICER_COLUMNS}
NEEDED = {"entities": ("name",), "officers": ("name", "certificate_no")}
