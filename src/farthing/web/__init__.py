"""The pages: the workbench of the staff and the borrower's phone page."""

from __future__ import annotations

from farthing.web.app import install

__all__ = ["install"]
