from __future__ import annotations

NOW = 1_700_000_000_000
PASSWORD = "lång väg till Mora"  # noqa: S105 (a test's own)
