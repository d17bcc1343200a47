"""Devices at the offices: register, lines, faults, management over the air, replacement and erasure."""
