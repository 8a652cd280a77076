from __future__ import annotations

from threading import Event

import pytest

from bridge.arrival import RECENT_SECONDS, Load
from bridge.errors import JournalError, Unavailable
from bridge.spi import health
from bridge.spi.health import KEEP_SECONDS, Health


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Gateway:
    def state(self) -> str:
        return "closed"


class Site:
    """As much of a site as is asked for its health."""

    def __init__(self, name: str, probe) -> None:
        self.name = name
        self.gateway = Gateway()
        self.mapping = lambda context, deadline: self
        self.probe = probe

    def systems(self) -> dict[str, Site]:
        return {self.name: self}


class Probe:
    """Raises what it is told to, and counts how often it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if self.error:
            raise self.error


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_all_is_well(clock):
    ready, report = Health(Probe(), [Site("north", Probe())], clock).report()
    assert ready
    assert report == {"status": "ready", "ailing": {}, "breakers": {"north": "closed"}}


def test_a_process_that_never_reached_its_journal_is_not_ready(clock):
    full = JournalError(complaint="OutOfMemoryError OOM")
    ready, report = Health(Probe(full), [], clock).report()
    assert not ready
    assert report["status"] == "not ready"
    said = f"{JournalError().for_support} (OutOfMemoryError OOM)"
    assert report["ailing"]["journal"] == said


def test_a_redeem_that_was_written_shows_that_the_journal_was_reached(clock):
    written = False
    state = Health(Probe(JournalError()), [], clock, written=lambda: written)
    assert not state.report()[0]
    written = True
    assert state.report()[0]


def test_a_journal_that_is_gone_later_leaves_customers_readable(clock):
    ping = Probe()
    state = Health(ping, [], clock)
    state.report()
    ping.error = JournalError()
    clock.now += KEEP_SECONDS
    ready, report = state.report()
    assert ready
    assert report["status"] == "degraded"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable(), Unavailable().for_support),
        (ValueError("token 123"), "The probe failed (ValueError)."),
    ],
)
def test_a_crm_that_is_down_does_not_take_the_process_out(clock, error, said):
    sites = [Site("north", Probe(error)), Site("south", Probe())]
    ready, report = Health(Probe(), sites, clock).report()
    assert ready
    assert report["status"] == "degraded"
    assert report["ailing"] == {"crm of north": said}


def test_whoever_asks_often_does_not_ask_the_crm_each_time(clock):
    probe = Probe()
    state = Health(Probe(), [Site("north", probe)], clock)
    for _ in range(10):
        state.report()
    assert probe.asked == 1
    clock.now += KEEP_SECONDS
    state.report()
    assert probe.asked == 2


def test_a_probe_that_hangs_does_not_hang_the_answer(clock, monkeypatch):
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.01)
    released = Event()
    state = Health(Probe(), [Site("north", released.wait)], clock)
    ready, report = state.report()
    released.set()
    assert ready
    assert report["ailing"] == {"crm of north": "No answer in time."}


def test_a_long_wait_for_a_thread_is_said_while_it_lasts(clock):
    state, load = Health(Probe(), [], clock), Load(clock)
    load.waited(0.2)
    assert state.report(load)[1]["status"] == "ready"
    load.waited(0.3)
    ready, report = state.report(load)
    assert ready
    assert report["status"] == "degraded"
    assert report["ailing"]["queue"] == (
        "A request has lately waited 0.30 s for a thread."
    )
    load.refused()
    assert "1 requests were refused" in state.report(load)[1]["ailing"]["queue"]
    clock.now += 2 * RECENT_SECONDS
    assert state.report(load)[1]["status"] == "ready"


# Over HTTP


def test_alive_asks_nobody(stranger, crm):
    response = stranger.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "alive"})
    assert crm.calls == []


def test_ready_says_no_without_a_journal(stranger):
    response = stranger.get("/readyz")
    assert response.status_code == 503
    assert response.json["status"] == "not ready"
    assert list(response.json["ailing"]) == ["journal"]
    assert response.json["breakers"] == {"north": "closed"}


def test_metrics_are_prometheus_s_text(stranger):
    response = stranger.get("/metrics")
    assert response.content_type.startswith("text/plain")
    assert b"sitoo_bridge_requests_total" in response.data
