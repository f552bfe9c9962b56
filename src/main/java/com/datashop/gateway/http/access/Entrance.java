package com.datashop.gateway.http.access;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.auth.Session;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets readers in, whether they follow channels or look back. All of them count against the same limits.
public final class Entrance {
    private static final System.Logger LOG = System.getLogger(Entrance.class.getName());
    /// A refused client comes back after 5 to 15 s, at random. By then there may be a seat, or another node.
    private static final int RETRY_MIN = 5;
    private static final int RETRY_MAX = 15;
    /// The same range in seconds while seats are being freed.
    private static final int SOON_MIN = 1;
    private static final int SOON_MAX = 3;

    private final ConnectionLimits limits;
    private final Readers readers;
    private final Stats stats;
    private final int proxies;
    private final Duration shutdown;
    private final AtomicBoolean warned = new AtomicBoolean();

    /// @param proxies how many proxies in front are trusted to say where a request comes from
    /// @param shutdown how long a drain may take; a client that is refused during a drain comes back after it
    public Entrance(ConnectionLimits limits, Readers readers, Stats stats, int proxies, Duration shutdown) {
        this.limits = limits;
        this.readers = readers;
        this.stats = stats;
        this.proxies = proxies;
        this.shutdown = shutdown;
    }

    /// Lets a reader in, if the gateway takes readers now and no limit forbids it.
    public Admission enter(Request request, Session session) throws InterruptedException {
        if (stats.status() == Status.STARTING) return refusal(Refusal.STARTING, "this gateway is reading its log back");
        if (stats.status() == Status.DRAINING) return refusal(Refusal.DRAINING, "this gateway is shutting down");
        var user = readers.areProven() ? Optional.of(session.grant().caller()) : Optional.<String>empty();
        var admission = limits.enter(request.caller(proxies), user, request.headLength());
        var refused = admission.refused();
        if (refused != null) warnOfProxy(request, refused.problem().refusal());
        return admission;
    }

    /// Notes that a reader has come back to a stream that was cut.
    public void returned() {
        limits.returned();
    }

    /// Gives the seat of a reader back.
    public void leave(Admission.Seat seat) {
        limits.leave(seat);
    }

    /// After how many seconds, chosen at random, a refused client may come back.
    ///
    /// @param soon whether seats are being freed just now
    public long retrySeconds(Problem refused, boolean soon) {
        long wait = ThreadLocalRandom.current()
                .nextLong(soon ? SOON_MIN : RETRY_MIN, (soon ? SOON_MAX : RETRY_MAX) + 1);
        return refused.refusal() == Refusal.DRAINING ? wait + shutdown.toSeconds() : wait;
    }

    private static Admission refusal(Refusal refusal, String detail) {
        return new Admission.Refused(new Problem(refusal, detail), false);
    }

    private void warnOfProxy(Request request, Refusal refusal) {
        if (refusal != Refusal.ADDRESS_LIMIT || proxies != 0 || request.header("X-Forwarded-For").isEmpty()) return;
        if (!warned.compareAndSet(false, true)) return;
        LOG.log(WARNING, "event=address-limit note=\"requests come through a proxy and TRUST_PROXY is 0: all of its"
                + " clients count as one address\"");
    }
}
