"""Devices, their lines and what goes wrong with them."""

from devices.models.faults import (
    BREAKING,
    FAULT_MOVES,
    OPEN_FAULTS,
    Fault,
    FaultKind,
    FaultQuerySet,
    FaultState,
    FaultStep,
)
from devices.models.lines import IN_TABLET, LINE_MOVES, Line, LineMove, LineQuerySet, LineState
from devices.models.register import (
    BY_PROCEDURE,
    DEVICE_MOVES,
    GONE,
    WITH_STORAGE,
    WITHOUT_OFFICE,
    Device,
    DeviceKind,
    DeviceMove,
    DeviceQuerySet,
    DeviceState,
)

__all__ = [
    "BREAKING",
    "BY_PROCEDURE",
    "DEVICE_MOVES",
    "FAULT_MOVES",
    "GONE",
    "IN_TABLET",
    "LINE_MOVES",
    "OPEN_FAULTS",
    "WITHOUT_OFFICE",
    "WITH_STORAGE",
    "Device",
    "DeviceKind",
    "DeviceMove",
    "DeviceQuerySet",
    "DeviceState",
    "Fault",
    "FaultKind",
    "FaultQuerySet",
    "FaultState",
    "FaultStep",
    "Line",
    "LineMove",
    "LineQuerySet",
    "LineState",
]
