"""Makes the built-in .docx templates of templates/docx: `python -m sjj.inspections.paper_templates`.

Run after a change here, and commit what it writes. An office starts its own template from these files, so they
hold nothing but plain paragraphs, tables and fields.
"""

from collections.abc import Callable

from docx.document import Document as Paper

from sjj.inspections.paper_docx import settled
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_print import built_in
from sjj.inspections.paper_template_parts import (
    HEAD,
    MADE_AT,
    begin,
    each,
    form,
    line,
    listing,
    only_if,
    part,
    table,
)
from sjj.inspections.paper_templates_before import (
    OFFICERS,
    TASK,
    WHO,
    approval,
    notice,
    received,
)


def main() -> None:
    """Write them all."""
    for kind, fill in MAKERS.items():
        paper = begin()
        fill(paper)
        _proof(paper, with_record=kind.needs_record)
        target = built_in(kind)
        target.parent.mkdir(exist_ok=True)
        paper.save(str(target))
        target.write_bytes(settled(target.read_bytes(), MADE_AT))


def _points(paper: Paper, answer: str, result: str) -> None:
    line(paper, "{%p for 事 in 检查事项 %}")
    line(paper, "{{ 事.名称 }}", font=HEAD)
    titles, widths = ("序号", "检查要点", "结论", "问题描述"), (1.4, 7.0, 3.2, 4.8)
    rows = (
        titles,
        ("{%tr for 点 in 事.要点 %}",),
        ("{{ 点.序号 }}", "{{ 点.内容 }}", answer, "{{ 点.说明 }}"),
        ("{%tr endfor %}",),
    )
    table(paper, rows, widths)
    line(paper, f"检查结果：{result}")
    line(paper, "{%p endfor %}")


def _blank(paper: Paper) -> None:
    rows = (
        *WHO,
        ("登记地址", "{{ 地址 }}"),
        ("检查地点", ""),
        TASK,
        ("检查时间", "　　　　年　　月　　日　　时　　分至　　时　　分"),
        ("现场人员", "姓名　　　　　　　职务　　　　　　电话"),
        ("执法人员", OFFICERS),
        ("协助人员", "", "记录人", ""),
        ("告知词", "{{ 正文 }}"),
        ("亮证告知", "□已出示执法证件　□已告知权利　□已宣讲政策　□当事人申请回避"),
        ("检查情形", "□完成检查　□停业关闭　□迁出　□查无下落　□拒绝检查"),
    )
    form(paper, rows)
    part(paper, "一、检查要点")
    options = "{% for 一种 in 事.可选结果 %}□{{ 一种 }}　{% endfor %}"
    _points(paper, "□未发现问题\n□发现问题\n□不涉及", options)
    part(paper, "二、现场情况")
    for _ in range(6):
        line(paper, "＿" * 40)
    line(paper, "{{ 结束语 }}")
    for who in ("现场人员", "执法人员", "执法人员", "见证人"):
        line(paper, f"{who}签名：＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿＿＿")


def _record(paper: Paper) -> None:
    rows = (
        *WHO,
        ("检查地点", "{{ 检查地点 }}"),
        TASK,
        ("开始时间", "{{ 开始时间 }}", "结束时间", "{{ 结束时间 }}"),
        ("签到", "{{ 签到 }}"),
        (
            "现场人员",
            "{{ 现场人员 }}{% if 现场人员职务 %}（{{ 现场人员职务 }}）{% endif %}",
            "联系电话",
            "{{ 现场人员电话 }}",
        ),
        ("执法人员", OFFICERS),
        ("记录人", "{{ 记录人 }}", "协助人员", "{{ 协助人员 }}"),
        ("告知词", "{{ 正文 }}"),
        ("亮证告知", "{{ 亮证告知 }}"),
        ("回避申请", "{{ 回避申请 }}", "政策宣讲", "{{ 政策宣讲 }}"),
        ("检查情形", "{{ 检查情形 }}"),
    )
    form(paper, rows)
    only_if(paper, "检查事项", lambda: part(paper, "检查要点"))
    _points(paper, "{{ 点.结论 }}", "{{ 事.检查结果 }}　{{ 事.备注 }}")
    only_if(paper, "发现问题", lambda: _problems(paper))
    part(paper, "现场情况")
    line(paper, "{{ 现场情况 }}", indent=True)
    only_if(paper, "抽样记录", lambda: line(paper, "抽样记录：{{ 抽样记录 }}") and None)
    only_if(paper, "备注", lambda: line(paper, "备注：{{ 备注 }}") and None)
    part(paper, "签名")
    line(paper, "{{ 结束语 }}")
    listing(
        paper,
        "签名",
        "签",
        ("身份", "姓名", "签名", "说明", "时间"),
        ("身份", "姓名", "签名图", "说明", "时间"),
        (2.4, 2.4, 4.6, 3.4, 3.6),
    )
    only_if(paper, "照片", lambda: _photos(paper))


