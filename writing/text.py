"""What people type: one spelling of every character, and the guard against My Numbers."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Weights of the first eleven digits, read from the left (order of the ministry's check digit, see docs).
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_MY_NUMBER_DIGITS = 12

# Characters people put between digits; NFKC leaves these apart. The plain one stands last, so that it means
# itself at the end of a character class.
HYPHENS = "‐‑‒–—―−ー－ｰ-"
# Groups of digits with nothing but spaces and hyphens between them.
_CHAIN = re.compile(rf"\d+(?:[\s{HYPHENS}]+\d+)*")
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BETWEEN_LETTERS = "・'’‐–-.,()[] "
_HIRAGANA = {code: code + 0x60 for code in [*range(0x3041, 0x3097), 0x309D, 0x309E]}


def normalised(text: str) -> str:
    """The text in NFKC (full-width digits and half-width kana unified), trimmed, spaces collapsed."""
    return _SPACES.sub(" ", _CONTROL.sub("", unicodedata.normalize("NFKC", text))).strip()


def normalised_lines(text: str) -> str:
    """As `normalised`, but line by line: for remarks of several lines."""
    lines = unicodedata.normalize("NFKC", text).splitlines()
    return "\n".join(normalised(line) for line in lines).strip()


def katakana(text: str) -> str:
    """The text in NFKC with hiragana written as katakana."""
    return normalised(text).translate(_HIRAGANA)


def without_invisible(text: str) -> str:
    """The text without characters that nobody sees and that copying brings along (zero width, direction marks)."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def not_in_names(text: str) -> str:
    """The characters of the text that stand in no person's name, each once.

    Letters of any script do, with accents and variation selectors. Planes 2 and 3 hold kanji only, some newer than
    Python's tables. 〇 counts as a number in Unicode; brackets hold the former or the common name on the card.
    """
    return "".join(dict.fromkeys(char for char in text if not _in_names(char)))


def _in_names(char: str) -> bool:
    kanji = 0x20000 <= ord(char) <= 0x3FFFD
    return kanji or unicodedata.category(char)[0] in "LM" or char in f"〇{BETWEEN_LETTERS}"


def digits(text: str) -> str:
    """The decimal digits of the text, half-width, and nothing else."""
    return "".join(str(int(char)) for char in unicodedata.normalize("NFKC", text) if char.isdecimal())


def check_digit(eleven: str) -> int:
    """The check digit of a My Number's first eleven digits. 12345678901 gives 8."""
    rest = sum(int(digit) * weight for digit, weight in zip(eleven, _WEIGHTS, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def is_my_number(twelve: str) -> bool:
    """Whether twelve half-width digits carry the check digit of a My Number. One in eleven random ones does."""
    return check_digit(twelve[:-1]) == int(twelve[-1])


def contains_my_number(text: str) -> bool:
    """Whether some twelve digits of the text, written together or in groups, form a valid My Number.

    Only whole groups count: a postcode followed by a telephone number is not searched at every offset,
    which would refuse every third address.
    """
    unified = unicodedata.normalize("NFKC", text)
    return any(_chain_holds_my_number(re.findall(r"\d+", chain)) for chain in _CHAIN.findall(unified))


def without_my_numbers(text: str, instead: str) -> str:
    """The text in NFKC with `instead` for every run of digits that holds a My Number: for texts that others wrote."""

    def out(chain: re.Match[str]) -> str:
        return instead if _chain_holds_my_number(re.findall(r"\d+", chain[0])) else chain[0]

    return _CHAIN.sub(out, unicodedata.normalize("NFKC", text))


def _chain_holds_my_number(groups: list[str]) -> bool:
    for first in range(len(groups)):
        joined = ""
        for group in groups[first:]:
            joined += group
            if len(joined) > _MY_NUMBER_DIGITS:
                break
            if len(joined) == _MY_NUMBER_DIGITS and is_my_number(joined):
                return True
    return False


def refuse_my_number(text: str) -> None:
    """Raises ValidationError when the text contains a My Number. The message never holds the number."""
    if contains_my_number(text):
        raise ValidationError(
            _("マイナンバー（12桁の番号）と思われる数字が含まれています。マイナンバーは入力しないでください。"),
            code="my_number",
        )
