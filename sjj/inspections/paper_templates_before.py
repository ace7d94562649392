"""The built-in .docx templates of the papers before a visit, and the fields that all papers of a visit share.

Plain paragraphs, tables and fields and nothing else: an office starts its own template from them.
"""

from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH

from sjj.inspections.paper_template_parts import HEAD, each, form, line, part

OFFICERS = "{% for 人 in 执法人员 %}{{ 人.姓名 }}（执法证号 {{ 人.执法证号 }}）{% if not loop.last %}、{% endif %}{% endfor %}"
BASES = "{% for 条 in 检查依据 %}{{ 条.事项 }}：{{ 条.依据 }}{% if not loop.last %}；{% endif %}{% endfor %}"
_GATES = (
    "{% for 项 in 出发前核对 %}{{ 项.名称 }}：{{ 项.情况 }}{% if not loop.last %}；{% endif %}{% endfor %}"
)
WHO = (("检查对象", "{{ 检查对象 }}"), ("代码", "{{ 代码 }}", "负责人", "{{ 负责人 }}"))
TASK = ("任务", "{{ 任务名称 }}（{{ 任务文号 }}）")


def approval(paper: Paper) -> None:
    """行政检查审批表."""
    ink = "\n\n签名：　　　　　　　　　　年　　月　　日"
    rows = (
        *WHO,
        ("地址", "{{ 地址 }}"),
        ("检查事项和依据", BASES),
        ("检查目的", "{{ 检查目的 }}"),
        ("任务来源", "{{ 任务来源 }}"),
        ("检查类型", "{{ 检查类型 }}", "检查方式", "{{ 检查方式 }}"),
        ("检查时间", "{{ 检查时间 }}"),
        ("检查频次", "{{ 检查频次 }}{% if 超频次理由 %}；超过上限的理由：{{ 超频次理由 }}{% endif %}"),
        ("执法人员", OFFICERS),
        ("出发前核对", _GATES),
        ("方案审批", "{{ 方案审批 }}"),
        ("紧急检查", "{{ 紧急检查情况 or '否' }}"),
        ("承办人意见", "{{ 呈报情况 }}" + ink),
        ("承办机构意见", ink),
        ("审批意见", "{{ 批准情况 }}" + ink),
    )
    form(paper, rows)
    line(paper, "说明：{{ 结束语 }}", size=10)


def notice(paper: Paper) -> None:
    """行政检查通知书."""
    line(paper, "{{ 检查对象 }}：", font=HEAD)
    line(paper, "{{ 正文 }}", indent=True)
    rows = (
        ("检查事项和依据", BASES),
        ("任务来源", "{{ 任务来源 }}"),
        ("检查方式", "{{ 检查方式 }}"),
        ("检查时间", "{{ 检查时间 }}之间，以执法人员到场时间为准"),
        ("检查地点", "{{ 地址 }}"),
        ("检查频次", "{{ 检查频次 }}"),
        ("执法人员", OFFICERS),
        (
            "协助人员",
            "{% if 协助人数 %}{{ 协助人数 }}{% else %}　　　{% endif %} 名（协助人员不是执法人员，不得单独检查）",
        ),
    )
    form(paper, rows)
    part(paper, "你单位的权利和义务")
    each(paper, "权利义务", "一条", "{{ 一条 }}")
    part(paper, "涉企行政检查“五个严禁”")
    line(
        paper,
        "{% for 一条 in 五个严禁 %}{{ 一条 }}{% if loop.last %}。{% else %}；{% endif %}{% endfor %}",
        indent=True,
    )
    line(paper, "{{ 结束语 }}", indent=True)
    line(
        paper,
        "核对来人：扫描文末的二维码，可以核对执法人员的照片、姓名、证号和检查依据。检查以后凭取件码 {{ 取件码 }} "
        "在同一页面查看检查记录、提出异议，也可以评价。取件码请妥善保管。",
        size=10,
    )
    received(paper)


def received(paper: Paper) -> None:
    """Phones, seal and day, and who took it."""
    line(paper, "监督电话：{{ 监督电话 }}　　本机关电话：{{ 机关电话 }}")
    for words in ("{{ 机关名称 }}（印章）", "{{ 落款日期 }}"):
        line(paper, words).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line(paper, "签收人：＿＿＿＿＿＿＿＿＿＿　　签收时间：＿＿＿＿＿＿＿＿＿＿")
