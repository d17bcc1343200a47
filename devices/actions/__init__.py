"""The only writers of this room."""

from devices.actions.commands import (
    command_request,
    command_withdraw,
    places_view,
    wipe_confirm,
    wipe_request,
    wipe_withdraw,
)
from devices.actions.faults import fault_close, fault_repair, fault_report, fault_take
from devices.actions.lines import line_add, line_assign, line_end, line_release, line_resume, line_suspend
from devices.actions.register import DeviceFacts, device_add, device_change, device_move

__all__ = [
    "DeviceFacts",
    "command_request",
    "command_withdraw",
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
    "places_view",
    "wipe_confirm",
    "wipe_request",
    "wipe_withdraw",
]
