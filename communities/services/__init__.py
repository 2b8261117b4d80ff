"""Every write of the app: places, offices, organisations, appointments, councils, needs."""
