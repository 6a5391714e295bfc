"""Texts from elsewhere as they can be kept: read in whatever they were written, without tags, and not too long."""

import re
from html.parser import HTMLParser

LONGEST_PAGE = 200_000
"""Characters of a page of HTML that are looked at."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINES = re.compile(r"\n[ \t\n]*\n")
_BLOCKS = frozenset(
    ("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul")
)  # fmt: skip
_UNSEEN = frozenset(("head", "script", "style", "template", "noscript"))


def decoded(text: bytes, charset: str | None) -> tuple[str, bool]:
    """The text in that character set, and whether it was in it. What is not is UTF-8, or else Windows' western one."""
    said = (charset or "us-ascii").lower()
    for name in (said, "utf-8"):
        try:
            return text.decode(name), name == said or said == "us-ascii"
        except (LookupError, ValueError):
            continue
    return text.decode("cp1252", "replace"), False


def clean(text: str) -> str:
    """The text without what no text holds, such as NUL, and with one kind of line ends."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def cut(text: str, longest: int) -> str:
    """The text, or its beginning where it is longer than so many characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def of_html(html: str) -> str:
    """What somebody reads of a page of HTML, in lines; of the beginning of one that is very long."""
    reader = _Reader()
    try:
        reader.feed(html[:LONGEST_PAGE])
        reader.close()
    except AssertionError:  # how the parser says that a declaration is none; what came before it is told
        reader.told.append("\n")
    lines = (one_line(line) for line in "".join(reader.told).split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Gathers what is read, with a new line at each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.told.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _BLOCKS:
            self.told.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.told.append(data.replace("\n", " ").replace("\r", " "))
