"""The tests of the mappings: each over its CRM, live or faked, before a real bridge.

A mapping has a package here, named as it is, and its tests are its seed, its quirks and
its page.  The rooms that all of them share::

    conftest.py     bridges before the CRM: configure, connect, mapping, bridge, till,
                    check, mortality
    served.py       what these fixtures know of a CRM: its address, its key
    office.py       what the suites ask of the people behind a CRM
    till.py         a till at a bridge, and several at the same moment
    description.py  holds what is said against a vendor's own description
    mortality.py    bridges that die in the middle of a redeem
    suites/         the tests that are alike for all CRMs
    live/           programs of CRMs that really run: got, kept, started; PostgreSQL

What a new CRM brings, say ``tests/mappings/acme``:

``conftest.py``
    The fixture ``served``, a ``Served`` with the configuration of a site ``shop``; the
    fixture ``office``, an ``Office`` that makes customers and what they can spend, and
    that asks the CRM itself what is spent; and before both the CRM: a fake made with
    ``FakeCrm`` of ``bridge.testing``, or a ``Server`` of ``live``.  The name ``crm`` is
    left to the conformance kit's fixture.
``test_contract.py``
    ``class TestAcme(MappingContract)``, of ``bridge.testing``.
``test_bridge.py``, ``test_crash.py``, ``test_requirements.py``, ``test_page.py``
    A class for each suite, with what is particular to the CRM::

        class TestRaces(RaceTests):
            rounds = 50 if EVERYTHING else 10

        class TestCrash(CrashTests):
            lost = "POST /redemptions"
            every = {REDEEM: 1, UNDO: 1, LOST: 1}  # for a fake, which is fast

        class TestCheck(CheckTests):
            mapping = Mapping
            another_key = "wrong"

        class TestErrors(ErrorTests):
            wrong = (("PUT", "/customers/1", {"personal_id": "1"}, 400),)

        class TestPage(PageTests):
            page = Page("acme")
            mapping, options = Mapping, Options
            url = "https://acme.example.com"

            def secrets(self, served):
                return {"ACME_KEY": served.key}

The rest are the quirks, in files of their own: what the CRM calls a customer, how it
spends, what it refuses.  They have the shared fixtures; ``connect`` makes a mapping for
one request.  A CRM that comes in several databases has its fixtures in the scope of a
module, so that a module can have another one (``live/postgresql.py``).

A CRM that cannot be run here is faked, and both the mapping and the fake are held
against what its vendor publishes: ``description.py``.  It has a class of ``LiveTests``
too, for whoever has one to try.

``demo`` is the example of a CRM that needs no installation, ``tryton`` comes from PyPI,
``vendure`` from npm; ``voucherify`` and ``voyado`` are faked.
``paired`` is two of them behind one site.
"""

import pytest

# Before they are imported, so that a failing assert shows the values in it.
pytest.register_assert_rewrite(
    "tests.mappings.suites", "tests.mappings.till", "tests.mappings.mortality"
)
