# SPDX-License-Identifier: EUPL-1.2
"""Help for whoever tests a system that works with family cases: made-up families, near misses, leaks.

Rules: everything made here is marked ``"synthetic": true``; the same seed gives the same bytes. This package is not
used by the library itself. Only :mod:`kgbx.testing.strategies` needs hypothesis and only :mod:`kgbx.testing.plugin`
needs pytest; importing this package imports neither, nor anything else that is heavy.
"""
