"""The ways a message comes in and goes out; each channel knows bytes and plain data, and no noun of the helpdesk."""
