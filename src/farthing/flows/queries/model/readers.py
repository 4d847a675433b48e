"""Who may read of models."""

from __future__ import annotations

from farthing.domain.staff import Role

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
