package com.datashop.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// All subscribers of a run, on one thread: it connects them, reads whatever there is, checks and times it.
///
/// The thread owns everything in here but the queue of what others ask of it. It makes no object for an event, and
/// reads a connection with one system call: it shares the processors with what it measures.
final class Audience implements AutoCloseable {
    /// As much as one read takes, in bytes.
    private static final int BUFFER = 256 << 10;
    private static final long PATIENCE_SECONDS = 120;
    private static final Duration LEAVING = Duration.ofSeconds(10);

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Tally tally = new Tally();
    private Latencies latencies = new Latencies();
    private long from = Long.MAX_VALUE;
    private long to = Long.MAX_VALUE;
    private long readAt;
    private Joining joining;
    private volatile long received;
    private volatile long lastReadAt;
    private volatile boolean closed;
    private volatile boolean polite;
    private volatile Throwable failure;

    Audience() {
        try {
            selector = Selector.open();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        thread = Thread.ofPlatform().daemon().name("audience").start(this::run);
    }

    /// Connects these to a port of the loopback and waits until each has the head of its stream; how long that took, in
    /// nanoseconds.
    ///
    /// @param atOnce how many connect at the same time
    /// @throws IllegalStateException when one was refused, or time is up
    long join(int port, List<Subscriber> newcomers, int atOnce) {
        var done = new CompletableFuture<Long>();
        ask(() -> {
            joining = new Joining(port, newcomers, atOnce, done);
            joining.next();
        });
        return await(done, () -> "streams connected: " + joining);
    }

    /// How many events have come, as of the end of the last pass over what was ready.
    long received() {
        checkAlive();
        return received;
    }

    /// When the last event came.
    long lastReadAt() {
        return lastReadAt;
    }

    /// From now on times the events that are due in this time, and only those.
    void time(long from, long to) {
        askAndWait(() -> {
            this.from = from;
            this.to = to;
            latencies = new Latencies();
            return null;
        });
    }

    /// Everything that was timed since [#time].
    Latencies latencies() {
        return askAndWait(() -> {
            var copy = new Latencies();
            copy.add(latencies);
            return copy;
        });
    }

    /// Everything that came so far, with the faults so far.
    Tally tally() {
        return askAndWait(tally::copy);
    }

    /// The same, and whatever of the events published has not come is lost.
    Tally audit(Published published) {
        return askAndWait(() -> {
            var audited = tally.copy();
            for (var subscriber : subscribers) audited.lost += subscriber.missingAtTheEnd(published);
            return audited;
        });
    }

    /// Waits until so many events have come, or nothing more does for so long; whether they have.
    boolean await(long events, long quietSeconds) {
        long seen = received();
        long since = System.nanoTime();
        while (received() < events) {
            pause(1_000_000);
            if (received() != seen) {
                seen = received();
                since = System.nanoTime();
            } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(quietSeconds)) {
                return false;
            }
        }
        return true;
    }

    /// Does this on the thread that owns the subscribers.
    <T> T askAndWait(Callable<T> what) {
        var done = new CompletableFuture<T>();
        ask(() -> {
            try {
                done.complete(what.call());
            } catch (Exception failed) {
                done.completeExceptionally(failed);
            }
        });
        return await(done, () -> "an answer");
    }

    /// Resets all connections.
    @Override
    public void close() {
        leave(false);
    }

