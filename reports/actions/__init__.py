"""The only writers of this room."""

from reports.actions.making import report_claim, report_make
from reports.actions.requesting import report_remark, report_request

__all__ = ["report_claim", "report_make", "report_remark", "report_request"]
