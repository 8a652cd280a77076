"""Break each rule of the kernel in turn: some test has to notice.

A rule that can be broken unnoticed is a wish.  Each entry breaks one and names the
test that goes red for it, which is then run and must fail.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from bridge.deadline import Deadline
from bridge.errors import HungUp
from bridge.redeem import Journal
from bridge.redeem.journal import journal as journal_module
from bridge.redeem.journal import reservations as reservations_module
from bridge.redeem.kernel import saga as saga_module
from bridge.redeem.kernel.claims import Claims
from bridge.redeem.kernel.parts import Part
from bridge.redeem.kernel.saga import Saga
from bridge.redeem.kernel.worker import Worker
from bridge.redeem.record import Redeem, State
from bridge.redeem.till.redeemer import Redeemer
from bridge.redeem.till.turns import Turns
from bridge.redeem.till.unheard import UnheardSuccess
from bridge.redeem.till.unwritten import UnwrittenSuccess
from tests.redeem import test_crash, test_races, test_redis_fails
from tests.redeem.conftest import Shop
from tests.redeem.journal import test_contract as test_journal_contract
from tests.redeem.kernel import test_prepare, test_shared_holds
from tests.redeem.till import (
    test_concurrency,
    test_hung_up,
    test_redeem,
    test_unheard,
)
from tests.redis_servers import running


@dataclass
class Bench:
    """What a test may want."""

    shop: Shop
    journal: Journal
    client: redis.Redis
    pool: Executor
    directory: Path


Break = Callable[[pytest.MonkeyPatch], None]
Test = Callable[[Bench], object]

MUTANTS: dict[str, tuple[Break, Test]] = {}


def rule(name: str, test: Test) -> Callable[[Break], Break]:
    """Register what breaks a rule, and the test that notices."""

    def register(broken: Break) -> Break:
        MUTANTS[name] = broken, test
        return broken

    return register


def replace(owner: Any, name: str, by: Any) -> Break:
    return lambda patch: patch.setattr(owner, name, by)


# The tests


def crash(count: int, undo: bool = False) -> Test:
    """``test_all_or_nothing_wherever_the_worker_dies``"""
    return lambda bench: test_crash.die_at_every_step(
        bench.journal, bench.client, bench.pool, count, undo
    )


def hang_up(count: int) -> Test:
    """``test_nothing_stays_spent_for_a_till_that_has_hung_up``"""
    return lambda bench: test_crash.hang_up_at_every_step(
        bench.journal, bench.client, bench.pool, count
    )


def plain(test: Callable[[Shop], None]) -> Test:
    return lambda bench: test(bench.shop)


def contract(test: Callable[[Journal], None]) -> Test:
    return lambda bench: test(bench.journal)


def race(bench: Bench) -> None:
    """``test_eight_tills_race_for_one_promotion``"""
    shop = test_concurrency.open_shop(bench.journal, bench.pool)
    with ThreadPoolExecutor(8) as tills:
        test_concurrency.race(shop, tills, 20)


def cut_off(bench: Bench) -> None:
    """``test_redis[is cut off after a command-undo]``"""
    directory = bench.directory / "cut off"
    with running(directory, unixsocket=directory / "socket") as server:
        try:
            test_redis_fails.test_redis(
                "is cut off after a command", "undo", server, directory, bench.pool
            )
        finally:
            test_redis_fails.hang_up()


def account(test: Callable[[Shop], None]) -> Test:
    return lambda bench: test(test_shared_holds.open_points(bench.shop, bench.pool))


def deaf(act: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return an act of a saga that does not notice who has hung up."""

    def acts(self: Saga) -> None:
        hung_up, self.deadline.hung_up = self.deadline.hung_up, bool
        try:
            act(self)
        finally:
            self.deadline.hung_up = hung_up

    return acts


# Write down what you are about to do before you do it


@rule("an intent is written before each call", crash(1))
def no_intent(patch: pytest.MonkeyPatch) -> None:
    def mark(self: Worker, chosen: list[Part], state: State) -> None:
        for part in chosen:
            self.move(part, state)

    patch.setattr(Worker, "mark", mark)


# Never assume anything about a call whose answer you did not write down: ask


def assume(state: State) -> Break:
    def ask(self: Worker, part: Part) -> None:
        self.move(part, state)

    return replace(Worker, "ask", ask)


