"""What every room stands on: money, time, names, the database, work, jobs and history."""
