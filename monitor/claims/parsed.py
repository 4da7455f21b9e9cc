"""A parsed sentence as plain objects. Pure.

spaCy makes a token anew at each look and reads its words from a table each time; the
finder looks at every token some hundred times. Here a sentence is the list of its
tokens, which hold what they are asked for. Names and meanings are spaCy's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Form(NamedTuple):
    """What a word, its class and its relation say, wherever it stands."""

    text: str
    lower_: str
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    is_punct: bool
    is_space: bool


class Token:
    """One word or mark; of a sentence's root, `head` is the token itself."""

    __slots__ = (
        *("doc", "i", "idx", "whitespace_", "head", "children"),
        *("left_edge", "right_edge", "below", *Form._fields),
    )

    doc: Doc
    head: Token
    children: list[Token]
    left_edge: Token
    right_edge: Token
    below: Sequence[Token] | None

    def __init__(self, doc: Doc, i: int, idx: int, whitespace: str, form: Form) -> None:
        self.doc, self.i, self.idx, self.whitespace_ = doc, i, idx, whitespace
        (
            self.text,
            self.lower_,
            self.lemma_,
            self.pos_,
            self.tag_,
            self.dep_,
            self.is_punct,
            self.is_space,
        ) = form
        self.head = self.left_edge = self.right_edge = self
        self.children = _CHILDLESS
        self.below = None

    @property
    def subtree(self) -> Sequence[Token]:
        """The token with all that hang on it, in the order of the text."""
        if self.below is not None:
            return self.below
        return self.doc[self.left_edge.i : self.right_edge.i + 1]

    @property
    def ancestors(self) -> list[Token]:
        """The heads above it, nearest first."""
        found, at = [], self
        while at.head is not at:
            at = at.head
            found.append(at)
        return found


# One list for all that nothing hangs on.
_CHILDLESS: list[Token] = []


class Doc(list[Token]):
    """A sentence as its tokens; `text` is that of all of them."""

    __slots__ = ("text",)

    text: str

    def stretch(self, start: int, end: int) -> str:
        """The text of the tokens from `start` to before `end`, at least one."""
        last = self[end - 1]
        return self.text[self[start].idx : last.idx + len(last.text)]


def words(text: str, forms: Iterable[Form], spaces: Iterable[bool]) -> Doc:
    """A sentence of words that hang on nothing yet; `spaces` what a blank follows."""
    doc = Doc()
    doc.text = text
    at = 0
    for form, spaced in zip(forms, spaces, strict=True):
        doc.append(Token(doc, len(doc), at, " " if spaced else "", form))
        at += len(form.text) + spaced
    return doc


def tie(doc: Doc, heads: Sequence[int]) -> None:
    """Give each word its head, by place, and all that follows from it."""
    lefts, rights = _edges(heads)
    for token in doc:
        token.children, token.below = _CHILDLESS, None
    for token, head, left, right in zip(doc, heads, lefts, rights, strict=True):
        token.left_edge, token.right_edge = doc[left], doc[right]
        token.head = above = doc[head]
        if above is token:
            continue
        if above.children is _CHILDLESS:
            above.children = [token]
        else:
            above.children.append(token)
    if not _nested(heads, lefts, rights):
        for token in doc:
            token.below = _in_order(token)


def move(token: Token, head: Token, relation: str) -> None:
    """Hang a word on another one than the parser did."""
    heads = [word.head.i for word in token.doc]
    heads[token.i] = head.i
    token.dep_ = relation
    tie(token.doc, heads)


def _edges(heads: Sequence[int]) -> tuple[list[int], list[int]]:
    """The first and the last word below each, itself among them."""
    lefts, rights = list(range(len(heads))), list(range(len(heads)))
    # what hangs on a word from its left comes before it, from its right behind it
    places = range(len(heads))
    for at in (*places, *reversed(places)):
        head = heads[at]
        if lefts[at] < lefts[head]:
            lefts[head] = lefts[at]
        if rights[at] > rights[head]:
            rights[head] = rights[at]
    return lefts, rights


def _nested(heads: Sequence[int], lefts: Sequence[int], rights: Sequence[int]) -> bool:
    """Whether what hangs on each word stands side by side with it."""
    sizes = [1 + right - left for left, right in zip(lefts, rights, strict=True)]
    below = [1] * len(heads)
    for at, head in enumerate(heads):
        if lefts[at] < lefts[head] or rights[at] > rights[head]:
            return False
        if head != at:
            below[head] += sizes[at]
    return below == sizes


def _in_order(token: Token) -> list[Token]:
    """What hangs on a word from its left, the word, and what does from its right."""
    found: list[Token] = []
    waiting = [(token, False)]
    while waiting:
        at, is_open = waiting.pop()
        if is_open:
            found.append(at)
            continue
        lefts = [(child, False) for child in at.children if child.i < at.i]
        rights = [(child, False) for child in at.children if child.i > at.i]
        waiting += [*reversed(rights), (at, True), *reversed(lefts)]
    return found
