package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Waits for RabbitMQ to confirm the messages that one connection has sent.
///
/// A thread of its own takes all that comes on the connection, until the connection ends. The writer waits.
///
/// It also learns how large a message may be. RabbitMQ does not tell its limit in advance: it ends the channel of a
/// message that is too large.
final class Confirms {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;
    private final InFlight inFlight;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    // Guarded by the lock.
    private final TreeSet<Long> unconfirmed = new TreeSet<>();
    private long sent;
    private IOException broken;
    /// The most bytes of a message of several batches.
    private int mostJoined;
    /// The bytes of the largest message that may not be confirmed.
    private long largest;
    private boolean sendingAlone;

    /// @param mostJoined the most bytes of a message of several batches, until RabbitMQ refuses one
    Confirms(Connection connection, InFlight inFlight, int mostJoined) {
        this.connection = connection;
        this.inFlight = inFlight;
        this.mostJoined = mostJoined;
    }

    /// Starts the thread that takes the confirms.
    void start() {
        Thread.ofPlatform().daemon().name("log-confirms").start(this::takeAll);
    }

    /// Notes that a message of this size is sent now.
    void add(long bytes) {
        lock.lock();
        try {
            if (unconfirmed.isEmpty()) largest = 0;
            largest = Math.max(largest, bytes);
            unconfirmed.add(++sent);
            inFlight.countSent();
        } finally {
            lock.unlock();
        }
    }

    /// The number of messages that were sent.
    long sent() {
        lock.lock();
        try {
            return sent;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all but the newest messages are confirmed. It does not wait while RabbitMQ takes none.
    ///
    /// @param open the number of messages that need not be confirmed yet
    void await(long open) throws IOException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (broken == null && !unconfirmed.isEmpty() && unconfirmed.first() <= sent - open) {
                if (connection.blocked().isPresent()) return;
                if (left <= 0) throw new IOException("RabbitMQ has not confirmed a message for "
                        + PATIENCE.toSeconds() + " s");
                left = moved.awaitNanos(left);
            }
            check();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } finally {
            lock.unlock();
        }
    }

    /// @throws IOException when the connection has ended, or a message that it has sent may be void
    void check() throws IOException {
        lock.lock();
        try {
            if (broken != null) throw broken;
        } finally {
            lock.unlock();
        }
        if (inFlight.hasVoid()) throw new IOException("the log has begun anew while a message was on its way");
    }

    /// Whether all messages are confirmed.
    boolean areComplete() {
        lock.lock();
        try {
            return unconfirmed.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// The most bytes of a message of several batches.
    int mostJoined() {
        lock.lock();
        try {
            return mostJoined;
        } finally {
            lock.unlock();
        }
    }

    /// Notes whether a batch is sent alone. Its refusal says nothing about messages of several batches.
    void sendingAlone(boolean alone) {
        lock.lock();
        try {
            sendingAlone = alone;
        } finally {
            lock.unlock();
        }
    }

    /// Whether RabbitMQ has ended the channel because a message is too large.
    static boolean isTooLarge(IOException failed) {
        return failed instanceof RabbitException refused && refused.isOfPublish()
                && refused.code() == RabbitException.PRECONDITION_FAILED;
    }

    private void takeAll() {
        try {
            while (true) {
                if (connection.next(Duration.ofSeconds(1)) && connection.type() == Connection.METHOD
                        && connection.channel() == 1) take(connection.payload());
                signal();
            }
        } catch (IOException over) {
            lock.lock();
            try {
                broken = over;
                if (isTooLarge(over) && !sendingAlone) mostJoined = (int) Math.min(mostJoined, largest / 2);
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void take(In in) throws IOException {
        switch (in.uint32()) {
            case Method.BASIC_ACK -> confirm(in.uint64(), in.octet() != 0);
            case Method.BASIC_NACK -> throw new IOException("RabbitMQ could not store a message");
            case Method.BASIC_RETURN -> throw new IOException("the stream was deleted, or is not served now");
            default -> { }
        }
    }

    /// @param all whether this message and all before it are confirmed
    private void confirm(long number, boolean all) {
        lock.lock();
        try {
            int before = unconfirmed.size();
            if (all) unconfirmed.headSet(number, true).clear();
            else unconfirmed.remove(number);
            inFlight.countConfirmed(before - unconfirmed.size());
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
