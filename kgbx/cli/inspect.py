# SPDX-License-Identifier: EUPL-1.2
"""``kgbx inspect``: what anyone who carries a message can see of it, without a key."""

from __future__ import annotations

from pathlib import Path

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import console_of, json_option
from kgbx.envelope.inspect import inspect


@bilingual_command(
    "inspect",
    nl="Bekijk de buitenkant van het bericht FILE, zonder sleutel.\n\n"
    "Dit is alles wat een bezorger ervan ziet: de soort versleuteling, de sleutels van de ontvangers en afgeronde "
    "groottes. Geen afzender, geen tijd, geen nummer, geen inhoud.",
    en="Look at the outside of the message FILE, without a key.\n\n"
    "This is all that a carrier sees of it: the kind of encryption, the recipients' keys and rounded sizes. No sender, "
    "no time, no id, no content.",
)
@click.argument("file")
@json_option
@click.pass_context
def command(context: click.Context, file: str, *, as_json: bool) -> None:
    """Print the headers of a sealed file."""
    console = console_of(context, as_json=as_json)
    found = inspect(Path(file))
    console.say(f"suite       {found.suite}", f"suite       {found.suite}")
    for kid in found.kids:
        console.say(f"ontvanger   {kid or '(anoniem)'}", f"recipient   {kid or '(anonymous)'}")
    console.say(f"envelop     {found.envelope_bytes} bytes", f"envelope    {found.envelope_bytes} bytes")
    for number, (size, size_class) in enumerate(zip(found.part_bytes, found.size_classes, strict=True)):
        console.say(
            f"deel {number}      {size} bytes, inhoud hoogstens {size_class} bytes",
            f"part {number}      {size} bytes, content at most {size_class} bytes",
        )
    console.result(
        {
            "suite": found.suite,
            "recipients": list(found.kids),
            "envelope_bytes": found.envelope_bytes,
            "part_bytes": list(found.part_bytes),
            "size_classes": list(found.size_classes),
        }
    )
