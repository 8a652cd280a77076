"""The CRM as a mapping sees it: calls, reads side by side, a cache."""
