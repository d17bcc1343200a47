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
    "Wipe": classified(
        internal="id device requested_by requested_at confirmed_by confirmed_at withdrawn_at",
        personal="reason",
        retention="document",
    ),
    "Command": classified(
        internal="id uuid device target kind wipe state attempts due_at requested_at requested_by ended_at",
        retention="master",
    ),
    "CommandReceipt": classified(internal="id command at state reason", retention="master"),
    "Managed": classified(
        internal="id device seen_at lost_mode kiosk restricted_at facts facts_at", retention="master"
    ),
    # Where a tablet is, is where somebody is who has it.
    "Place": classified(internal="id device command at", personal="latitude longitude accuracy", retention="hold"),
    "MdmEvent": classified(internal="id digest at", retention="master"),
    "KittingCheck": classified(internal="id device code words at by", retention="master"),
    "Replacement": classified(
        internal="id old new unit fault reason deliberate free at by", personal="terms", retention="document"
    ),
    "Erasure": classified(
        internal="id key device cause state due_on planned_at clear_method clear_level clear_place cleared_at "
        "cleared_by confirmed_at confirmed_by purge_method purge_skipped purged_at purged_by submitted_at decided_at "
        "decided_by certificate certificate_sha256",
        personal="agreement remarks",
        retention="document",
    ),
    "Supply": classified(internal="id key code kind quantity office day recorded_at recorded_by", retention="master"),
    "FaultStep": classified(internal="id fault at by state", personal="text", retention="document"),
}
