"""``sitoo-bridge check --live``, against the fake and a tenant of a retailer's."""

from __future__ import annotations

from tests.mappings.served import Served
from tests.mappings.suites.live import LiveTests
from tests.mappings.voyado.fake import REFERENCE


class TestLive(LiveTests):
    vendor = "VOYADO"
    sites = """\
sites:
  live:
    country: SE
    mapping: voyado
    users: {till: secret}
    upstream:
      url: env:VOYADO_URL
      auth: {kind: header, name: apikey, value: env:VOYADO_API_KEY}
      rate: 10
    options:
      reference_field: env:VOYADO_REFERENCE_FIELD
"""

    def ours(self, served: Served) -> dict[str, str]:
        return {
            "VOYADO_URL": served.url,
            "VOYADO_API_KEY": served.key,
            "VOYADO_REFERENCE_FIELD": REFERENCE,
        }
