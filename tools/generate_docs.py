# SPDX-License-Identifier: EUPL-1.2
"""Write the reference pages that follow from the code: errors, limits, rules, codes, and the fields in the glossary.

Prose is not written here: docs/reference/glossary.md keeps everything outside its two marks.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from kgbx import errors, limits
from kgbx.case.rules import RULES
from kgbx.case.rules.laws import LAWS, in_order
from kgbx.messages import MESSAGES
from kgbx.resources import schemas_path
from tools.codes_page import codes_page
from tools.delivery_page import delivery_page
from tools.generated import write_or_check
from tools.interop_page import interop_page
from tools.markdown import NOTE, table
from tools.policy_page import policy_page
from tools.record_types_page import record_types_page
from tools.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN: Final = "<!-- fields: written by tools/generate_docs.py -->\n"
END: Final = "<!-- end of fields -->\n"
GLOSSARY: Final = "docs/reference/glossary.md"
SCHEMA: Final = "family-case-1.0.schema.json"

SHARED: Final = "What records share"
SHARED_BY: Final = 5
FIELD_HEAD: Final = ("field", "Dutch", "meaning", "source")
Definition = dict[str, Any]

STATUSES: Final = (
    (errors.EXIT_OK, "it is done"),
    (errors.EXIT_FAILED, "a document is not valid, or a check failed"),
    (errors.EXIT_USAGE, "wrong usage, or an input that cannot be read"),
    (errors.EXIT_TRUST, "signature, decryption or trust failed"),
    (errors.EXIT_CONSENT, "consent or legal ground says no"),
    (errors.EXIT_FILE, "a file or the network; also when what is printed cannot be written"),
    (errors.EXIT_VERSION, "this version is not supported"),
    (errors.EXIT_BUG, "a bug in kgbx, or a process of it that was stopped from outside"),
    (errors.EXIT_INTERRUPTED, "stopped with Ctrl-C; nothing that was begun goes on"),
)

KINDS: Final = (
    ("U_", "Usage", "`UsageError`, exit status 2: the caller passed something impossible."),
    ("F_", "Files and bugs", "Exit status 5 for a file, 70 for a bug in kgbx or a process of it that was stopped."),
    ("C_", "Consent", "`ConsentError`, exit status 4: nothing may go. Why is in the account, for the sender only."),
    ("D_", "Documents", "A `Problem` of a `DocumentError` or `IntegrityError`; status 1, of a policy 2, `D_VERSION` 6"),
    ("E_DIR_", "Directory", "`DirectoryError`, or `EnvelopeError` while opening; exit status 3."),
    ("E_", "Envelopes", "`EnvelopeError`, exit status 3. To the outside the family `undeliverable` has no detail."),
    (
        "X_",
        "Delivery",
        "`DeliveryError`, exit status 5, a newer store 6; an alert; a problem of an endpoint.",
    ),
    ("W_", "Warnings", "Told beside a result; the exit status stays 0."),
)
"""Prefix, title and what raises it; the first prefix that fits counts."""


def kind_of(code: str) -> str:
    """Return the prefix under which a code is listed."""
    return max((prefix for prefix, _, _ in KINDS if code.startswith(prefix)), key=len)


def family_of(code: str) -> str:
    """Return the family of an envelope code, or an empty string."""
    return next((family for family, codes in errors.FAMILIES.items() if code in codes), "")


def errors_page() -> str:
    """Return docs/reference/errors.md."""
    parts = [f"# Errors and exit statuses\n\n{NOTE}\nA code is stable; its sentence may improve.\n\n## Exit statuses\n"]
    parts.append(table(("status", "meaning"), ((str(status), meaning) for status, meaning in STATUSES)))
    for prefix, title, raised in KINDS:
        codes = [code for code in MESSAGES if kind_of(code) == prefix]
        parts.extend([f"## {title}\n\n{raised}\n\n{codes_table(codes)}"] if codes else [])
    parts.append("The rules of a family case have codes of their own: see [rules](rules.md).\n")
    return "\n".join(parts)


def codes_table(codes: list[str]) -> str:
    """Return the table of some codes; with families if they have any."""
    rows = [(f"`{code}`", family_of(code), MESSAGES[code].en, MESSAGES[code].nl) for code in codes]
    if any(family for _, family, _, _ in rows):
        return table(("code", "family", "English", "Nederlands"), rows)
    return table(("code", "English", "Nederlands"), ((code, *sentences) for code, _, *sentences in rows))


def limits_page() -> str:
    """Return docs/reference/limits.md."""
    rows = [(f"`{name}`", value_of(name), reason) for name, reason in limits_with_reasons()]
    return f"# Limits\n\n{NOTE}\nUnits are in the names.\n\n" + table(("limit", "value", "reason"), rows)


def value_of(name: str) -> str:
    """Return a limit, large ones also in a unit that people read."""
    value: int = getattr(limits, name)
    for unit, size in (("GiB", limits.GIB), ("MiB", limits.MIB), ("KiB", limits.KIB)):
        if "BYTES" in name and value % size == 0:
            return f"{value} ({value // size} {unit})"
    return str(value)


def limits_with_reasons() -> Iterator[tuple[str, str]]:
    """Yield each limit with the sentence under it; limits in one block share it."""
    waiting: list[str] = []
    for node in ast.parse(inspect.getsource(limits)).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            waiting.append(node.target.id)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from ((name, " ".join(str(node.value.value).split())) for name in waiting if name not in UNITS)
            waiting = []


UNITS: Final = frozenset({"KIB", "MIB", "GIB", "DAY_SECONDS"})


def rules_page() -> str:
    """Return docs/reference/rules.md."""
    rows = ((f"`{rule.id}`", rule.severity, rule.text.en, rule.text.nl, rule.source) for rule in RULES)
    lead = "An `error` refuses the document; a `warning` is reported, because the register or a court may be right.\n\n"
    head = ("rule", "severity", "English", "Nederlands", "source")
    laws = (
        (law.name, law.number, law.text_date or "none", ", ".join(sorted(law.unread, key=in_order))) for law in LAWS
    )
    texts = table(("law", "number", "text that was read", "cited articles that were not read"), laws)
    page = f"# Rules of a family case\n\n{NOTE}\n{lead}{table(head, rows)}"
    return f"{page}\n## Texts of law\n\nWhat the sources mean by each law. Compare the text of the day.\n\n{texts}"


def fields_section() -> str:
    """Return what stands between the marks of the glossary: objects, their members, and code lists."""
    schema = json.loads(schemas_path(SCHEMA).read_text(encoding="utf-8"))
    definitions: dict[str, Definition] = {"FamilyCase": schema, **schema.get("$defs", {})}
    shared = shared_rows(definitions)
    parts = ["## Objects and fields of a family case\n", f"### {SHARED}\n", table(FIELD_HEAD, shared)]
    for name, definition in sorted(definitions.items()):
        rows = [row for row in field_rows(definition) if row not in shared]
        parts.append(f"### {name}\n\n{line(definition.get('description', 'As the schema says.'))}\n")
        parts.extend([table(FIELD_HEAD, rows)] if rows else [])
    parts.append("## Code lists\n")
    parts.append(table(("list", "Dutch", "English", "source"), code_list_rows()))
    return "\n".join(parts)


def field_rows(definition: Definition) -> list[tuple[str, ...]]:
    """Return the rows of the members of an object."""
    return [field_row(name, about) for name, about in definition.get("properties", {}).items()]


def shared_rows(definitions: dict[str, Definition]) -> list[tuple[str, ...]]:
    """Return the rows that most records have, told once."""
    counts = Counter(row for definition in definitions.values() for row in field_rows(definition))
    return [row for row, count in counts.items() if count >= SHARED_BY]


def field_row(name: str, about: dict[str, str]) -> tuple[str, ...]:
    """Return the row of one member of an object."""
    return (f"`{name}`", about.get("title", ""), line(about.get("description", "")), about.get("x-kgbx-source", ""))


def line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def code_list_rows() -> Iterator[tuple[str, ...]]:
    """Yield the row of each code list."""
    for path in sorted(schemas_path("codes").glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        yield (f"`{entry['list']}`", entry["title"]["nl"], entry["title"]["en"], str(entry["source"]))


def glossary_page() -> str:
    """Return the glossary with its middle renewed."""
    before, _, rest = (ROOT / GLOSSARY).read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{fields_section()}\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the pages."""
    pages = {
        "docs/reference/errors.md": errors_page(),
        "docs/reference/limits.md": limits_page(),
        "docs/reference/rules.md": rules_page(),
        "docs/reference/codes.md": codes_page(),
        "docs/reference/interop-consent.md": interop_page(),
        "docs/reference/delivery-states.md": delivery_page(),
        "docs/reference/policy.md": policy_page(),
        "docs/reference/record-types.md": record_types_page(),
        GLOSSARY: glossary_page(),
    }
    return write_or_check(pages, arguments)


if __name__ == "__main__":
    sys.exit(main())
