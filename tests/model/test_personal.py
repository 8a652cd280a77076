from __future__ import annotations

import pytest

from bridge.model.personal import looks_personal


@pytest.mark.parametrize(
    "text",
    [
        *("kim@example.com", "Kim Berg <kim@example.com>", "kim@öberg.se"),
        *("+46701112233", "+46 70-111 22 33", "0046701112233", "070-111 22 33"),
        *("19900101-1234", "9001011234", "900101+1234", "900161-1234"),  # SE
        *("01019012345", "41019012345"),  # NO
        *("010190-1234", "010190-123A", "010190A123B"),  # DK, FI
        # Full-width, Arabic, with a dash of a word processor.
        *("１９９００１０１－１２３４", "＋４６７０１１１２２３３", "kim＠example.com"),
        *("١٩٩٠٠١٠١١٢٣٤", "19900101–1234", "070‑111 22 33"),
    ],
)
def test_looks_like_somebody(text):
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "200", "7", "anna", "Malmö", "Stockholm City 2", "register-12", "c1"),
        *("4006381333931", "7350053850019"),  # a GLN
        *("64DCDD6D716EA0F470734356665E5730", "a26d8975-3b86-43c0-9b12-a86401074770"),
        *("1234567", "9999999999", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ],
)
def test_looks_like_an_id(text):
    assert not looks_personal(text)
