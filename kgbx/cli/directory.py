# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory``: whose keys are whose, and who is believed; each command is a module of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.cli.bilingual import Entry, LazyGroup, option
from kgbx.cli.console import Console, read_file
from kgbx.clock import format_instant
from kgbx.directory import Directory, SqliteDirectoryState, peek_document, require_chain
from kgbx.limits import MAX_DIRECTORY_BYTES, MAX_ORG_DOCUMENT_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kgbx.directory import Certifying, Statement
    from kgbx.envelope.ports import Anchor, OrganisationDocument

_ABOUT = Text(
    "Houd bij welke sleutels van welke organisatie zijn.\n\n"
    "Elke organisatie maakt haar sleutels bekend in een document ('kgbx keys publish'). build voegt die samen tot een "
    "adresboek; pin legt vast wiens hoofdsleutels u gelooft, nadat u ze hebt nagekeken. Een regio kan beheerders "
    "aanwijzen: zij verklaren met publish en sign welke documenten de nieuwste zijn.",
    "Keep which keys belong to which organisation.\n\n"
    "Each organisation publishes its keys in a document ('kgbx keys publish'). build joins them to a directory; pin "
    "records whose root keys you believe, after you checked them. A region can appoint keepers: with publish and sign "
    "they state which documents are the newest.",
)

_ENTRIES = {
    "build": Entry(
        "kgbx.cli.directory_build", Text("Voeg documenten samen tot een adresboek", "Join documents to a directory")
    ),
    "pin": Entry("kgbx.cli.directory_pin", Text("Leg vast wie u gelooft", "Record whom you believe")),
    "verify": Entry("kgbx.cli.directory_verify", Text("Kijk een adresboek na", "Check a directory")),
    "show": Entry("kgbx.cli.directory_show", Text("Bekijk een adresboek", "Look at a directory")),
    "publish": Entry(
        "kgbx.cli.directory_publish",
        Text("Verklaar als beheerder wat het nieuwste is", "State as a keeper what is the newest"),
    ),
    "sign": Entry("kgbx.cli.directory_sign", Text("Onderteken mee als beheerder", "Sign as one more keeper")),
}

ROLLBACK_NOT_CHECKED: Final = "W_ROLLBACK_NOT_CHECKED"
"""Warning: no memory of directories was given, so this one may be older than one before."""

KEY_CONTESTED: Final = "W_KEY_CONTESTED"
"""Warning: several organisations list one key, which counts for none of them."""

_ANCHORS: dict[Anchor, Text] = {
    "pinned": Text("vastgelegd", "pinned"),
    "directory": Text("door de beheerders", "by the keepers"),
    "certificate": Text("door een certificaat", "by a certificate"),
}


@click.group("directory", cls=LazyGroup, entries=_ENTRIES, text=_ABOUT)
def command() -> None:
    """Hold the commands about the directory."""


