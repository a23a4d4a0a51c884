# SPDX-License-Identifier: EUPL-1.2
"""The page of a view.

Rules: one HTML file without script or anything fetched from elsewhere; every value is escaped; the same view gives the
same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.clock import format_instant, local_day
from kgbx.render.names import Names
from kgbx.render.page import Page
from kgbx.render.templating import template

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.messages import Language
    from kgbx.story import Coverage


def render_view(
    view: FamilyCase, coverage: Coverage, *, sender_name: str, recipient_name: str, at: datetime, language: Language
) -> str:
    """Return the page of a view.

    Args:
        view: What the recipient got.
        coverage: What of the recipient's need profile the view answers.
        sender_name: Name of the organisation that signed, as the recipient's own directory knows it.
        recipient_name: Name of the recipient.
        at: Aware datetime; ages and dates are those of its day in Europe/Amsterdam.
        language: Language of everything that is not a quotation.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    names = Names(view, day=local_day(at), language=language)
    return template("view.html").render(
        page=Page(names, coverage),
        names=names,
        say=names.say,
        synthetic=view.synthetic,
        sender_name=sender_name,
        recipient_name=recipient_name,
        moment=names.date(format_instant(at)),
        title=coverage.profile.title.say(language),
    )
