"""One spelling for words that people say and write in several ways, so that a question is found however it is put.

Pairs of characters (`helpdesk.grams`) already level width, case, kana and long vowels. What they cannot know is that
こうしん is 更新 and that a PIN is a 暗証番号: those words of the field stand here.
"""

import re
import unicodedata
from functools import cache

from helpdesk.grams import packed

# The first of each row stands for all.
SAME = (
    ("暗証番号", "あんしょうばんごう", "パスワード", "PIN", "4桁の番号"),
    ("更新", "こうしん", "期限切れ", "きれそう", "延長"),
    ("有効期限", "ゆうこうきげん", "いつまで使える", "期限"),
    ("電子証明書", "でんししょうめいしょ", "証明書"),
    ("マイナンバーカード", "マイナカード", "個人番号カード", "まいなんばーかーど"),
    ("持ち物", "もちもの", "必要なもの", "必要な物", "持っていくもの", "何がいる", "何が要る"),
    ("本人確認書類", "身分証", "身分証明書", "免許証"),
    ("予約", "よやく", "申し込み"),
    ("取り消し", "とりけし", "キャンセル", "取消", "やめたい"),
    ("変更", "へんこう", "変えたい", "ずらしたい"),
    ("手数料", "てすうりょう", "料金", "費用", "お金", "いくら", "無料"),
    ("代理人", "だいりにん", "家族が代わり", "代わりの人", "代わりに"),
    ("ロック", "間違えた", "ろっく"),
    ("忘れた", "わすれた", "分からない", "わからない"),
    ("紛失", "なくした", "無くした", "失くした", "落とした"),
    ("住所", "じゅうしょ", "引っ越し", "転居", "引越"),
    ("郵便局", "ゆうびんきょく", "局"),
    ("駐車場", "ちゅうしゃじょう", "車で"),
    ("子ども", "こども", "子供", "未成年", "15歳未満"),
    ("受付時間", "営業時間", "何時から", "何時まで", "開いている"),
    ("健康保険証", "保険証", "ほけんしょう"),
    ("メール", "めーる", "電子メール", "mail"),
    ("予約番号", "受付番号"),
    ("端末", "タブレット", "たんまつ", "iPad"),
    ("印刷", "いんさつ", "プリント", "プリンター"),
    ("つながらない", "繋がらない", "接続できない", "通信できない"),
)


# Hiragana that no row above knows is mostly grammar: してもいいですか says little about what is asked.
GRAMMAR_WEIGHT = 0.25
_HIRAGANA = re.compile(r"[ぁ-ゖ]")


@cache
def _respelt() -> tuple[tuple[str, str], ...]:
    """What is replaced by what, the longest first; a word that stands for all stands for itself, whole."""
    pairs = {packed(variant): packed(words[0]) for words in SAME for variant in words}
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def spelt(text: str) -> str:
    """The text as it is indexed and searched: word by word, each variant replaced by the word that stands for it."""
    return " ".join(packed(_spelt(word)) for word in text.split())


def weighed(text: str) -> dict[str, float]:
    """The pairs that an answer should hold, with how much each of them says."""
    weights: dict[str, float] = {}
    for word in text.split():
        run = _spelt(word)
        for place in range(len(run) - 1):
            pair = run[place : place + 2]
            weight = GRAMMAR_WEIGHT if _HIRAGANA.search(pair) else 1.0
            weights[packed(pair)] = max(weight, weights.get(packed(pair), 0.0))
    return weights


def _spelt(word: str) -> str:
    """Variants replaced, known words in their packed spelling; other hiragana stays hiragana."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", word).casefold() if packed(char))
    run = packed(plain)  # of the same length: what it leaves out is out already
    written: list[str] = []
    place = 0
    while place < len(run):
        for variant, known in _respelt():
            if run.startswith(variant, place):
                written.append(known)
                place += len(variant)
                break
        else:
            written.append(plain[place])
            place += 1
    return "".join(written)