def known_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--known``: the file in which the highest numbers of documents are kept."""
    decorate = option(
        "--known",
        metavar="FILE",
        nl="Geheugen van gezien documenten (SQLite); wordt gemaakt als het er niet is. Zo herkent kgbx een adresboek "
        "dat ouder is dan een eerder, of dat iets anders zegt.",
        en="Memory of documents seen (SQLite); made if it is not there. By it kgbx recognises a directory that is "
        "older than one before, or that says something else.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # the decorated function


def load_directory(
    directory_file: str,
    trust_file: str,
    *,
    known: Mapping[str, tuple[int, bytes]] | None = None,
    certifying: Certifying | None = None,
) -> Directory:
    """Return the verified directory of two files.

    Raises:
        DirectoryError: as :meth:`kgbx.directory.Directory.load`.
        OSError: a file cannot be read.
    """
    return Directory.load(
        read_file(directory_file, limit=MAX_DIRECTORY_BYTES),
        read_file(trust_file, limit=MAX_DIRECTORY_BYTES),
        known=known,
        certifying=certifying,
    )


def recall_directory(directory_file: str, trust_file: str, known_file: str | None) -> Directory:
    """Return the verified directory of two files, compared with what was seen before, which is kept in a third.

    Raises:
        DirectoryError: as :meth:`kgbx.directory.Directory.load`; then nothing is kept.
        UsageError: U_UNREADABLE, `known_file` is no such memory.
        OSError: a file cannot be read or written.
    """
    if known_file is None:
        return load_directory(directory_file, trust_file)
    state = SqliteDirectoryState(Path(known_file))
    directory = load_directory(directory_file, trust_file, known=state.known())
    state.remember(directory.known)
    return directory


def warned(console: Console, directory: Directory, *, known: str | None) -> list[str]:
    """Tell of what is wrong with a directory, or was not checked, although it was used; return the codes.

    Args:
        console: Where to tell.
        directory: What was used.
        known: The memory with which it was compared, None if it was not.
    """
    codes = []
    if known is None:
        codes.append(ROLLBACK_NOT_CHECKED)
        console.note(
            "Let op: zonder --known is niet gecontroleerd of dit adresboek ouder is dan een eerder. In een nieuwer kan "
            "een sleutel ingetrokken zijn.",
            "Note: without --known it was not checked whether this directory is older than one before. In a newer one "
            "a key may be revoked.",
        )
    if directory.contested:
        codes.append(KEY_CONTESTED)
        for kid, orgs in directory.contested.items():
            console.note(
                f"Alarm: sleutel {kid} wordt geclaimd door {', '.join(orgs)} en telt voor geen van hen. Bel ze.",
                f"Alarm: key {kid} is claimed by {', '.join(orgs)} and counts for none of them. Call them.",
            )
    return codes


def joined(documents: Iterable[OrganisationDocument], *, statement: Statement | None = None) -> Directory:
    """Return a directory of documents of which it is not known whose they are, but that do not contradict each other.

    Raises:
        DirectoryError: E_DIR_EQUIVOCATION, E_DIR_UNTRUSTED, those of one organisation do not hang together: whoever
            believes it would refuse the whole directory.
    """
    directory = Directory(documents, statement=statement)
    for org in directory.organisations:
        require_chain(directory.history(org))
    return directory


def read_documents(paths: tuple[str, ...]) -> list[tuple[bytes, OrganisationDocument]]:
    """Return documents of organisations as they are and as they read; whose they are is not known.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE.
        OSError: a file cannot be read.
    """
    read = [read_file(path, limit=MAX_ORG_DOCUMENT_BYTES) for path in paths]
    return [(data, peek_document(data)) for data in read]


def show_directory(console: Console, directory: Directory, *, at: datetime | None) -> bool:
    """Print a directory and tell whether something in it cannot be used at `at`; None judges no time."""
    second = None if at is None else int(at.timestamp())
    rows = []
    for org in directory.organisations:
        newest = directory.history(org)[0]
        stale = second is not None and newest.exp <= second
        early = second is not None and second < newest.iat
        rows.append(
            {
                "org": org,
                "name": newest.name,
                "seq": newest.seq,
                "exp": _instant(newest.exp),
                "stale": stale,
                "not_yet": early,
                "anchors": directory.anchors(org),
            }
        )
        _line(console, newest, anchors=directory.anchors(org), state=_state(newest, stale=stale, early=early))
    for org in directory.untrusted:
        console.say(f"{org}  NIET VERTROUWD", f"{org}  NOT TRUSTED")
    for kid, orgs in directory.contested.items():
        console.say(
            f"{kid}  GEEN SLEUTEL: geclaimd door {', '.join(orgs)}", f"{kid}  NO KEY: claimed by {', '.join(orgs)}"
        )
    outdated = _tell_statement(console, directory, second) or bool(directory.contested)
    statement = directory.statement and {"seq": directory.statement.seq, "exp": _instant(directory.statement.exp)}
    console.result(
        {
            "organisations": rows,
            "untrusted": directory.untrusted,
            "contested": [{"kid": kid, "orgs": orgs} for kid, orgs in directory.contested.items()],
            "statement": statement,
        }
    )
    return outdated or any(row["stale"] or row["not_yet"] for row in rows)


def _line(console: Console, document: OrganisationDocument, *, anchors: tuple[Anchor, ...], state: Text) -> None:
    nl, en = (", ".join(_ANCHORS[one].say(language) for one in anchors) for language in ("nl", "en"))
    head = f"{document.org}  {document.name}  document {document.seq}"
    console.say(f"{head}, {state.nl}{nl and f'  ({nl})'}", f"{head}, {state.en}{en and f'  ({en})'}")


def _state(document: OrganisationDocument, *, stale: bool, early: bool) -> Text:
    if early:
        iat = _instant(document.iat)
        return Text(
            f"NOG NIET GELDIG, gemaakt op {iat}: klopt uw klok?", f"NOT YET VALID, made on {iat}: is your clock right?"
        )
    exp = _instant(document.exp)
    return Text(f"VERLOPEN {exp}", f"EXPIRED {exp}") if stale else Text(f"geldig tot {exp}", f"valid until {exp}")


def _tell_statement(console: Console, directory: Directory, second: int | None) -> bool:
    said = directory.statement
    if said is None:
        return False
    stale = second is not None and said.exp <= second
    state = Text("VERLOPEN", "EXPIRED") if stale else Text("geldig tot", "valid until")
    head_nl, head_en = f"Verklaring {said.seq} van de beheerders", f"Statement {said.seq} of the keepers"
    exp = _instant(said.exp)
    console.say(
        f"{head_nl}: {len(said.documents)} organisaties, {len(said.signed_by)} handtekeningen, {state.nl} {exp}",
        f"{head_en}: {len(said.documents)} organisations, {len(said.signed_by)} signatures, {state.en} {exp}",
    )
    return stale


def _instant(second: int) -> str:
    return format_instant(datetime.fromtimestamp(second, tz=UTC))