rule("a lost answer is asked for: not assumed unspent", crash(1))(
    assume(State.UNDONE),
)
rule("a lost answer is asked for: not assumed spent", crash(1))(
    assume(State.REDEEMED),
)
rule(
    "what was sent may still take effect for a while",
    plain(test_redeem.test_a_request_that_takes_effect_late_is_undone_too),
)(replace(Worker, "may_still_happen", lambda self, part: False))
rule(
    "an undo that may still take effect is waited for",
    plain(test_races.test_a_redeem_is_not_adopted_while_an_undo_may_still_take_effect),
)(replace(Worker, "may_still_happen", lambda self, part: part.state is State.SENDING))


@rule(
    "what proves unspent is sent anew",
    plain(test_races.test_what_proves_not_spent_after_all_is_sent_anew),
)
def not_sent_anew(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Part, "send_anew", lambda self: None)


# One worker at a time

OVERWRITES = """
redis.call('HSET', KEYS[1], 'version', (ARGV[1] + 1) .. ' ' .. ARGV[2], 'body', ARGV[3])
return 1
"""

rule(
    "a worker that lost its claim saves nothing",
    contract(test_journal_contract.test_only_one_of_two_workers_saves),
)(replace(journal_module, "SAVE", OVERWRITES))
rule(
    "nobody claims what another one works on",
    plain(test_redeem.test_a_redeem_that_runs_is_waited_for),
)(replace(Redeem, "running", lambda self, now: False))
rule(
    "each worker has a hold of its own",
    lambda bench: test_races.test_a_late_tidying_up_leaves_the_undos_reservation(
        bench.shop, bench.client
    ),
)(replace(Redeem, "hold", property(lambda self: f"{self.redeem_id} 0")))
rule(
    "a late worker unlists nothing that is listed anew",
    plain(test_races.test_a_late_tidying_up_does_not_lose_an_undo),
)(replace(journal_module, "UNLIST", "return redis.call('ZREM', KEYS[1], ARGV[1])"))


# One redeem at a time for each item

NOT_RESERVED = "return ARGV[2]"

rule("an item is reserved: eight tills", race)(
    replace(reservations_module, "RESERVE", NOT_RESERVED),
)
rule(
    "an item is reserved: a second till",
    plain(test_redeem.test_a_redeem_that_runs_is_waited_for),
)(replace(reservations_module, "RESERVE", NOT_RESERVED))


@rule(
    "no item is released before its redeem is settled",
    plain(test_redeem.test_while_in_doubt_the_item_is_neither_sent_again_nor_let_go),
)
def released_early(patch: pytest.MonkeyPatch) -> None:
    let_go = Claims.let_go

    def release(self: Claims, saga: Saga, *wait: float) -> None:
        let_go(self, saga, *wait)
        wanted = saga.mapping.holds(saga.redeem.item(saga.redeem.lines[0]))
        leaving = self.journal.reservations.leaving(saga.redeem, [wanted])
        self.journal.store.run(*leaving)

    patch.setattr(Claims, "let_go", release)


@rule(
    "who gets not all items gets none",
    plain(test_races.test_tills_that_want_overlapping_items_do_not_block_each_other),
)
def taken_in_part(patch: pytest.MonkeyPatch) -> None:
    greedy = """
    local met = ARGV[2]
    for _, key in ipairs(KEYS) do
        if not redis.call('SET', key, ARGV[2], 'NX') then
            met = redis.call('GET', key)
        end
    end
    return met
    """
    patch.setattr(reservations_module, "RESERVE", greedy)


# Items with an equal hold go one after the other

rule(
    "items of one redeem that share a hold do not overlap",
    account(test_shared_holds.test_what_is_paid_from_one_account),
)(replace(saga_module, "waves", lambda chosen: [chosen] if chosen else []))


rule(
    "nothing is given back beside a call that may still take effect",
    account(test_shared_holds.test_while_an_undo_may_still_take_effect),
)(replace(Saga, "_free", lambda self, wave: wave))


# Interrupted means undone


@rule("an interrupted redeem turns to undone", crash(1))
def not_turned(patch: pytest.MonkeyPatch) -> None:
    def settle(
        self: Turns, redeem: Redeem, site: Any, deadline: Deadline, who: str
    ) -> Any:
        saga = self.claims.claim(redeem, site, deadline, who)
        failure = saga.backward()
        self.claims.let_go(saga)
        return failure

    patch.setattr(Turns, "settle", settle)


rule(
    "what is late is undone",
    plain(test_redeem.test_what_was_not_done_in_time_is_undone),
)(replace(Deadline, "passed", False))
rule("a success that no till was told of is disowned", cut_off)(
    replace(UnwrittenSuccess, "_disown", lambda self, saga, site: None),
)


