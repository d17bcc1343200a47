"""Mobile device management through NanoMDM (decision 0133)."""
