"""The time limits of the servers this repository starts, in one place; what clients wait for is chosen to fit them.

An operator's own servers should have the same: a caller's patience is 8 s (`chassis.settings`), so whoever leads has to
be replaced in about half of that.
"""

ELECTION_MS = 3_000
"""A primary that does not answer for so long is replaced, within about another second (MongoDB's own: 10 s)."""

MEMBER_HEARTBEAT_MS = 1_000
"""Members look after each other three times within that (MongoDB's own: 2 s would be once)."""

LONGEST_TRANSACTION_S = 15
"""A process killed within a transaction leaves it open: nobody else can write these documents until the server ends
it (MongoDB's own: a minute). Our longest transaction, a consumer's batch, takes a second or two."""

BROKER_SESSION_MS = 4_000
"""A broker that is gone or stands still loses its partitions to others after this time (Kafka's own: 9 s)."""

BROKER_HEARTBEAT_MS = 1_000
"""Four within that (Kafka's own: 2 s)."""

BROKER_START_MS = 150_000
"""A broker that finds no controller for so long gives up (Kafka's own: a minute). On a busy machine three that start
together take longer than that to elect one."""
