"""What the audit log says about ratings and objections. A rating leaves no words, no points and no address there."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Somebody of an enterprise, who has no account."""

    display_name: str = "企业"
    id: None = None
    address: str = ""


def bearer_of_the_code(address: str) -> Enterprise:
    """Somebody who has shown the 取件码 of a visit."""
    return Enterprise("企业（凭取件码）", address=address)


@dataclass(frozen=True, kw_only=True)
class _FeedbackEvent(Event):
    subject_type: ClassVar[str] = "inspection"
    entity: str


@dataclass(frozen=True, kw_only=True)
class RatingGiven(_FeedbackEvent):
    """A visit was rated."""

    action: ClassVar[str] = "rating.given"

    def sentence(self) -> str:
        return f"{self.entity} 的检查收到企业评价"


@dataclass(frozen=True, kw_only=True)
class RecordPickedUp(_FeedbackEvent):
    """The enterprise opened its record with the 取件码."""

    action: ClassVar[str] = "record.picked_up"

    def sentence(self) -> str:
        return f"{self.entity} 的检查记录已凭取件码打开"


@dataclass(frozen=True, kw_only=True)
class PickupLocked(_FeedbackEvent):
    """Too many wrong 取件码."""

    action: ClassVar[str] = "record.pickup_locked"

    def sentence(self) -> str:
        return f"{self.entity} 的取件码连续输错，暂停 15 分钟"


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(_FeedbackEvent):
    """The enterprise objects to the record or the result."""

    action: ClassVar[str] = "objection.raised"
    objection: int
    has_file: bool

    def sentence(self) -> str:
        return f"{self.entity} 对检查提出异议" + ("，附 1 个文件" if self.has_file else "")


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(_FeedbackEvent):
    """The office answered an objection."""

    action: ClassVar[str] = "objection.answered"
    objection: int

    def sentence(self) -> str:
        return f"答复 {self.entity} 的异议"
