# SPDX-License-Identifier: EUPL-1.2
"""Every error that may leave a public function of kgbx, besides TypeError for a wrong Python type.

Rules: an error carries a stable code, a JSON Pointer and a sentence from :mod:`kgbx.messages`; never a value, a name,
or the name of an unknown member. One class for each reaction of the caller. Adapters translate foreign errors; where
the foreign error holds input they raise *outside* its handler, because ``from None`` only hides ``__context__``.

Exit statuses: 0 ok, 1 document or check failed, 2 wrong usage or unreadable input, 3 signature, decryption or trust
failed, 4 consent or legal ground says no, 5 file or network, 6 version not supported, 70 bug in kgbx, 130 stopped with
Ctrl-C, 129 and 143 stopped by SIGHUP and SIGTERM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.messages import Language

Severity = Literal["error", "warning"]
Family = Literal["malformed", "suite", "undeliverable", "binding", "time", "key", "part", "application"]

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_TRUST = 3
EXIT_CONSENT = 4
EXIT_FILE = 5
EXIT_VERSION = 6
EXIT_BUG = 70
EXIT_HANGUP = 129  # as shells count a program that SIGHUP stopped
EXIT_INTERRUPTED = 130  # with Ctrl-C
EXIT_TERMINATED = 143  # by SIGTERM

FAMILIES: dict[Family, tuple[str, ...]] = {
    "malformed": ("E_TOO_LARGE", "E_JSON", "E_MEMBERS", "E_ENCODING", "E_LENGTH", "E_RECIPIENTS", "E_BUNDLE"),
    "suite": ("E_SUITE", "E_SIG_ALG", "E_SIG_COUNT"),
    "undeliverable": (
        "E_NOT_FOR_ME",
        "E_DECRYPT",
        "E_UNKNOWN_SENDER_KEY",
        "E_SIGNATURE",
        "E_SENDER_MISMATCH",
    ),
    "binding": ("E_BINDING", "E_NOT_ADDRESSEE", "E_KIND", "E_MANIFEST"),
    "time": ("E_TIME", "E_NOT_YET", "E_EXPIRED", "E_DUPLICATE", "E_ID_REUSE"),
    "key": (
        "E_KEY_INVALID",
        "E_KEY_REVOKED",
        "E_KEY_EXPIRED",
        "E_KEY_FILE",
        "E_PASSPHRASE",
        "E_DIR_STALE",
        "E_DIR_NOT_YET",
        "E_DIR_ROLLBACK",
        "E_DIR_EQUIVOCATION",
        "E_DIR_SIGNATURE",
        "E_DIR_MALFORMED",
        "E_DIR_UNTRUSTED",
        "E_DIR_UNKNOWN_ORG",
        "E_CERT",
    ),
    "part": ("E_PART_MISSING", "E_PART_SIZE", "E_PART_DECRYPT", "E_PART_PADDING", "E_PART_DIGEST"),
    "application": ("E_SCHEMA", "E_POLICY"),
}
_FAMILY_OF: dict[str, Family] = {code: family for family, codes in FAMILIES.items() for code in codes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a document.

    Attributes:
        code: Stable code: ``D_…`` for shape, the rule's id ``KGBX-R-nnn`` for a rule.
        pointer: JSON Pointer (RFC 6901) to the value; ends at the last member that the schema knows.
        severity: ``error`` refuses the document, ``warning`` is reported.
        rule: Id of the rule, None for shape.
        text: What is wrong and what to do; holds no value of the document.
    """

    code: str
    pointer: str
    text: Text
    severity: Severity = "error"
    rule: str | None = None

    @classmethod
    def of_shape(cls, code: str, pointer: str = "", *, text: Text | None = None) -> Problem:
        """Return a shape problem with the standard sentence of `code`, or with a more exact `text`."""
        return cls(code=code, pointer=pointer, text=text or MESSAGES[code])

    def as_json(self, language: Language = "en") -> dict[str, str | None]:
        """Return the members that ``--json`` prints: code, rule, severity, pointer, message."""
        return {
            "code": self.code,
            "rule": self.rule,
            "severity": self.severity,
            "pointer": self.pointer,
            "message": self.text.say(language),
        }


