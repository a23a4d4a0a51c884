# SPDX-License-Identifier: EUPL-1.2
"""The command line: reads files, calls the library, prints. No rule of kgbx lives here."""