    /// Ends all connections, each with a FIN as a browser does, or with a reset.
    void leave(boolean politely) {
        if (closed) return;
        polite = politely;
        closed = true;
        selector.wakeup();
        try {
            if (!thread.join(LEAVING)) throw new IllegalStateException("the audience does not leave");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The subscribers' thread: one of them has an event.
    void received(Lane lane, long number, long due) {
        tally.received++;
        if (lane == null) {
            tally.foreign++;
            return;
        }
        lane.receive(number, tally);
        if (due >= from && due < to) latencies.record(readAt - due);
    }

    /// The subscribers' thread: one of them was told something.
    void told(String name, String data) {
        switch (name) {
            case "gap" -> {
                tally.gaps++;
                int at = data.indexOf("\"lost\":") + "\"lost\":".length();
                int end = at;
                while (end < data.length() && Character.isDigit(data.charAt(end))) end++;
                if (end > at) tally.announced += Long.parseLong(data.substring(at, end));
            }
            case "refused" -> tally.refused++;
            default -> { }
        }
    }

    /// The subscribers' thread: one of them has the head of its stream.
    void opened() {
        if (joining != null) joining.opened();
    }

    /// The subscribers' thread: one of them gets no stream.
    void refused(String why) {
        tally.refused++;
        if (joining != null) joining.refused(why);
    }

    /// The subscribers' thread: a stream ended that was to stay.
    void ended() {
        tally.ended++;
    }

    private void ask(Runnable what) {
        checkAlive();
        asked.add(what);
        selector.wakeup();
    }

    /// An audience that has left answers nothing, so nobody may wait for it.
    private void checkAlive() {
        if (closed) throw new IllegalStateException("the audience has left");
        if (failure != null) throw new IllegalStateException("the audience failed: " + failure, failure);
    }

    private <T> T await(CompletableFuture<T> done, Supplier<String> what) {
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (true) {
                try {
                    return done.get(200, TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    checkAlive();
                    if (System.nanoTime() - end > 0)
                        throw new IllegalStateException("not within " + PATIENCE_SECONDS + " s: " + what.get());
                }
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private void run() {
        Consumer<SelectionKey> ready = this::ready;
        try (selector) {
            while (!closed) {
                selector.select(ready);
                if (received != tally.received) lastReadAt = readAt;
                received = tally.received;
                for (var next = asked.poll(); next != null; next = asked.poll()) next.run();
            }
            for (var subscriber : subscribers) {
                if (polite) subscriber.leave();
                else subscriber.reset();
            }
        } catch (IOException | RuntimeException failed) {
            failure = failed;
        }
    }

    private void ready(SelectionKey key) {
        var subscriber = (Subscriber) key.attachment();
        if (key.isConnectable()) {
            subscriber.connected(key);
            return;
        }
        buffer.clear();
        int length = subscriber.read(buffer);
        readAt = System.nanoTime();
        if (length > 0) subscriber.feed(buffer.array(), length);
    }

    static void pause(long nanoseconds) {
        LockSupport.parkNanos(nanoseconds);
        if (Thread.currentThread().isInterrupted()) throw new IllegalStateException("interrupted");
    }

    /// Newcomers on their way in, some at a time.
    private final class Joining {
        private final InetSocketAddress address;
        private final List<Subscriber> newcomers;
        private final int atOnce;
        private final CompletableFuture<Long> done;
        private final long began = System.nanoTime();
        private int started;
        private int open;
        private boolean failed;

        Joining(int port, List<Subscriber> newcomers, int atOnce, CompletableFuture<Long> done) {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            this.newcomers = newcomers;
            this.atOnce = atOnce;
            this.done = done;
            if (newcomers.isEmpty()) done.complete(0L);
        }

        void next() {
            while (!failed && started < newcomers.size() && started - open < atOnce) {
                var subscriber = newcomers.get(started++);
                subscribers.add(subscriber);
                subscriber.connect(Audience.this, selector, address);
            }
        }

        void opened() {
            open++;
            next();
            if (open < newcomers.size()) return;
            joining = null;
            done.complete(System.nanoTime() - began);
        }

        void refused(String why) {
            failed = true;
            joining = null;
            done.completeExceptionally(new IOException("a stream was refused (" + why + ") after " + open + " of "
                    + newcomers.size() + " were open"));
        }

        @Override
        public String toString() {
            return open + " of " + newcomers.size();
        }
    }
}
