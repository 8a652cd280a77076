"""Reads a page of the documentation as a reader does who does all that it says.

Commands are run, and have to say what the page shows.  Code goes where its caption
says: in place of what has the same name, or at the end of the class or the file.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"^\.\. code-block:: (\w+)\n((?:   :.*\n)*)\n((?:(?:   .*)?\n)+)", re.M
)


@dataclass(frozen=True)
class Block:
    """One block of the page: commands, a file or a part of one."""

    language: str
    caption: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command, and the lines that it is to say; "..." stands for anything."""

    line: str
    shown: list[str]

    @property
    def may_fail(self) -> bool:
        """Whether the page shows that something is wrong."""
        return any(" failed" in line for line in self.shown)

    def missing_from(self, said: str) -> str | None:
        """Return the first line that was not said, after those before it."""
        left = [_squeezed(line) for line in said.splitlines()]
        for line in self.shown:
            parts = re.split(r"\s*\.\.\.\s*", _squeezed(line))
            wanted = ".*".join(map(re.escape, parts))
            while left and not re.fullmatch(wanted, left[0]):
                left.pop(0)
            if not left and wanted != ".*":
                return line
        return None


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page from top to bottom."""
    for found in BLOCK.finditer(page + "\n"):
        language, options, text = found.groups()
        caption = re.search(r":caption: (.*)", options)
        # Not dedented: methods keep the four spaces that they have in their class.
        text = re.sub("^   ", "", text, flags=re.M).strip("\n") + "\n"
        yield Block(language, caption[1] if caption else "", text)


def commands(text: str) -> Iterator[Command]:
    """Yield the commands of a console block."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        line, *shown = part.rstrip("\n").split("\n")
        yield Command(line, shown)


def write(path: Path, block: Block) -> None:
    """Do to a file what a block says."""
    is_whole = block.language != "python" or block.text.startswith('"""')
    if block.language == "diff":
        text = _differing(path.read_text("utf-8"), block.text)
    elif is_whole and not (path.exists() and _is_docstring(block.text)):
        text = block.text
    else:
        text = _patched(path.read_text("utf-8"), block.text)
    path.write_text(text, "utf-8")


def _is_docstring(text: str) -> bool:
    return len(ast.parse(text).body) == 1


def _differing(text: str, diff: str) -> str:
    """Take lines out of a file, and put others in their place."""
    at = 0
    for line in diff.splitlines():
        sign, content = line[:1], line[1:]
        if sign == "-":
            at = _line_start(text, content)
            text = text[:at] + text[at + len(content) + 1 :]
        else:
            text = text[:at] + content + "\n" + text[at:]
    return text


def _line_start(text: str, line: str) -> int:
    found = re.search(rf"^{re.escape(line)}\n", text, re.M)
    assert found, f"the file has no line {line!r}"
    return found.start()


def _patched(text: str, code: str) -> str:
    """Put named parts in the place of those that have the name, or at the end."""
    for place, name, part in _parts(_under_a_class(code)):
        tree = ast.parse(text)
        body = tree.body
        if place:
            (holder,) = [n for n in body if isinstance(n, ast.ClassDef)]
            body = holder.body
        lines = text.splitlines()
        start, end = _where(body, name)
        new = textwrap.indent(part, "    " * bool(place)).splitlines()
        if start == end:
            new = ["", *([""] * (not place)), *new]
        text = "\n".join([*lines[:start], *new, *lines[end:]]) + "\n"
    return text


def _under_a_class(code: str) -> str:
    """Give methods that stand alone the class that they are methods of."""
    lines: list[str] = []
    header = False
    for line in code.splitlines():
        if line.startswith("    def ") and not header:
            lines.append("class Mapping:")
            header = True
        elif line[:1].strip():
            header = line.endswith((":", "(", "{"))
        lines.append(line)
    return "\n".join(lines)


def _parts(code: str) -> Iterator[tuple[str, str, str]]:
    """Yield the class (if any), the name and the text of each part."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                yield node.name, _name(inner), _text(code, inner)
        else:
            yield "", _name(node), _text(code, node)


def _name(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.ImportFrom(module=str(module)):
            return f"import {module}"
        case ast.Expr(value=ast.Constant()):
            return "docstring"
    raise AssertionError(f"the page has code without a name: {ast.unparse(node)}")


def _text(code: str, node: ast.stmt) -> str:
    lines = code.splitlines()[node.lineno - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines))


def _where(body: list[ast.stmt], name: str) -> tuple[int, int]:
    """Return the lines that a part replaces, or twice the line that it goes before."""
    for node in body:
        try:
            found = _name(node)
        except AssertionError:
            continue
        if found == name:
            return node.lineno - 1, node.end_lineno or 0
    if name.startswith("import "):
        body = [node for node in body if isinstance(node, ast.ImportFrom)]
    last = body[-1].end_lineno or 0
    return last, last


def _squeezed(line: str) -> str:
    return " ".join(line.split())
