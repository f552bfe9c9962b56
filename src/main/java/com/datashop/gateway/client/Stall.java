package com.datashop.gateway.client;

import java.net.HttpURLConnection;
import java.time.Duration;

/// Cuts a connection whose write makes no progress. The JDK limits the time of a read, and not of a write.
final class Stall implements AutoCloseable {
    private final HttpURLConnection connection;
    private final long limit;
    private final Thread thread = Thread.ofVirtual().name("stall").unstarted(this::watch);
    private volatile long progressAt = System.nanoTime();

    /// @param limit the longest time without progress
    private Stall(HttpURLConnection connection, Duration limit) {
        this.connection = connection;
        this.limit = limit.toNanos();
    }

    static Stall watch(HttpURLConnection connection, Duration limit) {
        var stall = new Stall(connection, limit);
        stall.thread.start();
        return stall;
    }

    /// Notes that bytes were written.
    void progress() {
        progressAt = System.nanoTime();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            long left = limit;
            while (left > 0) {
                Thread.sleep(Duration.ofNanos(left));
                left = progressAt + limit - System.nanoTime();
            }
            connection.disconnect();
        } catch (InterruptedException written) {
            Thread.currentThread().interrupt();
        }
    }
}
