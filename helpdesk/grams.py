"""Pairs of neighbouring characters: Japanese is searched without knowing where words end, by an index on the pairs."""

import unicodedata

from writing.text import katakana

LONGEST = 2000  # characters of an inquiry that can be found


def packed(text: str) -> str:
    """One spelling: NFKC, small letters, hiragana as katakana, no spaces and no long-vowel marks."""
    plain = unicodedata.normalize("NFKC", katakana(text)).casefold()
    return "".join(char for char in plain if not char.isspace() and char not in "ー-‐−・、。,.")


def grams(*texts: str) -> list[str]:
    """The pairs of all texts, each once, in order."""
    found: dict[str, None] = {}
    for text in texts:
        run = packed(text)[:LONGEST]
        for place in range(len(run) - 1):
            found[run[place : place + 2]] = None
        if len(run) == 1:
            found[run] = None
    return sorted(found)


def asked(text: str) -> list[str]:
    """The pairs that an inquiry must hold to answer the words of a search. A single character finds nothing."""
    return sorted({pair for word in text.split() for pair in grams(word) if len(pair) == 2})
