"""An invented CRM, as a process of its own, for trying the bridge out.

It is shaped nothing like the SPI, it refuses whatever a real CRM would refuse, and it
can be told to misbehave.  It knows nothing of the bridge: only its HTTP interface and
its mapping connect the two.
"""