rule(
    "nothing is begun for a till that has hung up",
    lambda bench: test_hung_up.test_nor_when_it_has_gone_before_the_first_call(
        bench.shop, test_hung_up.Till()
    ),
)(replace(Saga, "forward", deaf(Saga.forward)))
rule("a success that nobody heard turns back", hang_up(1))(
    replace(UnheardSuccess, "turn_back", lambda self, done, mark="": None),
)


@rule(
    "a success that nobody heard waits for the same request",
    lambda bench: test_hung_up.test_unless_the_same_request_comes_again(
        bench.shop, test_hung_up.Till()
    ),
)
def given_back_at_once(patch: pytest.MonkeyPatch) -> None:
    finish = Redeemer._finish

    def finishes(self: Redeemer, saga: Saga, site: Any) -> Redeem:
        try:
            return finish(self, saga, site)
        except HungUp:
            left = self.journal.load(saga.redeem.redeem_id)
            assert left is not None
            self.turns.settle(left, site, saga.deadline, "undo")
            raise

    patch.setattr(Redeemer, "_finish", finishes)


rule(
    "an equal request is on the list before it is told",
    lambda bench: test_hung_up.test_who_was_told_of_it_in_the_same_moment_keeps_it(
        bench.shop, test_hung_up.Till()
    ),
)(replace(UnheardSuccess, "promise", lambda self, done, deadline: done))


@rule(
    "who is not told after all is taken off the list",
    lambda bench: test_unheard.test_who_hangs_up_after_it_was_written_down(
        bench.shop, test_hung_up.Till()
    ),
)
def never_taken_off(patch: pytest.MonkeyPatch) -> None:
    turn_back = UnheardSuccess.turn_back

    def only_the_first(self: UnheardSuccess, done: Redeem, mark: str = "") -> None:
        if not mark:
            turn_back(self, done)

    patch.setattr(UnheardSuccess, "turn_back", only_the_first)


@rule(
    "who has taken a redeem over answers for its success",
    plain(test_unheard.test_who_was_cut_off_leaves_it_to_who_took_it_over),
)
def answers_for_others(patch: pytest.MonkeyPatch) -> None:
    decided = UnwrittenSuccess._decided

    def anybodys(self: UnwrittenSuccess, saga: Saga, *args: Any) -> Redeem | None:
        stored = self.journal.load(saga.redeem.redeem_id)
        saga.redeem.claims = stored.claims if stored else 0
        return decided(self, saga, *args)

    patch.setattr(UnwrittenSuccess, "_decided", anybodys)


@rule(
    "a success that may still arrive is fenced off",
    plain(test_races.test_a_success_that_arrives_after_the_error_was_told_is_refused),
)
def only_read(patch: pytest.MonkeyPatch) -> None:
    def decided(self: UnwrittenSuccess, saga: Saga, *_: Any) -> Redeem | None:
        stored = self.journal.load(saga.redeem.redeem_id)
        return stored if stored and stored.settled else None

    patch.setattr(UnwrittenSuccess, "_decided", decided)


@rule("a redeem stays listed until its end is saved", crash(1))
def unlisted_first(patch: pytest.MonkeyPatch) -> None:
    write = Worker.write

    def unlist_and_write(self: Worker) -> None:
        if self.redeem.settled:
            journal = self.tools.journal
            journal.store.run(("ZREM", journal.keys.open, self.redeem.redeem_id))
        write(self)

    patch.setattr(Worker, "write", unlist_and_write)


# The same request again

rule(
    "an equal request that was quicker is looked for",
    plain(test_races.test_a_doubled_request_that_just_missed_the_first_one),
)(replace(Redeemer, "_meanwhile", lambda self, saga, twin_id, site: saga))


rule(
    "what can be foreseen is refused before anything is spent",
    plain(test_prepare.test_what_is_foreseen_costs_nothing),
)(replace(Saga, "_prepare", lambda self, waiting: None))


@rule(
    "what cannot be given back goes last",
    plain(test_redeem.test_what_cannot_be_given_back_is_spent_last_and_in_order),
)
def irreversible_first(patch: pytest.MonkeyPatch) -> None:
    def forward(self: Saga) -> None:
        for irreversible in (True, False):
            chosen = [p for p in self.parts if p.irreversible is irreversible]
            self._spend(chosen)

    patch.setattr(Saga, "forward", forward)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_rule_is_noticed(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    shop: Shop,
    redis_client: redis.Redis,
    pool: Executor,
    in_memory: Path,
) -> None:
    broken, test = MUTANTS[name]
    broken(monkeypatch)
    bench = Bench(shop, shop.journal, redis_client, pool, in_memory)
    with pytest.raises((Exception, pytest.fail.Exception)) as noticed:
        test(bench)
    print(f"{name}: {type(noticed.value).__name__}")
