"""What Slack takes as blocks: the documented limits, held as strictly as Slack does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

HEADER = 150
TEXT = 3000
BLOCKS = 50

_LEAVES = {"text": {"type", "text", "style"}, "link": {"type", "text", "url", "style"}}
_HOLDERS = {
    "rich_text_section": set(_LEAVES),
    "rich_text_quote": set(_LEAVES),
    "rich_text_list": {"rich_text_section"},
}
_STYLES = {"bold", "italic", "strike", "code"}


def problems(blocks: Any) -> list[str]:
    """Why Slack would answer `invalid_blocks`; empty if it would not."""
    if not isinstance(blocks, list) or not blocks:
        return ["no blocks"]
    found = [f"{len(blocks)} blocks"] if len(blocks) > BLOCKS else []
    for number, block in enumerate(blocks):
        found += [f"block {number}: {wrong}" for wrong in _block(block)]
    return found


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block.get("type")
    if kind == "divider":
        if set(block) != {"type"}:
            yield "divider with more"
    elif kind == "header":
        text = block.get("text", {})
        if text.get("type") != "plain_text":
            yield "a header is plain text"
        if not 1 <= len(text.get("text", "")) <= HEADER:
            yield f"header of {len(text.get('text', ''))} characters"
    elif kind == "rich_text":
        if not block.get("elements"):
            yield "empty rich text"
        for holder in block.get("elements", []):
            yield from _holder(holder)
    else:
        yield f"unknown type {kind!r}"


def _holder(holder: Mapping[str, Any]) -> Iterator[str]:
    inside = _HOLDERS.get(str(holder.get("type")))
    if inside is None:
        yield f"unknown element {holder.get('type')!r}"
        return
    if not holder.get("elements"):
        yield f"empty {holder['type']}"
    for element in holder.get("elements", []):
        kind = str(element.get("type"))
        if kind not in inside:
            yield f"{kind!r} in {holder['type']}"
        elif kind in _LEAVES:
            yield from _leaf(kind, element)
        else:
            yield from _holder(element)


def _leaf(kind: str, element: Mapping[str, Any]) -> Iterator[str]:
    if extra := set(element) - _LEAVES[kind]:
        yield f"{kind} with {sorted(extra)}"
    if not 1 <= len(element.get("text", "")) <= TEXT:
        yield f"{kind} of {len(element.get('text', ''))} characters"
    if set(element.get("style", {})) - _STYLES:
        yield f"style {element['style']}"
    if kind == "link" and not str(element.get("url", "")).startswith("http"):
        yield "a link without an address"


def leaves(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every text and link in the blocks, headers included."""
    if isinstance(node, list | tuple):
        for one in node:
            yield from leaves(one)
    elif isinstance(node, Mapping):
        if node.get("type") in ("text", "link", "plain_text"):
            yield node
        for value in node.values():
            yield from leaves(value)


def words(blocks: Any) -> str:
    """All that a reader sees, in one text."""
    return "\n".join(str(leaf["text"]) for leaf in leaves(blocks))
