# SPDX-License-Identifier: EUPL-1.2
"""Make docs/reference/codes.md from the published code lists, official systems and migrations."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kgbx.codes import code_list, code_lists, migrations, systems
from tools.markdown import NOTE, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.codes import CodeEntry, CodeList, MigrationTable, OfficialCode

LEAD: Final = """# Codes

{note}
A code is what stands in a document. Labels are for people. An official code is what a law, register or standard calls
the same notion; it means something only together with its system and, where there is one, its version. `read` after an
official code: it is understood, never given out. `write`: it is given out, but what comes back becomes a wider code.

The lists are files, `schemas/codes/<list>.json`, free of conditions (CC0-1.0). `kgbx codes LIST` shows one on the
screen; `kgbx.codes.code_list("relation_kind").code_of("jzr", "125")` translates in a program.
"""
CODE_HEAD: Final = ("code", "Dutch", "English", "official", "valid", "source")


def codes_page() -> str:
    """Return docs/reference/codes.md."""
    return "\n".join([LEAD.format(note=NOTE), *_systems(), *_migrations(), *_lists()])


def _systems() -> Iterator[str]:
    yield "## Official systems\n"
    rows = (
        (
            f"`{one.key}`",
            one.name.en,
            one.name.nl,
            ", ".join(one.versions),
            f"[{one.document}]({one.url})" if one.url else one.document,
            one.note.en if one.note else "",
        )
        for one in systems().values()
    )
    yield table(("system", "English", "Dutch", "version", "document", "beware"), rows)


def _migrations() -> Iterator[str]:
    yield "## Official codes that were superseded\n"
    yield "`kgbx.codes.migrate(system, code)` says `current`, `superseded` with the code to use now, or `unknown`.\n"
    for one in migrations().values():
        yield f"### Migration of `{one.system}` to {one.version}\n\nSource: {one.source}.\n"
        if one.note:
            yield f"{one.note.en}\n"
        yield table(("code", "Dutch", "English", "now"), _migrated(one))


def _migrated(one: MigrationTable) -> Iterator[tuple[str, ...]]:
    for code, old in one.superseded.items():
        yield f"`{code}`", old.label.nl, old.label.en, f"`{old.successor}`"
    for code, label in one.current.items():
        yield f"`{code}`", label.nl, label.en, "current"


def _lists() -> Iterator[str]:
    yield f"## Lists\n\nThere are {len(code_lists())}.\n"
    for name in code_lists():
        found = code_list(name)
        yield f"### `{name}`\n\n{found.title.en[:1].upper()}{found.title.en[1:]} ({found.title.nl}). {_about(found)}\n"
        yield table(*_trimmed([_row(entry) for entry in found.entries.values()]))


def _about(found: CodeList) -> str:
    lossy = f" Several codes are one official code in: {', '.join(f'`{key}`' for key in found.lossy)}."
    return f"Source: {found.source}.{f' {found.note.en}' if found.note else ''}{lossy if found.lossy else ''}"


def _row(entry: CodeEntry) -> tuple[str, ...]:
    code = f"`{entry.code}`" + (f" (part of `{entry.parent}`)" if entry.parent else "")
    return code, entry.label.nl, entry.label.en, _official(entry), _valid(entry), entry.source or ""


def _official(entry: CodeEntry) -> str:
    together: dict[str, list[str]] = defaultdict(list)
    for one in entry.official:
        remarks = ", ".join(filter(None, ("" if one.use == "both" else one.use, _valid(one))))
        together[one.system].append(f"`{one.code}`{_version(one)}{f' ({remarks})' if remarks else ''}")
    return "; ".join(f"{key} {', '.join(codes)}" for key, codes in together.items())


def _version(one: OfficialCode) -> str:
    return f" in {one.version}" if len(systems()[one.system].versions) > 1 else ""


def _valid(one: CodeEntry | OfficialCode) -> str:
    parts = (("from", one.valid_from), ("until", one.valid_until))
    return " ".join(f"{word} {day}" for word, day in parts if day)


def _trimmed(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the head and the rows without columns in which nothing stands."""
    kept = [place for place in range(len(CODE_HEAD)) if any(row[place] for row in rows)]
    return tuple(CODE_HEAD[place] for place in kept), [tuple(row[place] for place in kept) for row in rows]
