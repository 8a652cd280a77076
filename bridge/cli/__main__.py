"""``python -m bridge.cli``: the same as ``sitoo-bridge``."""

from bridge.cli import main

main(prog_name="sitoo-bridge")
