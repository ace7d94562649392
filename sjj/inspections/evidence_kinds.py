"""What an off-site check may rest on. A list and nothing else."""

from enum import StrEnum


class EvidenceKind(StrEnum):
    """文件, 监测数据, 图片: files; 视频说明: what was seen in which minutes, the video stays where it is."""

    DOCUMENT = "document"
    MONITORING = "monitoring"
    PICTURE = "picture"
    VIDEO = "video"

    @property
    def label(self) -> str:
        """Its name in the office."""
        return {"document": "文件", "monitoring": "监测数据", "picture": "图片", "video": "视频说明"}[
            self.value
        ]
