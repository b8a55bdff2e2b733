"""What every room stands on: money, time, names for things, the database, work, jobs and history."""
