"""What the POS calls: the Sitoo CRM SPI, version 2, over HTTP.

* ``description/``: the SPI described for people and programs
* ``operations/``: what each operation takes, does and answers
* ``health``: what machines ask a process
* ``door/``: what every request passes on its way in, every answer on its way out
* ``schemas/``: the SPI's objects: strict with requests, and answers are always right
* ``identity/``: how a person, a company or a place is named

A request passes ``door.paths`` (which operation), ``door.edge`` (who asks, from where),
its ``operations.operation`` (what it says) and a view (what it does); ``schemas`` make
the answer right and ``door.failures`` gives every error one form.
"""
