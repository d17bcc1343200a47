"""Reading mails as Japan writes them: charsets, broken headers, HTML, quotes, and whatever bytes there may be."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.mails.japanese import decoded, unencoded
from helpdesk.mails.letters import Unreadable, read_letter
from helpdesk.mails.plain import text_of_html, without_quotes
from tests.helpdesk.letters import mail
from writing.text import normalised_lines

PLAIN = "電子証明書の更新について"


def in_jis(text: str) -> bytes:
    """ISO-2022-JP as Windows writes it: with letters that the standard does not have."""
    out = b""
    for char in text:
        first, second = char.encode("cp932")
        first = (first - (0x81 if first < 0xE0 else 0xC1)) * 2 + 0x21
        if second >= 0x9F:
            first, second = first + 1, second - 0x7E
        else:
            second -= 0x20 if second >= 0x80 else 0x1F
        out += b"\x1b$B" + bytes([first, second]) + b"\x1b(B"
    return out


@pytest.mark.parametrize("charset", ["iso-2022-jp", "shift_jis", "euc-jp", "utf-8"])
def test_a_mail_in_each_charset_reads_the_same(charset: str) -> None:
    letter = read_letter(mail(f"{PLAIN}\n二行目です。", subject=f"{PLAIN}（三回目の質問です）", charset=charset))
    assert (letter.subject, letter.text) == (f"{PLAIN}(三回目の質問です)", f"{PLAIN}\n二行目です。")
    assert (letter.sender, letter.sender_name) == ("mihon0001@example.jp", "見本 花子")
    assert not letter.garbled


def test_letters_that_the_standard_does_not_know_are_read() -> None:
    for char in "①㈱Ⅲ表能ソ":
        assert decoded(in_jis(char), "iso-2022-jp") == char
    # 髙 as makers put it into a row of its own.
    assert decoded(b"\x1b$B|b\x1b(B", "iso-2022-jp") == "髙"
    assert decoded("①と㈱".encode("cp932"), "shift_jis") == "①と㈱"


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN.encode("cp932"),
        PLAIN.encode("utf-8"),
        PLAIN.encode("euc_jp"),
        PLAIN.encode("iso-2022-jp"),
    ],
)
def test_a_subject_that_nobody_encoded_is_read(raw: bytes) -> None:
    content = b"From: mihon0001@example.jp\nSubject: " + raw + b"\n\nx"
    assert read_letter(content).subject == PLAIN


def test_a_letter_cut_in_two_encoded_words_is_joined() -> None:
    whole = PLAIN.encode("utf-8")
    words = [base64.b64encode(part).decode() for part in (whole[:10], whole[10:])]
    assert unencoded(f"=?utf-8?B?{words[0]}?=\n =?UTF-8?b?{words[1]}?=") == PLAIN


@pytest.mark.parametrize("charset", ["x-unknown", "utf-8", ""])
def test_a_wrong_or_missing_charset_is_guessed(charset: str) -> None:
    assert decoded(PLAIN.encode("cp932"), charset) == PLAIN


def test_what_no_charset_explains_is_said() -> None:
    content = mail("x").replace(b"base64", b"8bit").rpartition(b"\n\n")[0] + b"\n\n\xff\xfe\x81 abc"
    letter = read_letter(content)
    assert letter.garbled
    assert "abc" in letter.text


def test_html_becomes_text_and_nothing_of_its_programs() -> None:
    page = (
        "<html><head><title>題</title><style>p{}</style></head><body><p>こんにちは</p><script>alert(1)</script>"
        "<ul><li>一</li><li>二&amp;三</li></ul></body></html>"
    )
    letter = read_letter(mail(html=page))
    assert normalised_lines(letter.text).split("\n") == ["こんにちは", "", "一", "", "二&三"]
    assert text_of_html("<p>終わらない<b>太字") == "終わらない太字"


def test_plain_text_wins_over_html_and_files_are_no_text() -> None:
    content = mail("本文です", files=(("見本.pdf", b"%PDF-1.7 mihon"), ("../../秘密.txt", b"text")))
    letter = read_letter(content)
    assert letter.text == "本文です"
    assert [(each.name, each.content) for each in letter.enclosures] == [
        ("見本.pdf", b"%PDF-1.7 mihon"),
        ("秘密.txt", b"text"),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"sender": "MAILER-DAEMON@example.jp"},
        {"sender": "<no-reply@example.jp>"},
    ],
)
def test_machines_are_known(headers: dict[str, str]) -> None:
    assert read_letter(mail(**headers)).is_automatic  # type: ignore[arg-type]


def test_people_and_lists_are_no_machines() -> None:
    assert not read_letter(mail(Auto_Submitted="no")).is_automatic
    from_list = read_letter(mail(List_Id="<news.example.jp>"))
    assert (from_list.is_from_list, from_list.is_automatic) == (True, False)
    assert read_letter(mail(), from_nobody=True).is_automatic


@pytest.mark.parametrize(
    "below",
    [
        "\n\n2026年11月18日(水) 10:00 窓口 <a@example.jp>:\n> 前の文\n>\n> その続き",
        "\n\nOn Wed, 18 Nov 2026 at 10:00, Desk <a@example.jp> wrote:\n> before",
        "\n\n-----Original Message-----\nFrom: a@example.jp\nSubject: x\n\n前の文",
        "\n\n________________________________\n差出人: 窓口\n送信日時: きょう\n件名: x\n\n前の文",
        "\n> 前の文",
    ],
)
def test_what_an_answer_repeats_is_left_out(below: str) -> None:
    assert without_quotes("分かりました。\n> 引用への返事\nはい。" + below) == "分かりました。\n> 引用への返事\nはい。"


def test_a_mail_of_nothing_but_quotes_stays() -> None:
    assert without_quotes("> 前の文") == "> 前の文"


def test_endless_nesting_is_refused() -> None:
    inner = b"Content-Type: text/plain\n\nx"
    for depth in range(12):
        mark = f"b{depth}".encode()
        inner = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\n\n--' + mark + b"\n" + inner + b"\n--" + mark
    with pytest.raises(Unreadable):
        read_letter(b"From: a@example.jp\n" + inner)
    with pytest.raises(Unreadable):
        read_letter(b"")


def test_nesting_without_end_breaks_nothing() -> None:
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(3000))
    with pytest.raises(Unreadable):
        read_letter(b"From: a@example.jp\n" + deep + b"Content-Type: text/plain\n\nx")


@pytest.mark.parametrize("charset, content", [("utf-7", b"a +2AA- b"), ("unicode_escape", rb"a \ud800 b")])
def test_half_a_letter_is_no_text(charset: str, content: bytes) -> None:
    assert decoded(content, charset) == content.decode()


GOOD = mail("本文です", files=(("見本.pdf", b"%PDF-1.7 mihon"),), charset="iso-2022-jp")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bytes_break_the_reader(data: st.DataObject) -> None:
    """A good mail with bytes changed, cut out and put in: it is read, or said to be unreadable."""
    content = bytearray(GOOD)
    for _change in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 12))
        content[place : place + length] = data.draw(st.binary(max_size=12))
    try:
        letter = read_letter(bytes(content))
    except Unreadable:
        return
    for text in (letter.subject, letter.text, letter.sender, letter.message_id, *(e.name for e in letter.enclosures)):
        text.encode()
        assert "\x00" not in text
