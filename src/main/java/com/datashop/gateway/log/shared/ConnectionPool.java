package com.datashop.gateway.log.shared;

import com.datashop.gateway.replay.Turns;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// The few connections on which a node reads the past, by turns. There is a connection for each turn.
///
/// ```
///   EMPTY ──connect──▶ IN USE ──▶ FREE ──▶ IN USE ...      FREE for some seconds: closed ──▶ EMPTY
///                         └─ fails: closed ──▶ EMPTY
/// ```
///
/// @param <C> a connection
final class ConnectionPool<C extends Closeable> {
    /// The number of connections. It leaves the broker time for live events.
    private static final int CONNECTIONS = 2;
    /// A connection that is not used for this time is closed. So none needs heartbeats, and few are found stale.
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final Lookback<C> lookback;
    private final Turns turns = new Turns(CONNECTIONS);
    private final BlockingQueue<Slot<C>> slots = new ArrayBlockingQueue<>(CONNECTIONS);
    private final AtomicBoolean sweeping = new AtomicBoolean();

    ConnectionPool(Lookback<C> lookback) {
        this.lookback = lookback;
        for (int i = 0; i < CONNECTIONS; i++) slots.add(new Slot<>(null, 0));
    }

    /// The turns of one more reader.
    Turns.Turn turn() {
        return turns.turn();
    }

    /// Asks on one of the connections, in one turn.
    ///
    /// @return null when the turn did not come in time
    <T> T ask(Turns.Turn turn, Question<C, T> question) throws IOException, InterruptedException {
        if (!turn.begin()) return null;
        try {
            return ask(question);
        } finally {
            turn.end();
        }
    }

    /// Asks on one of the connections. If the broker has closed it while it was free, asks again on a new one.
    private <T> T ask(Question<C, T> question) throws IOException, InterruptedException {
        var slot = slots.take();
        var connection = slot.connection();
        try {
            if (connection != null) {
                try {
                    return question.ask(connection);
                } catch (IOException stale) {
                    connection.close();
                }
            }
            connection = null;
            connection = lookback.connect();
            return question.ask(connection);
        } catch (IOException | RuntimeException | Error failed) {
            if (connection != null) connection.close();
            connection = null;
            throw failed;
        } finally {
            slots.add(new Slot<>(connection, System.nanoTime()));
            if (connection != null && sweeping.compareAndSet(false, true))
                Thread.ofVirtual().name("archive-sweep").start(this::sweep);
        }
    }

    /// Closes the connections that were not used for a while. It ends when none is left.
    private void sweep() {
        try {
            for (int left = CONNECTIONS; left > 0; ) {
                Thread.sleep(IDLE);
                left = CONNECTIONS;
                for (int i = 0; i < CONNECTIONS; i++) {
                    var slot = slots.poll();
                    if (slot == null) break; // in use
                    boolean idle = System.nanoTime() - slot.usedAt() > IDLE.toNanos();
                    if (idle && slot.connection() != null) leave(slot.connection());
                    if (idle || slot.connection() == null) left--;
                    slots.add(idle ? new Slot<>(null, 0) : slot);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            sweeping.set(false);
        }
    }

    private void leave(C connection) {
        try {
            lookback.leave(connection);
        } catch (IOException closed) {
            // The connection is of no use any more.
        }
    }

    /// Something that is asked on a connection.
    interface Question<C, T> {
        T ask(C connection) throws IOException;
    }

    /// A place for a connection.
    ///
    /// @param connection null when none is open
    /// @param usedAt the time of its last use, by [System#nanoTime()]
    private record Slot<C>(C connection, long usedAt) { }
}
