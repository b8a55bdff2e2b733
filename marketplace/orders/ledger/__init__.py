"""The book of money: where every rupiah is, and why. Read docs/algorithms/ledger.md first."""
