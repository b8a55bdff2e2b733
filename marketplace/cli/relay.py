"""Past one machine: hands the numbers of due jobs to Dramatiq on Redis or RabbitMQ.

The job table stays the truth: the broker carries only a number, the retry policy is the table's,
and a number that gets lost is sent again when its lease is over.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from importlib import import_module
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Retries
from flask import Flask

from marketplace.cli.rounds import rounds
from marketplace.core.db import db
from marketplace.flows import daily
from marketplace.flows.worker import claim, perform

# long enough to wait in the broker's queue; the worker that begins takes a short lease of its own
QUEUE_LEASE = timedelta(minutes=10)
QUEUE = "guyub"


def run(app: Flask, broker_url: str, over: threading.Event) -> None:
    """Relay and work in one process; start as many as there is work for."""
    actor = connect(app, broker_url)
    consumer = dramatiq.Worker(actor.broker, queues={QUEUE}, worker_threads=4)
    consumer.start()
    daily.begin()
    try:
        rounds(over, lambda: relay_once(actor))
    finally:
        consumer.stop(timeout=30_000)


def relay_once(actor: Any) -> bool:
    """Send the numbers of due jobs; whether there were any."""
    daily.promise_due()
    ids = claim(limit=100, lease=QUEUE_LEASE)
    for job_id in ids:
        actor.send(job_id)
    return bool(ids)


def connect(app: Flask, broker_url: str) -> Any:
    """The actor that performs one job by its number."""
    if broker_url.startswith("amqp"):
        # its client comes with `pip install dramatiq[rabbitmq]`
        rabbit: Any = import_module("dramatiq.brokers.rabbitmq")
        broker: dramatiq.Broker = rabbit.RabbitmqBroker(url=broker_url)
    else:
        broker = RedisBroker(url=broker_url, maintenance_chance=1_000_000)
    # one retry policy, in the table
    broker.middleware[:] = [m for m in broker.middleware if not isinstance(m, Retries)]
    dramatiq.set_broker(broker)

    @dramatiq.actor(queue_name=QUEUE, broker=broker)
    def do(job_id: int) -> None:
        with app.app_context():
            try:
                perform(job_id)
            finally:
                db.session.remove()

    return do
