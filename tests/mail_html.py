"""HTML mail as a browser reads it: tags, addresses and text, for checks."""

from __future__ import annotations

from html.parser import HTMLParser

# nothing that runs, loads or sends
TAGS = {
    *("html", "head", "meta", "title", "style", "body"),
    *("table", "tr", "td", "div", "span", "bdi", "b", "br", "a", "code"),
}
ATTRIBUTES = {
    *("style", "class", "dir", "href", "lang", "charset", "name", "content", "role"),
    *("width", "cellpadding", "cellspacing", "align", "valign"),
}


class Page(HTMLParser):
    """What a document holds."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.styles: list[str] = []
        self.seen: list[str] = []
        self.bold: list[str] = []
        self._inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if tag not in ("meta", "br"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag, f"</{tag}> closes another"

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            return
        self.seen.append(data)
        if self._inside and self._inside[-1] == "b":
            self.bold.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.seen)