def _offsite(paper: Paper) -> None:
    line(paper, "{{ 正文 }}", indent=True)
    rows = (
        *WHO,
        ("地址", "{{ 地址 }}"),
        TASK,
        ("开始时间", "{{ 开始时间 }}", "结束时间", "{{ 结束时间 }}"),
        ("检查方式", "{{ 实际检查方式 }}"),
        ("执法人员", OFFICERS),
        ("记录人", "{{ 记录人 }}", "检查情形", "{{ 检查情形 }}"),
    )
    form(paper, rows)
    only_if(paper, "检查事项", lambda: part(paper, "检查要点"))
    _points(paper, "{{ 点.结论 }}", "{{ 事.检查结果 }}　{{ 事.备注 }}")
    only_if(paper, "发现问题", lambda: _problems(paper))
    part(paper, "核查情况")
    line(paper, "{{ 核查情况 }}", indent=True)
    only_if(paper, "备注", lambda: line(paper, "备注：{{ 备注 }}") and None)
    part(paper, "证据清单")
    cells = ("序号", "说明", "指纹", "状态", "图")
    listing(
        paper,
        "证据",
        "件",
        ("序号", "证据", "指纹（SHA-256）", "状态", "图"),
        cells,
        (1.2, 5.0, 4.4, 1.6, 4.2),
    )
    each(paper, "视频说明", "一条", "{{ 一条 }}")
    line(paper, "{{ 结束语 }}")
    for who in ("执法人员", "执法人员", "记录人"):
        line(paper, f"{who}签名：＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿＿＿")


def _photos(paper: Paper) -> None:
    part(paper, "现场照片")
    facts = "照片 {{ 张.序号 }}　{{ 张.说明 }}\n拍摄：{{ 张.拍摄时间 }}\n位置：{{ 张.位置 }}\n提交人：{{ 张.执法人员 }}\n任务：{{ 张.任务 }}\n指纹：{{ 张.指纹 }}"
    rows = (("{%tr for 张 in 照片 %}",), ("{{ 张.图 }}{{ 张.状态 }}", facts), ("{%tr endfor %}",))
    table(paper, rows, (8.2, 8.2))


def _problems(paper: Paper) -> None:
    part(paper, "发现的问题")
    titles = ("序号", "问题", "依据", "处置", "期限")
    listing(
        paper,
        "发现问题",
        "项",
        titles,
        ("序号", "问题", "依据条款", "处置方式", "期限"),
        (1.4, 6.2, 3.6, 2.4, 2.8),
    )


def _result(paper: Paper) -> None:
    line(paper, "{{ 检查对象 }}：", font=HEAD)
    line(paper, "{{ 正文 }}", indent=True)
    form(
        paper,
        (TASK, ("结束时间", "{{ 结束时间 }}", "检查方式", "{{ 检查方式 }}"), ("检查结果", "{{ 检查结果 }}")),
    )
    part(paper, "各事项结果")
    listing(paper, "各事项结果", "项", ("事项", "结果", "备注"), ("事项", "结果", "备注"), (5.6, 5.4, 5.4))
    only_if(paper, "发现问题", lambda: _problems(paper))
    line(paper, "{{ 结束语 }}", indent=True)
    line(
        paper,
        "扫描文末的二维码，凭取件码 {{ 取件码 }} 可以查看检查记录、提出异议，也可以评价。取件码请妥善保管。",
        size=10,
    )
    received(paper)


def _order(paper: Paper) -> None:
    line(paper, "{{ 检查对象 }}（代码 {{ 代码 }}）：", font=HEAD)
    line(paper, "{{ 正文 }}", indent=True)
    _problems(paper)
    line(paper, "{{ 结束语 }}", indent=True)
    line(paper, "检查结束时间：{{ 结束时间 }}　　执法人员：" + OFFICERS)
    received(paper)


def _recheck(paper: Paper) -> None:
    rows = (
        *WHO,
        ("地址", "{{ 地址 }}"),
        TASK,
        ("事项", "{{ 事项 }}"),
        ("问题", "{{ 问题 }}"),
        ("依据条款", "{{ 依据条款 }}"),
        ("处置方式", "{{ 处置方式 }}", "改正期限", "{{ 期限 }}"),
        ("发现日期", "{{ 发现日期 }}", "闭环日期", "{{ 闭环日期 }}"),
    )
    form(paper, rows)
    part(paper, "处置和复查经过")
    cells = ("序号", "日期", "方式", "情况", "经办人", "附件")
    listing(paper, "处置经过", "步", cells, cells, (1.4, 2.8, 2.2, 6.0, 2.2, 1.8))
    part(paper, "复查结论")
    line(
        paper,
        "{% if 复查结论 %}{{ 复查结论 }}{% else %}□已改正到位　□部分改正　□未改正{% endif %}",
        indent=True,
    )
    line(paper, "{{ 结束语 }}")
    for who in ("复查人", "复查人", "被检查单位"):
        line(paper, f"{who}签名：＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿＿＿")


def _proof(paper: Paper, *, with_record: bool) -> None:
    if with_record:
        line(paper, "记录指纹（SHA-256）：{{ 记录指纹 }}", size=8)
        line(paper, "所签内容指纹（SHA-256）：{{ 所签内容指纹 }}", size=8)
    line(paper, "核对网址：{{ 核对网址 }}", size=8)
    line(paper, "{{ 核对二维码 }}", size=8)


MAKERS: dict[PaperKind, Callable[[Paper], None]] = {
    PaperKind.APPROVAL: approval,
    PaperKind.NOTICE: notice,
    PaperKind.BLANK: _blank,
    PaperKind.RECORD: _record,
    PaperKind.OFFSITE: _offsite,
    PaperKind.RESULT: _result,
    PaperKind.ORDER: _order,
    PaperKind.RECHECK: _recheck,
}

if __name__ == "__main__":
    main()
