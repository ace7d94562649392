"""Draws docs/states.md from the state tables; `python -m tests.house.states_doc` writes it anew."""

from pathlib import Path

from sjj.rules import lifecycle

DOC = Path(__file__).parents[2] / "docs" / "states.md"
MACHINES = (
    ("抽查任务", lifecycle.CAMPAIGN_MOVES),
    ("抽取", lifecycle.DRAW_MOVES),
    ("抽取的变更", lifecycle.CHANGE_MOVES),
    ("检查结果", lifecycle.RESULT_MOVES),
    ("问题", lifecycle.PROBLEM_MOVES),
    ("年度抽查计划", lifecycle.PLAN_MOVES),
    ("检查审批", lifecycle.APPROVAL_MOVES),
    ("异议", lifecycle.OBJECTION_MOVES),
    ("后台任务", lifecycle.JOB_MOVES),
)


def document() -> str:
    """The page: one diagram a machine, made from the tables of sjj.rules.lifecycle."""
    parts = [
        "# 状态与变化\n\n本页由 `sjj/rules/lifecycle.py` 的状态表生成（`python -m tests.house.states_doc`），测试检查二者一致。\n"
    ]
    for name, moves in MACHINES:
        lines = [f"\n## {name}\n\n```mermaid\nstateDiagram-v2"]
        for state in moves:
            lines.append(f"  {state.name}: {state.label}")
        for state, possible in moves.items():
            lines += [
                f"  {state.name} --> {target.name}" for target in sorted(possible, key=lambda s: s.name)
            ]
        parts.append("\n".join([*lines, "```\n"]))
    return "".join(parts)


if __name__ == "__main__":
    DOC.parent.mkdir(exist_ok=True)
    DOC.write_text(document(), encoding="utf-8")
