"""The only writers of this room."""

from devices.actions.faults import fault_close, fault_repair, fault_report, fault_take
from devices.actions.lines import line_add, line_assign, line_end, line_release, line_resume, line_suspend
from devices.actions.register import DeviceFacts, device_add, device_change, device_move

__all__ = [
    "DeviceFacts",
    "device_add",
    "device_change",
    "device_move",
    "fault_close",
    "fault_repair",
    "fault_report",
    "fault_take",
    "line_add",
    "line_assign",
    "line_end",
    "line_release",
    "line_resume",
    "line_suspend",
]
