package com.datashop.gateway.auth;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The keys of a JWK Set in a file or at a URL. It is read again now and then, and when a token does not match.
///
/// ```
///     not known ──────┐  retries: after 1 s, 2 s, 4 s ... 15 s
///                     ├──▶ LOOKING, in a thread of its own ──▶ a set with a usable key: it counts
///     known ──────────┘         one at a time                  anything else: the old keys stay, retries
///                  every 10 min, and renewed(), at most once in 30 s
/// ```
///
/// Tokens of strangers cost the issuer at most one request in 30 s. A token that a known key verifies never waits.
/// Other tokens wait for the look that is under way, but not longer than its timeout.
///
/// While a URL can not be read, its keys stay: to drop them would turn every outage of the issuer into an outage of
/// reading. Tokens end by themselves anyway.
public final class JwksSource implements KeySource {
    /// The shortest time between two looks that tokens cause.
    static final Duration PAUSE = Duration.ofSeconds(30);
    /// The time between two looks that nobody causes.
    static final Duration REFRESH = Duration.ofMinutes(10);
    /// The timeout of a whole look: from connecting to the last byte of the answer.
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    /// The first pause after a look that failed. It doubles after each failure, up to the longest.
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LAST_RETRY = Duration.ofSeconds(15);

    /// How often it looks at the clock.
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final System.Logger LOG = System.getLogger(JwksSource.class.getName());

    private final JwksLocation location;
    private final InstantSource clock;
    private final Duration timeout;
    private final Thread ticker;
    private volatile Keys keys = Keys.NONE;
    private volatile byte[] document;

    // The fields below are guarded by this.
    private CompletableFuture<Void> look = CompletableFuture.completedFuture(null);
    /// When a token last caused a look; null when none has.
    private Instant askedAt;
    private Instant lookedAt;
    private Duration pause = REFRESH;
    private int failures;
    /// When a failure was last logged since the last success.
    private Instant warnedAt;

    private JwksSource(JwksLocation location, InstantSource clock, Duration timeout, Duration tick) {
        this.location = location;
        this.clock = clock;
        this.timeout = timeout;
        lookedAt = clock.instant();
        ticker = Thread.ofVirtual().name("jwks-clock").unstarted(() -> follow(tick));
    }

    /// Reads the set for the first time, and follows it from then on. It retries a URL until it can read it.
    ///
    /// @param location an `http:`, `https:` or `file:` URL, or the path of a file
    /// @throws IllegalArgumentException when it is neither, or a file without a key that can verify tokens; its
    /// message is
    ///     one line
    public static JwksSource of(String location, InstantSource clock) {
        return of(location, clock, TIMEOUT, TICK);
    }

    static JwksSource of(String location, InstantSource clock, Duration timeout) {
        return of(location, clock, timeout, TICK);
    }

    /// @param timeout the timeout of a look
    /// @param tick how often to look at the clock
    static JwksSource of(String location, InstantSource clock, Duration timeout, Duration tick) {
        var source = new JwksSource(JwksLocation.of(location), clock, timeout, tick);
        switch (source.location) {
            case JwksLocation.File file -> source.readNow(file);
            case JwksLocation.Web _ -> source.await(source.begun());
        }
        source.ticker.start();
        return source;
    }

    @Override
    public Keys keys() {
        return keys;
    }

    @Override
    public boolean areKnown() {
        return document != null;
    }

    /// The keys after a look that this call may cause. Until keys are known it does not wait: the retries look for
    /// them.
    @Override
    public Keys renewed() {
        if (areKnown()) await(asked());
        return keys;
    }

    /// Begins no more looks by itself. A look that is under way ends within its timeout.
    @Override
    public void close() {
        ticker.interrupt();
        try {
            ticker.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether no look is under way.
    synchronized boolean isIdle() {
        return look.isDone();
    }

    private void readNow(JwksLocation.File file) {
        try {
            read();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file.shown() + " " + unreadable.getMessage());
        }
    }

    private void follow(Duration tick) {
        try {
            while (true) {
                Thread.sleep(tick);
                if (isDue()) begun();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether a look is due. A clock that was set back does not stop the looks.
    private synchronized boolean isDue() {
        return !isWithin(pause, lookedAt, clock.instant());
    }

    /// The look that a token causes. Within the pause, it is the last look.
    private synchronized CompletableFuture<Void> asked() {
        var now = clock.instant();
        if (!look.isDone() || askedAt != null && isWithin(PAUSE, askedAt, now)) return look;
        askedAt = now;
        return begun();
    }

    /// The look that is under way, or else a new one.
    private synchronized CompletableFuture<Void> begun() {
        if (!look.isDone()) return look;
        var done = new CompletableFuture<Void>();
        look = done;
        Thread.ofVirtual().name("jwks").start(() -> {
            try {
                look();
            } finally {
                done.complete(null);
            }
        });
        return done;
    }

    private void look() {
        String failure = "broke off";
        try {
            read();
            failure = null;
        } catch (IOException unreadable) {
            failure = unreadable.getMessage();
        } catch (RuntimeException unexpected) {
            failure = "broke off: " + unexpected;
        } finally {
            looked(failure);
        }
    }

    /// Notes the end of a look.
    ///
    /// @param failure why it failed, or null
    private synchronized void looked(String failure) {
        lookedAt = clock.instant();
        if (failure == null) {
            failures = 0;
            pause = REFRESH;
            warnedAt = null;
            return;
        }
        var doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures++, 10));
        pause = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
        if (warnedAt != null && isWithin(REFRESH, warnedAt, lookedAt)) return;
        warnedAt = lookedAt;
        String event = areKnown() ? "event=jwks-kept keys=" + keys.size()
                : "event=jwks-unavailable note=\"readers get 503 until it is read\"";
        LOG.log(WARNING, event + " location=\"" + quoted(location.shown()) + "\" cause=\"" + quoted(failure) + '"');
    }

    /// Reads the set. Only one thread at a time does this.
    private void read() throws IOException {
        byte[] read = location.read(timeout);
        if (Arrays.equals(read, document)) return;
        try {
            var jwks = Jwks.parse(read);
            for (var skipped : jwks.skipped()) LOG.log(INFO, "event=jwks-key-skipped cause=\"" + skipped + '"');
            LOG.log(INFO, "event=jwks-read keys=" + jwks.keys().size());
            keys = jwks.keys();
            document = read;
        } catch (IllegalArgumentException noUse) {
            throw new IOException(noUse.getMessage());
        }
    }

    private void await(CompletableFuture<Void> look) {
        try {
            look.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException goOnWithTheOldKeys) {
            // A file system can hang for longer than a fetch may take.
        }
    }

    private static boolean isWithin(Duration span, Instant from, Instant now) {
        return !now.isBefore(from) && now.isBefore(from.plus(span));
    }

    private static String quoted(String text) {
        return text.replace('"', '\'');
    }
}
