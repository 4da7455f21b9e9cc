"""Slack blocks as a page that looks like Slack, light and dark, for looking at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_SHEET = """
body{margin:0;padding:14px 20px;background:#fff;color:#1d1c1d;
font:15px/1.46 Lato,'Noto Sans',Arial,sans-serif;max-width:680px}
main{overflow-wrap:anywhere}.h{font-size:18px;font-weight:900;margin:0 0 6px;line-height:1.33}
.s{white-space:pre-wrap;overflow-wrap:anywhere}
blockquote{margin:2px 0;padding:0;padding-inline-start:12px;border-inline-start:4px solid #ddd;
white-space:pre-wrap;overflow-wrap:anywhere}
hr{border:0;border-top:1px solid #ddd;margin:10px 0}.b{margin:4px 0}
code{font:12px/1.5 Menlo,Consolas,monospace;background:#f6f6f7;border:1px solid #ddd;
border-radius:3px;padding:1px 3px;color:#b4133f}a{color:#1264a3;text-decoration:none}
ul{margin:2px 0;padding-inline-start:24px}li{margin:3px 0}
@media (prefers-color-scheme:dark){body{background:#1a1d21;color:#d1d2d3}
blockquote,hr{border-color:#4a4e54}a{color:#5aa9e6}
code{background:#222529;border-color:#4a4e54;color:#f0a17a}}
"""


def page(blocks: Iterable[Mapping[str, Any]]) -> str:
    """The whole page."""
    shown = "".join(f'<div class="b">{_block(block)}</div>' for block in blocks)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Slack</title>'
        f"<style>{_SHEET}</style><body><main>{shown}</main>"
    )


def _block(block: Mapping[str, Any]) -> str:
    if block["type"] == "divider":
        return "<hr>"
    if block["type"] == "header":
        return f'<h1 class="h" dir="auto">{escape(block["text"]["text"])}</h1>'
    return "".join(_holder(holder) for holder in block["elements"])


def _holder(holder: Mapping[str, Any]) -> str:
    inside = holder["elements"]
    if holder["type"] == "rich_text_list":
        items = "".join(f"<li>{_leaves(item['elements'])}</li>" for item in inside)
        return f"<ul>{items}</ul>"
    tag, name = ("blockquote", "q") if "quote" in holder["type"] else ("div", "s")
    return f'<{tag} class="{name}" dir="auto">{_leaves(inside)}</{tag}>'


def _leaves(elements: Iterable[Mapping[str, Any]]) -> str:
    return "".join(_leaf(element) for element in elements)


def _leaf(element: Mapping[str, Any]) -> str:
    text = escape(element["text"])
    if element["type"] == "link":
        return f'<a href="{escape(element["url"])}">{text}</a>'
    style = element.get("style", {})
    for name, tag in (("code", "code"), ("bold", "b"), ("italic", "i")):
        if style.get(name):
            text = f"<{tag}>{text}</{tag}>"
    return text
