"""One try on the wire, within its time: names, sockets, requests, bytes, JSON."""
