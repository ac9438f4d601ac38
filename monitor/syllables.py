"""Which syllables Vietnamese can have: an onset, a rime and a tone that go together."""

import unicodedata
from functools import cache

from monitor.text import matching

_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_STOPPED = ("", "\u0301", "\u0323")  # written without a mark only in names: Đăk Lăk


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ONSETS = _listed("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
_OPEN = _listed("""
    a ai ao au ay am an ang anh ăm ăn ăng âm ân âng âu ây e em en eng eo ê ên êm ênh êu i ia im in inh iu
    iêm iên iêng iêu o oa oai oam oan oang oanh oao oay oăm oăn oăng oe oem oen oeo oi om on ong oong ô ôi ôm ôn ông
    ơ ơi ơm ơn u ua uân uâng uây uê uênh ui um un ung uơ uôi uôm uôn uông uy uya uyn uynh uyên uyu ynh
    ư ưa ưi ưm ưn ưng ưu ươi ươm ươn ương ươu y yêm yên yêng yêu
""")
_CLOSED = _listed("""
    ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ic ich ip it iêc iêp iêt oac oach oap oat oăc oăt oc oet ooc op ot
    ôc ôp ôt ơp ơt uc uât up ut uôc uôp uôt uych uyp uyt uyêt uêch ych yp yt ưc ưt ươc ươp ươt yêt
    ak ăk âk ok ôk uk êk
""")
_AFTER_K = {"a", "an", "ang", "on", "ôn", "ông"}  # names of the mountains: Bắc Kạn, Kon Tum
_AFTER_QU = {"ynh", "ych", "yp", "yt"}  # with any other onset these are written with i


def _carrier(rime: str) -> int:
    """Give the place of the letter that carries the tone, in the spelling of `text.matching`."""
    for place in range(len(rime) - 1, -1, -1):
        if rime[place] in "ăâêôơư" and not (rime[place] == "ư" and "ơ" in rime):
            return place
    vowels = [place for place, letter in enumerate(rime) if letter in "aeiouy"]
    if len(vowels) == 1:
        return vowels[0]
    ends = vowels[-1] == len(rime) - 1
    if rime[:2] in {"oa", "oe", "uy", "oo"} and (len(vowels) > 2 or not ends):
        return vowels[1]
    return vowels[0] if ends else vowels[1]


def _fits(onset: str, rime: str) -> bool:
    soft = rime[0] in "eêiy"
    if onset in {"k", "gh", "ngh"}:
        return soft or (onset == "k" and rime in _AFTER_K)
    if onset in {"c", "g", "ng"}:
        return not soft
    if onset == "qu":
        return rime[0] in "aăâeêiơyô"
    return rime not in _AFTER_QU and (onset != "gi" or rime[0] not in "iy")


def _syllables(rimes: tuple[str, ...], tones: tuple[str, ...]) -> set[str]:
    return {
        unicodedata.normalize("NFC", onset + rime[: (at := _carrier(rime)) + 1] + tone + rime[at + 1 :])
        for rime in rimes
        for onset in ["", *_ONSETS]
        if _fits(onset, rime)
        for tone in tones
    }


@cache
def every() -> frozenset[str]:
    """Give all of them, small letters, in the spelling of `text.matching`."""
    syllables = _syllables(_OPEN, _TONES) | _syllables(_CLOSED, _STOPPED)
    # gi before i is written once: gì, gìn, giếng; the tone stands on the i or on the ê behind it.
    gi = (
        f"g{vowel}{tone}{end}" for tone in _TONES for vowel, end in (("i", ""), ("i", "n"), ("iê", "ng"), ("iê", "t"))
    )
    return frozenset(syllables.union(unicodedata.normalize("NFC", one) for one in gi))


def legal(word: str) -> bool:
    """Say whether `word` is one Vietnamese syllable, in any case and with either place of the tone."""
    return matching(word) in every()
