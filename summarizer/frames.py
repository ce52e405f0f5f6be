"""What stands around a number or a name: between the same words another sentence must have the same one."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.lexicon import stop_words
from summarizer.numbers import Token


@dataclass(frozen=True)
class Frame:
    """A number or a run of capitalised words, with the two words before and after it; "" where there is none.

    Attributes:
        plain: those of the four that are no name and no function word.
    """

    tokens: tuple[Token, ...]
    before: tuple[str, str]
    after: tuple[str, str]
    plain: frozenset[str]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(token.key for token in self.tokens)

    @property
    def is_number(self) -> bool:
        return self.tokens[0].kind == "number"

    def is_like(self, other: "Frame") -> bool:
        """Whether two plain words around are the same, or three of the four and one is plain.

        "di Wening, Senin" is no evidence of anything.
        """
        alike = self.plain & other.plain
        places = zip((*self.before, *self.after), (*other.before, *other.after), strict=True)
        return len(alike) > 1 or (bool(alike) and sum(one == two != "" for one, two in places) > 2)


def frame_of(tokens: Sequence[Token], at: int) -> Frame | None:
    """The frame of the number or the name of which `at` is a word; None where it is neither."""
    token = tokens[at]
    begin, end = at, at + 1
    if token.kind == "word":
        if not token.text[0].isupper():
            return None
        while begin and _is_capitalised(tokens[begin - 1]):
            begin -= 1
        while end < len(tokens) and _is_capitalised(tokens[end]):
            end += 1
    elif token.kind == "date":
        return None
    around = [tokens[i] if 0 <= i < len(tokens) else None for i in (begin - 2, begin - 1, end, end + 1)]
    keys = [other.key if other else "" for other in around]
    plain = frozenset(other.key for other in around if other and is_plain(other))
    return Frame(tuple(tokens[begin:end]), (keys[0], keys[1]), (keys[2], keys[3]), plain)


def _is_capitalised(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper()


def is_plain(token: Token) -> bool:
    """Whether it is no name and no function word."""
    return token.kind != "word" or (token.text.islower() and token.text not in stop_words())