class KgbxError(Exception):
    """Base of all errors of kgbx.

    Attributes:
        code: Stable code, a key of :data:`kgbx.messages.MESSAGES`.
        pointer: JSON Pointer to the place, or an empty string.
        text: What is wrong and what to do.
    """

    exit_status: int = EXIT_BUG

    def __init__(self, code: str, *, pointer: str = "", text: Text | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.pointer = pointer
        self.text = text or MESSAGES[code]

    def say(self, language: Language = "en") -> str:
        """Return code, place and sentence on one line."""
        place = f" {self.pointer}" if self.pointer else ""
        return f"{self.code}{place}: {self.text.say(language)}"

    def __str__(self) -> str:
        return self.say("en")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"


class UsageError(KgbxError, ValueError):
    """The caller passed something impossible."""

    exit_status = EXIT_USAGE

    def __init__(self, code: str = "U_ARGUMENT", *, pointer: str = "", text: Text | None = None) -> None:
        super().__init__(code, pointer=pointer, text=text)


class DocumentError(KgbxError):
    """A document is not valid.

    Attributes:
        problems: All problems, in document order; at least one has severity ``error``.
    """

    exit_status = EXIT_FAILED

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("D_INVALID", pointer=self.problems[0].pointer)
        if any(problem.code == "D_VERSION" for problem in self.problems):
            self.exit_status = EXIT_VERSION

    @classmethod
    def single(cls, code: str, pointer: str = "", *, text: Text | None = None) -> DocumentError:
        """Return an error with one shape problem."""
        return cls([Problem.of_shape(code, pointer, text=text)])

    def say(self, language: Language = "en") -> str:
        """Return one line a problem: code, pointer, sentence."""
        return "\n".join(f"{p.code} {p.pointer or '(document)'}: {p.text.say(language)}" for p in self.problems)

    def __reduce__(self) -> tuple[type[DocumentError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class IntegrityError(KgbxError):
    """Two documents cannot both be right: one id with two contents, or made-up data merged with real.

    Attributes:
        records: Ids of the records concerned, sorted.
    """

    exit_status = EXIT_FAILED

    def __init__(self, code: str, records: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.records = tuple(sorted(records))


class ConsentError(KgbxError):
    """A disclosure that is not allowed. Why is in the account of the share, for the sender only."""

    exit_status = EXIT_CONSENT


class EnvelopeError(KgbxError):
    """An envelope was not opened; nothing of it was released.

    Attributes:
        family: malformed, suite, undeliverable, binding, time, key, part or application.
        after_decryption_began: Raised in steps 5 to 8 of opening, where the outside may not learn which check failed.
    """

    exit_status = EXIT_TRUST

    def __init__(self, code: str, *, after_decryption_began: bool = False) -> None:
        super().__init__(code)
        self.family: Family = _FAMILY_OF[code]
        self.after_decryption_began = after_decryption_began

    @property
    def external(self) -> str:
        """The code that may be told to the outside: every "cannot open" looks the same."""
        hidden = self.after_decryption_began or self.family == "undeliverable"
        return "undeliverable" if hidden else self.code


class DirectoryError(KgbxError):
    """An organisation document, directory or trust file cannot be relied on."""

    exit_status = EXIT_TRUST


class DeliveryError(KgbxError):
    """A message could not be stored, brought or handed over.

    Attributes:
        retryable: Whether the same may go well later without anybody doing something.
    """

    exit_status = EXIT_FILE

    def __init__(self, code: str, *, retryable: bool = False) -> None:
        super().__init__(code)
        self.retryable = retryable
        if code == "X_STORE_VERSION":
            self.exit_status = EXIT_VERSION
