from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.errors import RedeemBusy
from bridge.spi.door.answer import error_answer, json_answer, refusal


def test_json_is_compact_utf_8():
    answer = json_answer({"name": "Åsa", "some": [1, None]})
    assert answer.data == '{"name":"Åsa","some":[1,null]}'.encode()


def test_half_a_surrogate_pair_becomes_a_question_mark():
    assert json_answer("A\ud800").data == b'"A?"'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal(1)])
def test_what_is_no_json_is_a_mistake_of_ours(value):
    with pytest.raises((ValueError, TypeError)):
        json_answer(value)


def test_an_error_without_a_text_says_what_its_status_means():
    assert error_answer(405).json["errortext"].startswith("The till asks in a way")
    for status, like in ((418, 400), (507, 500)):
        said = error_answer(like).json["errortext"]
        assert error_answer(status).json == {"errortext": said, "statuscode": status}


def test_a_refusal_may_get_another_status_and_text():
    answer = refusal(RedeemBusy(retry_after=0), 409, "Wait.")
    assert answer.json == {"errortext": "Wait.", "statuscode": 409}
    assert answer.headers["Retry-After"] == "1"
