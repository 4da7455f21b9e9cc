"""One saying: a cue with who says what, as token indices of a sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Saying:
    """A cue with its source and content as token indices of one sentence."""

    cue: int
    kind: str  # speech | denial | phrase | hearsay | noun | act | evidence
    content: list[int]
    heads: list[int]
    source: list[int] = field(default_factory=list)
    head: int | None = None  # the source's head token
    recipient: int | None = None  # told to whom, if an outlet
    cited: list[int] = field(default_factory=list)
    cue_text: str = ""
    holder: int | None = None  # the verb that holds a speech noun
    denies: bool = False  # an act of denial: "dismissed the reports"
