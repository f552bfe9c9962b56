package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.metrics.Counter;
import java.util.Optional;

/// Says whether one side of a node, reading or storing, is cut off from the broker, and why. The node is then
/// `degraded`.
final class Outage {
    private static final System.Logger LOG = System.getLogger(Outage.class.getName());

    private final String side;
    private final Counter failures;
    private volatile String why;
    private long since;

    /// @param side `read` or `write`
    Outage(String side, Counter failures) {
        this.side = side;
        this.failures = failures;
    }

    /// Notes a failure. It logs the first failure with each reason.
    void began(String why) {
        failures.increment();
        if (this.why == null) since = System.nanoTime();
        if (!why.equals(this.why)) LOG.log(WARNING, "event=broker-trouble side=" + side
                + " reason=\"" + why.replaceAll("[\\p{Cntrl}\"]+", " ") + "\"");
        this.why = why;
    }

    /// Notes that it works again.
    void ended() {
        if (why == null) return;
        LOG.log(INFO, "event=broker-back side=" + side + " milliseconds=" + (System.nanoTime() - since) / 1_000_000);
        why = null;
    }

    /// The reason why it does not work; empty when it does.
    Optional<String> why() {
        return Optional.ofNullable(why);
    }
}
