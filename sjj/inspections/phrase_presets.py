"""常用语 that ship with the product: plain sentences of fact, for an office to take over and change.

They name no law and draw no conclusion; those of an item are taken over only where the agency has that item.
"""

from typing import NamedTuple


class Preset(NamedTuple):
    """A phrase, where it is offered, and the code of its item ("" for all)."""

    place: str
    text: str
    item: str = ""


PRESETS = (
    Preset("point", "台账齐全，与现场一致"),
    Preset("point", "台账记录不全，已当场要求补记"),
    Preset("point", "未能当场提供材料，要求限期补交"),
    Preset("point", "证件在有效期内，核对一致"),
    Preset("point", "证件已过有效期"),
    Preset("point", "现场没有此项设施，不涉及"),
    Preset("narrative", "现场负责人全程陪同，配合检查。"),
    Preset("narrative", "现场查看了生产场所、仓库和台账，并拍照留存。"),
    Preset("narrative", "大门紧锁，院内无人，门前未见生产迹象。"),
    Preset("narrative", "拨打登记的电话，无人接听。"),
    Preset("narrative", "拨打登记的电话，号码已停用。"),
    Preset("narrative", "向村民委员会了解，该单位已停止经营。"),
    Preset("narrative", "向相邻单位了解，该单位已搬离，去向不明。"),
    Preset("narrative", "现场为他人使用，与该单位无关。"),
    Preset("narrative", "已说明检查的依据和配合检查的义务，对方仍拒绝检查。"),
    Preset("remarks", "已发放政策宣传材料。"),
    Preset("remarks", "企业反映的问题已记录，带回研究。"),
    Preset("point", "使用林地的位置、面积与审核同意书一致", "LY-01"),
    Preset("point", "使用林地的面积超出审核同意书，超出部分已现场勾绘", "LY-01"),
    Preset("point", "临时用地上没有修建永久性建筑物", "LY-02"),
    Preset("point", "采伐地点、树种、方式与采伐许可证一致", "LY-04"),
    Preset("point", "原料入库有来源凭证，台账与库存相符", "LY-05"),
    Preset("point", "部分原料没有来源凭证，当事人说明了情况", "LY-05"),
    Preset("point", "种子标签内容齐全", "LY-06"),
    Preset("point", "繁育档案完整，存栏数量与档案一致", "LY-07"),
    Preset("point", "防火责任人、防火设施和扑火工具到位", "LY-11"),
    Preset("point", "林区内有野外用火痕迹，已当场清理并拍照", "LY-11"),
    Preset("point", "生产内容与环评文件一致", "HJ-01"),
    Preset("point", "污染防治设施正常运行，运行记录齐全", "HJ-01"),
    Preset("point", "危险废物贮存间标识、防渗和台账齐全", "HJ-06"),
    Preset("point", "危险废物标识缺失，已当场要求补贴", "HJ-06"),
)
