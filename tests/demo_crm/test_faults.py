"""Misbehaving on demand: on the wire, as often as asked, with the work done or not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.demo_crm_process import JOHN, JOHNS_OFFER, KEY, DemoCrm

POINTS = f"/contacts/{JOHN}/points"
SPEND = f"/contacts/{JOHN}/offers/{JOHNS_OFFER}/spend"


def spend(crm: DemoCrm) -> requests.Response:
    return crm.call("POST", SPEND, json={"reference": "R1"})


@pytest.mark.parametrize("status", ["401", "429", "500", "503"])
def test_a_status_comes_without_the_work(crm, status):
    crm.fault(status, retry_after="7")
    answer = spend(crm)
    assert answer.status_code == int(status)
    assert answer.headers["Retry-After"] == "7"
    assert crm.ledger() == []
    assert spend(crm).ok


def test_a_status_may_come_after_the_work(crm):
    crm.fault("500", done=True)
    assert spend(crm).status_code == 500
    assert len(crm.ledger()) == 1


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_gives_no_answer(crm, kind, done):
    crm.fault(kind)
    with pytest.raises(requests.ConnectionError):
        spend(crm)
    assert len(crm.ledger()) == done


@pytest.mark.parametrize("kind", ["garbage", "html"])
def test_a_spoilt_answer_hides_that_the_work_was_done(crm, kind):
    crm.fault(kind)
    answer = spend(crm)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(crm.ledger()) == 1


def test_a_truncated_answer_ends_early(crm):
    crm.fault("truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        spend(crm)
    assert len(crm.ledger()) == 1


def test_a_slow_answer_comes_all_the_same(crm):
    crm.fault("slow", ms=1)
    assert crm.call("GET", POINTS).ok


def test_whoever_hangs_is_let_go_when_the_faults_are_cleared(crm):
    crm.fault("hang")
    with ThreadPoolExecutor(1) as pool, requests.Session() as session:
        session.headers.update(KEY)
        hanging = pool.submit(session.get, crm.url + POINTS, timeout=60)
        while not crm.faults_met():
            assert not hanging.done()
        crm.clear_faults()
        assert isinstance(hanging.exception(10), requests.ConnectionError)


def test_a_rule_meets_only_its_method_and_path_and_only_so_often(crm):
    crm.fault("503", method="GET", path="/points$", times=2)
    statuses = [crm.call("GET", POINTS).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]
    crm.fault("503", method="POST", path="/points$", times=None)
    assert crm.call("GET", POINTS).ok


def test_a_rule_meets_only_its_query(crm):
    crm.fault("503", path="/spends$", query="item=P-1(&|$)", times=None)
    asked = [crm.call("GET", "/spends", query={"item": one}) for one in ("P-1", "P-10")]
    assert [answer.status_code for answer in asked] == [503, 200]


def test_the_first_rule_that_meets_a_call_is_played(crm):
    crm.fault("500")
    crm.fault("503")
    assert [crm.call("GET", POINTS).status_code for _ in range(3)] == [500, 503, 200]


def test_a_rule_without_end_ends_with_the_faults(crm):
    crm.fault("500", times=None)
    assert [crm.call("GET", POINTS).status_code for _ in range(3)] == [500] * 3
    crm.clear_faults()
    assert crm.call("GET", POINTS).ok


def test_what_tests_ask_for_never_fails(crm):
    crm.fault("500", times=None)
    assert crm.ledger() == []
    assert crm.grant(JOHN, offers=1)["offers"]


def test_a_fault_that_does_not_exist_is_refused(crm):
    with pytest.raises(requests.HTTPError):
        crm.fault("fire")
