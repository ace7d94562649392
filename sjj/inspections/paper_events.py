"""What the audit log says about changes of an agency's papers."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _PaperEvent(Event):
    subject_type: ClassVar[str] = "agency"
    paper: str


@dataclass(frozen=True, kw_only=True)
class PaperTextsChanged(_PaperEvent):
    """Fixed words of a paper were changed."""

    action: ClassVar[str] = "paper.texts_changed"
    texts: tuple[str, ...]

    def sentence(self) -> str:
        return f"修改《{self.paper}》的固定文字（{'、'.join(self.texts)}）"


@dataclass(frozen=True, kw_only=True)
class PaperTemplateKept(_PaperEvent):
    """An own template was uploaded."""

    action: ClassVar[str] = "paper.template_kept"
    filename: str
    sha256: str

    def sentence(self) -> str:
        return f"《{self.paper}》改用本机关的 Word 模板“{self.filename}”"


@dataclass(frozen=True, kw_only=True)
class PaperTemplateDropped(_PaperEvent):
    """The built-in template is used again."""

    action: ClassVar[str] = "paper.template_dropped"
    sha256: str

    def sentence(self) -> str:
        return f"《{self.paper}》恢复内置的 Word 模板"
