"""Text folded for comparison: no case, no diacritics, Cyrillic in Latin letters, simplified characters for traditional.

Pages and the server compare the same folded text: `FOLD` is published with the index of the search.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_CYRILLIC_LETTERS = "абвгдежзиклмнопрстуфхцчшщъыьэюяієґғқңөұүһәҷҳ"
_IN_LATIN = "a b v g d e zh z i k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i e g g k n o u u h a j h"
_CYRILLIC = dict(zip(_CYRILLIC_LETTERS, _IN_LATIN.split(" "), strict=True))
"""Cyrillic letters as English text writes them (BGN/PCGN romanisation of Russian, without apostrophes)."""
_TRADITIONAL = (
    "組组織织構构機机協协國国會会議议員员時时間间網网絡络資资訊讯條条約约憲宪聯联邦邦羅罗斯斯烏乌茲兹別别薩萨爾尔亞亚蘭兰蘇苏長长"
    "門门開开關关東东華华區区領领導导對对話话夥伙觀观察察發发動动專专門门領领來来個个為为與与這这們们說说讀读書书語语訂订"
    "證证認认識识設设許许計计記记論论護护變变買买賣卖負负責责貨货質质費费賽赛軍军輸输農农進进過过運运達达遠远適适選选還还"
    "鄭郑醫医鐵铁錄录錢钱銀银鎮镇閱阅陳陈陽阳際际陸陆隊队階阶險险雙双雜杂離离難难電电靈灵靜静響响頁页項项順顺須须預预頭头題题"
    "額额類类風风飛飞館馆馬马駐驻體体點点黨党齊齐龍龙業业嚴严復复豐丰麗丽義义習习鄉乡雲云產产親亲億亿僅仅從从傳传傷伤優优"
    "備备傑杰價价儀仪內内兩两冊册寫写決决況况淨净準准減减劃划則则剛刚創创劑剂劉刘劍剑勞劳勢势勝胜務务勵励單单衛卫廠厂"
    "縣县參参號号後后嗎吗啟启圖图團团園园圍围場场塊块報报塵尘壓压壞坏壯壮聲声處处備备夠够奪夺奮奋婦妇嬰婴孫孙學学寧宁寶宝實实審审"
    "導导將将層层屬属島岛峽峡嶺岭師师帶带幣币幫帮應应廣广廳厅張张強强彈弹彙汇彌弥徑径徵征態态總总恆恒惡恶慶庆憂忧懷怀戰战"
    "戲戏戶户擇择據据擊击擔担擴扩攝摄敗败敵敌數数斷断於于無无曉晓曆历歷历術术樓楼標标權权樹树橋桥檢检欄栏歐欧歲岁殺杀"
    "氣气漢汉湯汤溝沟滅灭滿满濟济灣湾災灾燈灯爭争獎奖獨独獲获環环現现畫画異异療疗監监盤盘眾众碼码礎础禮礼禁禁種种稱称穩稳窮穷"
    "競竞筆笔範范築筑簡简簽签籌筹糧粮紀纪紅红納纳純纯紙纸級级細细終终結结給给統统經经綠绿維维綜综緊紧線线編编緬缅練练縮缩績绩"
    "繼继續续罰罚職职聖圣聞闻聰聪肅肃脅胁腦脑興兴舉举舊旧藝艺節节範范莊庄葉叶蒙蒙藥药蘊蕴補补裝装製制規规視视覺觉覽览訓训託托訪访"
    "詞词試试該该詳详調调談谈請请諮咨諾诺謀谋謝谢譯译豬猪貝贝貢贡財财貿贸賓宾賴赖購购贊赞趙赵趨趋跡迹蹟迹車车軌轨軟软較较載载輔辅"
    "輕轻輪轮轉转辦办辭辞邊边遞递遺遗鄰邻釋释針针鋼钢錯错鍵键鏈链鑒鉴閉闭問问閣阁隨随隱隐雖虽霧雾顧顾顯显養养餘余駕驾驗验鮮鲜"
    "麥麦黃黄齡龄臺台灣湾極极恆恒針针並并佈布佔占係系僑侨"
)
"""Traditional characters, each before the simplified one that stands for it, as far as names and titles use them."""
FOLD = {
    **{one: other for one, other in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True) if one != other},
    **_CYRILLIC,
}
"""What stands for a letter in folded text."""
_APOSTROPHES = "'’ʼ`"


def fold(text: str) -> str:
    """A text for comparison.

    Args:
        text: The text.

    Returns:
        The text in small letters, without diacritics and apostrophes, an English genitive's *s* with them.

    Example:
        >>> fold("Türkiye’s"), fold("Казахстан"), fold("上海合作組織")
        ('turkiye', 'kazakhstan', '上海合作组织')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f").lower()
    for sign in _APOSTROPHES:
        if sign in plain:
            plain = " ".join(part.removeprefix("s ") for part in f"{plain} ".split(sign))
    return "".join(FOLD.get(letter, letter) for letter in plain).strip()


def search_words(text: str) -> list[str]:
    """The words of a text for a search: runs of letters and digits; of Chinese characters each two that are neighbours.

    Args:
        text: The text.

    Returns:
        The words, folded, each once, in order.

    Example:
        >>> search_words("Устав ШОС (2002)"), search_words("上合组织")
        (['ustav', 'shos', '2002'], ['上合', '合组', '组织'])
    """
    return list(dict.fromkeys(word for run in _runs(fold(text)) for word in _parts(run)))


def is_han(letter: str) -> bool:
    """Whether a letter is a Chinese character."""
    return "\u2e80" <= letter[0] <= "\u9fff"


def _runs(text: str) -> Iterator[str]:
    """Runs of letters and digits, Chinese characters apart from others."""
    run = ""
    for letter in text:
        if run and (not letter.isalnum() or is_han(letter) != is_han(run)):
            yield run
            run = ""
        run += letter if letter.isalnum() else ""
    if run:
        yield run


def _parts(run: str) -> Iterator[str]:
    if len(run) > 1 and is_han(run):
        yield from (one + other for one, other in pairwise(run))
    else:
        yield run
