package com.datashop.gateway.hub;

import static java.lang.System.Logger.Level.DEBUG;

import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// One stream from its beginning to its end: it joins the hub, runs the [Feed], and leaves the hub.
///
/// All of it is in one frame of the stack. A stream that waits keeps its stack, as large as it was when the stream
/// first waited. So there are few frames.
final class StreamTask implements Consumer<OutputStream> {
    /// The longest time to an expiry that is counted, so that its nanoseconds fit into a long.
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final System.Logger LOG = System.getLogger(StreamTask.class.getName());

    private final Hub hub;
    private final TimeLimits limits;
    private final Subscription subscription;
    private final Consumer<Subscriber> joined;

    /// @param joined gets the subscriber when the stream begins
    StreamTask(Hub hub, TimeLimits limits, Subscription subscription, Consumer<Subscriber> joined) {
        this.hub = hub;
        this.limits = limits;
        this.subscription = subscription;
        this.joined = joined;
    }

    /// Runs the stream until it ends, on the calling thread.
    @Override
    public void accept(OutputStream out) {
        var subscriber = hub.join(subscription);
        joined.accept(subscriber);
        var end = End.FAILED;
        var filter = hub.filters().join(subscription.filter());
        try (var guard = limits.watchdog().guard(subscriber)) {
            long now = System.nanoTime();
            long agedAt = limits.lifetime().endsAt(now, ThreadLocalRandom.current());
            long expiresAt = now + timeLeft(subscription.expiry()).toNanos();
            var outlet = new Outlet(out, guard, limits.writeTimeout(), limits.heartbeat(), expiresAt, agedAt,
                    hub.ledger().bytes);
            try {
                end = new Feed(hub, subscriber, filter, hub.portions(subscription.channels()), outlet).run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                end = reason(outlet, guard);
            } catch (Portions.Forgotten overtaken) {
                Thread.currentThread().interrupt(); // So the connection is cut, and not ended as if it were whole.
                end = End.EVENT_FORGOTTEN;
            } catch (IOException broken) { // By the client, the watchdog, or the end of the right to read.
                end = reason(outlet, guard);
            }
        } finally {
            hub.leave(subscriber);
            hub.filters().leave(filter);
            hub.ledger().ends.of(end).increment();
            log(end);
        }
    }

    /// The time that is left, but not more than can be counted in nanoseconds.
    private static Duration timeLeft(Instant expiry) {
        var left = Duration.between(Instant.now(), expiry);
        return left.compareTo(LONGEST) > 0 ? LONGEST : left;
    }

    /// The reason why a stream broke.
    private static End reason(Outlet outlet, Watchdog.Guard guard) {
        outlet.clock().read(); // It was last read before the write that broke.
        if (outlet.isExpired()) return End.EXPIRED;
        if (outlet.isAged()) return End.MAX_AGE;
        if (guard.fired()) return End.WRITE_TIMEOUT;
        return Thread.currentThread().isInterrupted() ? End.SHUTDOWN_TIMEOUT : End.CLIENT_GONE;
    }

    private static void log(End end) {
        LOG.log(DEBUG, () -> "event=stream-end reason=" + end);
    }
}
