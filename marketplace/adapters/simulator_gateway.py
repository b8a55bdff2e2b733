"""The payment simulator for the demo and for tests: no money moves, and every page says so.

It keeps its own small SQLite file, apart from ours, as a provider would: the web and the worker
share it, and what was paid stays paid after a crash. Production refuses to start with it.
"""

from __future__ import annotations

from marketplace.adapters.simulator_cards import SimulatorCards
from marketplace.adapters.simulator_payouts import SimulatorPayouts
from marketplace.adapters.simulator_watch import SimulatorWatch


class SimulatorGateway(SimulatorCards, SimulatorWatch, SimulatorPayouts):
    """Takes no money, but keeps every promise of the ports that a provider keeps."""
