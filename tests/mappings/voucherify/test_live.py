"""``sitoo-bridge check --live``, against our own project and a retailer's."""

from __future__ import annotations

from tests.mappings.served import Served
from tests.mappings.suites.live import LiveTests
from tests.mappings.voucherify.fake import APP_ID


class TestLive(LiveTests):
    vendor = "VOUCHERIFY"
    sites = """\
sites:
  live:
    country: SE
    mapping: voucherify
    users: {till: secret}
    upstream:
      url: env:VOUCHERIFY_URL
      auth: {kind: header, name: X-App-Token, value: env:VOUCHERIFY_SECRET}
    options:
      app_id: env:VOUCHERIFY_APP_ID
"""

    def ours(self, served: Served) -> dict[str, str]:
        return {
            "VOUCHERIFY_URL": served.url,
            "VOUCHERIFY_SECRET": served.key,
            "VOUCHERIFY_APP_ID": APP_ID,
        }
