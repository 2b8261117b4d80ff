"""Where, who and what is needed: places, offices, organisations, appointments, the need pool."""
