"""What each of the twelve candidates is 项目简介: name, and what its dossier shows, in Chinese and English. All names are invented."""

from __future__ import annotations

STORIES: dict[str, tuple[str, str, str]] = {
    "P01": (
        "丁堰青竹家园安置房一期",
        "资料齐全：1号楼模型可用，装配率达 A 级，2、3号楼没有模型；垃圾量目前不超限；6月8日土方作业与4月12日沙尘，扬尘疑似超标。",
        "In good order: tower 1 has a usable model and reaches grade A, 2 and 3 have none; waste within its limit so far; dusty days.",
    ),
    "P02": (
        "西太湖保障性租赁住房",
        "夜间按车计方外运，已超200吨/万m²；砌块墙使 Q2 不足；监测设备时钟差8小时，单位为 mg/m³。",
        "Night haulage by trucks and cubic metres, above 200 for good; walls of blocks fail Q2; the device runs on UTC and writes mg/m³.",
    ),
    "P03": (
        "滨江中学新校区",
        "只有消纳场磅单（kg）；装配式与非装配式混合，限值加权；装配率资料缺一半，结论未知；春节鞭炮；扬尘仪中途换成 mg/m³。",
        "The receiver's weighbridge alone, in kg; one building prefabricated, one not; half the evidence; firecrackers; µg and mg mixed.",
    ),
    "P04": (
        "礼嘉医院门诊楼",
        "按方量外运且无密度，超过300；只有建筑专业模型；雾炮喷在扬尘仪上。",
        "Volumes without a density, above 300; a model of architecture only; a fog cannon wets the dust sensor.",
    ),
    "P05": (
        "新北检测研究院科研办公楼",
        "已完工，每月都有磅单，垃圾量最终不超限；是装配式建筑但不评等级；5月16日夜间浇筑噪声。",
        "Finished, every month reported, waste within the limit for good; prefabricated without a grade; noise in a night of concreting.",
    ),
    "P06": (
        "武进智能装备产业园3号厂房",
        "钢结构厂房，不适用 GB/T 51129；kg 与吨混用；2023年2月无磅单也无零报告；模型为事后补建。",
        "A steel hall outside GB/T 51129; kilograms among tonnes; February 2023 is silent; the model was drawn after the fact.",
    ),
    "P07": (
        "奔牛站综合交通附属用房",
        "沉默的工地：没有一张磅单；模型没有材料；扬尘仪卡住六天；没有对照站数据。",
        "The silent site: not one ticket; a model without materials; a dust sensor stuck for six days; no reference stream.",
    ),
    "P08": (
        "龙城大道快速化改造工程II标",
        "道路没有建筑面积，垃圾限值不适用；前几个月渣土、泥浆；2月18日停电36小时；铣刨日噪声。",
        "A road without floor area: the waste limit does not apply; spoil and slurry first; a power cut of 36 hours; noise of milling.",
    ),
    "P09": (
        "江边污水处理厂三期",
        "项目概况是 Excel；一张2032年的磅单；模型为事后补建；没有监测设备。",
        "The survey is an Excel book; a ticket from 2032; a model after the fact; no instrument.",
    ),
    "P10": (
        "清潭新村老旧小区改造",
        "改造工程，新建限值不适用；18张联单与 P11 相同。",
        "An upgrade, outside the limit for new buildings; eighteen tickets are those of P11.",
    ),
    "P11": (
        "清潭里历史文化街区更新",
        "更新工程，不适用；18张联单与 P10 相同，疑为一个工程两个名称；砖木旧房模型。",
        "A renewal, outside the limit; eighteen tickets are those of P10: one piece of works under two names? Old brick and timber.",
    ),
    "P12": (
        "横林建筑垃圾资源化利用厂扩建",
        "处置设施，不适用；英文表头；一张磅单把千克写成吨。",
        "A facility, outside the limit; English headers; one ticket gives kilograms as tonnes.",
    ),
}
