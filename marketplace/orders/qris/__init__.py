"""QRIS: the code that buyers scan, read and checked; its money lands on our own account."""
