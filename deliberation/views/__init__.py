"""Pages of deliberation: proposals and their acts, meetings, notices, ledgers."""
