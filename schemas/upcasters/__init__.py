"""Functions `upcast_<old>(old: OldEvent) -> NewEvent`, one module an aggregate.

An incompatible change to an event is a new record; the old one stays in its .avsc with `"retired": true`, and the
function here makes the new one of it whenever old bytes are read. Deciders and views see the new form only.
"""
