"""What the bridge costs, beside what somebody would otherwise use.

Everything is measured in one run on one machine; the candidates take turns, so that a
noisy neighbour disturbs all of them alike.
"""
