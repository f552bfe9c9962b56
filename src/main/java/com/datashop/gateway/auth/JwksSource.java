package com.datashop.gateway.auth;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// The keys of a JWK Set in a file or at a URL, read again when a token names a key that is not in it.
///
/// ```
///                    renewed(), no look in the last 30 s
///   keys are known ──────────────────────────────────────▶ LOOKING (a thread of its own; all who ask now wait for it, bounded)
///         ▲                                                   │
///         ├──────────── a set with a usable key: it counts ───┤
///         └──────────── anything else: the old keys stay ─────┘
/// ```
///
/// So a stranger's tokens cost the issuer one request in 30 s at most, and one that a known key verifies never waits. The first look,
/// at the start, is not counted: a key that is rolled right after it is found.
public final class JwksSource implements KeySource {
    /// Between two looks.
    static final Duration PAUSE = Duration.ofSeconds(30);
    /// For a look in all: connecting, and the answer to its last byte.
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(JwksSource.class.getName());

    private final JwksLocation location;
    private final InstantSource clock;
    private final Duration timeout;
    private final AtomicReference<Look> latest = new AtomicReference<>();
    private volatile Keys keys;

    private JwksSource(JwksLocation location, InstantSource clock, Duration timeout) {
        this.location = location;
        this.clock = clock;
        this.timeout = timeout;
    }

    /// Reads the set for the first time.
    ///
    /// @param location an `http:`, `https:` or `file:` URL, or the path of a file
    /// @throws IllegalArgumentException when it can not be read or has no key that can verify tokens; its message is one line
    public static JwksSource of(String location, InstantSource clock) {
        return of(location, clock, TIMEOUT);
    }

    static JwksSource of(String location, InstantSource clock, Duration timeout) {
        var source = new JwksSource(JwksLocation.of(location), clock, timeout);
        try {
            source.keys = source.read();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(source.location.shown() + " " + unreadable.getMessage());
        }
        return source;
    }

    @Override
    public Keys keys() {
        return keys;
    }

    @Override
    public Keys renewed() {
        var now = clock.instant();
        var last = latest.get();
        if (last == null || !last.isRecent(now)) {
            var look = new Look(now, new CompletableFuture<>());
            if (latest.compareAndSet(last, look)) Thread.ofVirtual().name("jwks").start(() -> look(look));
        }
        latest.get().await(timeout);
        return keys;
    }

    private void look(Look look) {
        try {
            var read = read();
            LOG.log(INFO, "event=jwks-read keys=" + read.size());
            keys = read;
        } catch (IOException unreadable) {
            LOG.log(WARNING, "event=jwks-kept keys=" + keys.size() + " cause=\"" + unreadable.getMessage().replace('"', '\'') + '"');
        } finally {
            look.done.complete(null);
        }
    }

    private Keys read() throws IOException {
        try {
            var jwks = Jwks.parse(location.read(timeout));
            for (var skipped : jwks.skipped()) LOG.log(INFO, "event=jwks-key-skipped cause=\"" + skipped + '"');
            return jwks.keys();
        } catch (IllegalArgumentException noUse) {
            throw new IOException(noUse.getMessage());
        }
    }

    /// One look at the set: when it began, and that it is over.
    private record Look(Instant at, CompletableFuture<Void> done) {
        /// A clock that was set back does not stop the looks until it has caught up.
        boolean isRecent(Instant now) {
            return !now.isBefore(at) && now.isBefore(at.plus(PAUSE));
        }

        void await(Duration limit) {
            try {
                done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } catch (TimeoutException | ExecutionException goOnWithTheOldKeys) {
                // a file system can hang for longer than a fetch may
            }
        }
    }
}
