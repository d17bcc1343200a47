"""Classes of this room's fields. Devices are the city's; what people wrote about them may name somebody."""

from audit.classification import classified

FIELDS = {
    "Device": classified(
        internal="id key unit kind seal_number model serial udid state office ssids placed_from placed_until "
        "received_on registered_at",
        retention="master",
    ),
    "DeviceMove": classified(
        internal="id device at by state_before state office_before office",
        personal="reason",
        retention="document",
    ),
    "Line": classified(
        internal="id key number sim carrier plan state device begins_on registered_at", retention="master"
    ),
    "LineMove": classified(internal="id line at by state_before state device", personal="reason", retention="document"),
    "Fault": classified(
        internal="id key device office kind state ticket_number reported_at reported_by ended_at closed_at",
        personal="text cause measures",
        retention="document",
    ),
    "FaultStep": classified(internal="id fault at by state", personal="text", retention="document"),
}
