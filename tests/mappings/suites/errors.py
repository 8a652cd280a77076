"""What does not work is an error of the SPI's, with a status that says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from tests.mappings.office import Office
from tests.mappings.served import Served
from tests.mappings.till import Till

Wrong = tuple[str, str, Any, int]
"""A method, a path, a body and the status of the answer."""


class ErrorTests:
    """Customers who are not there, a CRM that is down, and what ``wrong`` has."""

    nobody: ClassVar[str] = "999999"
    """A customer's id as the CRM makes them, of nobody."""
    purchases: ClassVar[bool] = True
    """Whether the CRM has them; without them, whoever asks gets an empty list."""
    wrong: ClassVar[tuple[Wrong, ...]] = ()
    """What else does not work with this CRM."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "status" in metafunc.fixturenames:
            nobody = f"/customers/{self.nobody}"
            wrong: tuple[Wrong, ...] = (
                ("GET", nobody, None, 404),
                ("GET", "/customers/abc", None, 404),
                ("PUT", nobody, {"name_first": "A"}, 404),
                *self.wrong,
            )
            if self.purchases:
                wrong += (("GET", f"{nobody}/transactions", None, 404),)
            metafunc.parametrize(("method", "path", "body", "status"), wrong)

    def test_what_does_not_work_is_an_error_of_the_spis(
        self, till: Till, method: str, path: str, body: Any, status: int
    ) -> None:
        answer = till(method, path, json=body)
        assert answer.status_code == answer.json()["statuscode"] == status, answer.text

    @pytest.fixture
    def customer(self, office: Office) -> str:
        return office.customer()

    @pytest.fixture
    def down(self, customer: str, bridge: Callable[..., Till], served: Served) -> Till:
        """A till at a bridge whose CRM is down, while the customer is there."""
        return bridge(**served.nowhere)

    def test_a_crm_that_is_down_is_said_so(self, down: Till, customer: str) -> None:
        for answer in (
            down("GET", f"/customers/{customer}"),
            down.redeem(customer, checks=["1"]),
        ):
            assert answer.status_code == 503, answer.text
            assert answer.json()["statuscode"] == 503
