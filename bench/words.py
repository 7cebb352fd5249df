"""Made-up names and clauses in three languages, for labels and long texts."""

from itertools import product

LANGUAGES = {"en": " ", "ru": " ", "zh-Hans": ""}
"""The languages of long texts, and what stands between two clauses."""

NAMES = {
    "en": [
        f"{first} {second}"
        for first, second in product(
            ("Northern", "Eastern", "Joint", "Standing", "Regional", "Open"),
            ("council on water", "forum of ports", "compact on forests", "meeting on trade", "union of libraries"),
        )
    ],
    "ru": [
        f"{first} {second}"
        for first, second in product(
            ("Северный", "Восточный", "Общий", "Постоянный", "Открытый"),
            ("совет по воде", "форум портов", "договор о лесах", "союз библиотек"),
        )
    ],
    "zh": [
        f"{first}{second}"
        for first, second in product(
            ("北方", "东部", "联合", "常设", "开放"), ("水资源理事会", "港口论坛", "森林公约", "图书馆联盟")
        )
    ],
}
CLAUSES = {
    "en": [
        f"{who} {does} {what}."
        for who, does, what in product(
            ("Each side", "The secretariat", "A working group", 'The "host" of the year', "Every participant"),
            ("shares", "reviews", "publishes", "keeps"),
            ("the yearly figures", "its list of contact points", "what was agreed", "the minutes in three languages"),
        )
    ],
    "ru": [
        f"{who} {does} {what}."
        for who, does, what in product(
            ("Каждая сторона", "Секретариат", "Рабочая группа", "«Хозяин» встречи"),
            ("передаёт", "рассматривает", "публикует", "хранит"),
            ("годовые данные", "список контактов", "достигнутые договорённости", "протоколы на трёх языках"),
        )
    ],
    "zh-Hans": [
        f"{who}{does}{what}。"
        for who, does, what in product(
            ("各方", "秘书处", "工作组", "当年主办方"),
            ("共享", "审议", "公布", "保存"),
            ("年度数据", "联络点名单", "已达成的共识", "三种语言的会议记录"),
        )
    ],
}
