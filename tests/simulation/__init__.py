"""Days of trouble in a second: the redeem kernel in a world that one seed decides.

One process, one thread, and a time of its own.  The real kernel, tills, recovery and
desk run over a Redis and CRMs in memory; whoever waits hands over to the scheduler, and
one ``random.Random`` decides what happens next, and what goes wrong.  A seed is a whole
story, the same every time.

* ``scheduler``: whose turn it is, and what time
* ``redis_server``, ``redis_line``: the journal's Redis, and what may happen on the way
* ``crm``, ``crm_line``: CRMs of several kinds, and what may happen on the way
* ``failover``: another Redis takes over, and lacks the last moments
* ``machines``: the bridge's processes, which die and start again
* ``tills``: cashiers, who tap twice, undo and hang up
* ``story``, ``history``: what becomes of it
* ``world``: all of it for one seed, until it has settled
* ``verdict``: what must be true then; knows nothing of the kernel
* ``campaign``: many seeds, and the figures
* ``shrinking``: a failure with as little trouble as it needs
"""
