"""The memory of redeems in Redis.  Knows no CRM, no HTTP and no till."""
