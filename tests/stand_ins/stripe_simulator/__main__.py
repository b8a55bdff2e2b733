"""Run the simulator alone: prints its address, stops with Ctrl-C."""

import argparse
import signal
import threading

from tests.stand_ins.stripe_simulator.server import stripe_simulator

parser = argparse.ArgumentParser(prog="stripe_simulator")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--webhook-url")
parser.add_argument("--webhook-secret", default="")
options = parser.parse_args()

ended = threading.Event()
for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, lambda *_: ended.set())

with stripe_simulator(port=options.port) as simulator:
    if options.webhook_url:
        simulator.webhooks.register(options.webhook_url, options.webhook_secret)
    print(simulator.url, flush=True)
    ended.wait()
