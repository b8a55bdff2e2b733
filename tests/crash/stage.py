"""The market of the story of shopping: server and worker, with photos, and one provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.crash.dying import Dying, Step
from tests.crash.story import Story
from tests.services.stall import Stall
from tests.services.stripe_process import Stripe


@dataclass(slots=True, kw_only=True)
class Stage(Dying):
    """People come over HTTP; whoever dies takes server and worker with them."""

    story: Story
    provider: str
    part: str = "steps"
    roles = standing = ("web", "worker")

    def open(self) -> None:
        self.market.work(**self.armed("worker"))
        self.market.open(**self.armed("web"))
        self.stripe.post_to(self.market.url)

    def steps(self) -> Sequence[Step]:
        found: Sequence[Step] = getattr(self.story, self.part)
        return found

    def faults(self) -> list[str]:
        return [*self.books.faults_with(self._net()), *self.story.photo_faults()]

    def _net(self) -> dict[str, int]:
        """Rupiah the provider holds for each payment."""
        if self.provider == "stripe":
            return self.stripe.net()
        return self.books.simulator_net(self.market.home / "simulator" / "payments.sqlite3")


@contextmanager
def stage(
    made: Stall, home: Path, stripe: Stripe, provider: str, part: str = "steps"
) -> Iterator[Stage]:
    """A fresh market with this provider, not yet open; `part` is one of the story's."""
    settings = stripe.settings if provider == "stripe" else {}
    with made.market(home, APP_ENV="test", **settings) as market:
        story = Story(market, made.goods, provider)
        stripe.tell("forget")
        try:
            yield Stage(market, story.books, stripe, story=story, provider=provider, part=part)
        finally:
            story.close()
