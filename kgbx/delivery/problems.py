# SPDX-License-Identifier: EUPL-1.2
"""What an endpoint says when it does not do what is asked: one row for each problem.

Rules: a problem has one status and one code; it says whether trying again helps and when; it holds nothing of what was
sent, and nothing of what is here. 400 and never 422; nothing is ever a redirect.

Source: RFC 9457; delivery design, "HTTP API"; NL API Design Rules (/core/http-response-code).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.envelope.encoding import compact_json
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM_MEDIA: Final = "application/problem+json"
BASE: Final = "https://kgbx.example/problems/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """One kind of problem.

    Attributes:
        code: Stable code of :data:`kgbx.messages.MESSAGES`.
        status: HTTP status.
        retry_after: Seconds after which the very same request may go well; None if it never does.
        source: Why this status.
    """

    code: str
    status: int
    retry_after: int | None = None
    source: str

    @property
    def type(self) -> str:
        """URI that names the problem."""
        return BASE + self.code.removeprefix("X_").lower().replace("_", "-")


_ROWS: Final = (
    ProblemRow(code="X_MALFORMED", status=400, source="RFC 9110 section 15.5.1"),
    ProblemRow(code="X_UNKNOWN_KEY", status=400, source="envelope specification, section 3.6"),
    ProblemRow(code="X_TOO_OLD", status=400, source="delivery design, dedupe window"),
    ProblemRow(code="X_DIGEST", status=400, retry_after=1, source="delivery design, parts"),
    ProblemRow(code="X_NO_PROOF", status=400, source="delivery design, mailbox"),
    ProblemRow(code="X_IDENTITY", status=401, source="RFC 9110 section 15.5.2"),
    ProblemRow(code="X_SENDER", status=403, source="RFC 9110 section 15.5.4"),
    ProblemRow(code="X_UNKNOWN", status=404, source="RFC 9110 section 15.5.5"),
    ProblemRow(code="X_METHOD", status=405, source="RFC 9110 section 15.5.6"),
    ProblemRow(code="X_SLOW", status=408, retry_after=1, source="RFC 9110 section 15.5.9"),
    ProblemRow(code="X_ID_REUSED", status=409, source="delivery design, HTTP API"),
    ProblemRow(code="X_OFFSET", status=409, retry_after=0, source="delivery design, parts"),
    ProblemRow(code="X_STATE", status=409, source="RFC 9110 section 15.5.10"),
    ProblemRow(code="X_TOO_LARGE", status=413, source="RFC 9110 section 15.5.14"),
    ProblemRow(code="X_MEDIA", status=415, source="RFC 9110 section 15.5.16"),
    ProblemRow(code="X_RATE", status=429, retry_after=1, source="RFC 6585 section 4"),
    ProblemRow(code="X_HEADERS", status=431, source="RFC 6585 section 5"),
    ProblemRow(code="X_BUSY", status=503, retry_after=2, source="RFC 9110 section 15.6.4"),
    ProblemRow(code="X_STORE", status=503, retry_after=30, source="RFC 9110 section 15.6.4"),
    ProblemRow(code="X_DISK", status=503, retry_after=300, source="RFC 9110 section 15.6.4"),
)

PROBLEMS: Final[dict[str, ProblemRow]] = {row.code: row for row in _ROWS}
"""Every problem that an endpoint tells, by code."""


class Refusal(Exception):  # noqa: N818  # not an error of ours: an answer
    """A request that is not carried out, on its way to who asked.

    Attributes:
        code: Key of :data:`PROBLEMS`.
        reason: Code of form of the envelope, for who must mend it.
        headers: That go with it.
        members: Further members of the document.
    """

    def __init__(
        self,
        code: str,
        *,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    @property
    def status(self) -> int:
        """HTTP status."""
        return PROBLEMS[self.code].status

    def all_headers(self) -> dict[str, str]:
        """Return the headers of the answer, but for its length."""
        after = PROBLEMS[self.code].retry_after
        wait = {} if after is None else {"retry-after": str(after)}
        return {"content-type": PROBLEM_MEDIA, **wait, **self.headers}

    def body(self) -> bytes:
        """Return the problem document."""
        row = PROBLEMS[self.code]
        document: dict[str, object] = {
            "type": row.type,
            "title": MESSAGES[row.code].en,
            "status": row.status,
            "code": row.code,
            "retryable": row.retry_after is not None,
        }
        if row.retry_after is not None:
            document["retry_after"] = row.retry_after
        if self.reason is not None:
            document["reason"] = self.reason
        return compact_json(document | self.members)
