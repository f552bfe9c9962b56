package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Asks a server for its health now and then, as an orchestrator does.
///
/// It keeps a schedule, as publishers do. It asks nothing when the contender has nothing of the kind.
final class Probe implements AutoCloseable {
    private static final long PERIOD = 50_000_000;

    private final byte[] request;
    private final int port;
    private final Latencies latencies = new Latencies();
    private final Thread thread = Thread.ofPlatform().daemon().name("probe").unstarted(this::run);
    private volatile boolean closed;

    private Probe(int port, String request) {
        this.port = port;
        this.request = request.getBytes(US_ASCII);
    }

    /// Begins to ask.
    static Probe start(Target target) {
        var probe = new Probe(target.streamPort(), target.health());
        if (probe.request.length > 0) probe.thread.start();
        return probe;
    }

    /// Asks no more; how long each answer took from when its request was due.
    Latencies latencies() {
        close();
        return latencies;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (var connection = new Connection(port)) {
            for (long due = System.nanoTime(); !closed; due += PERIOD) {
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) Audience.pause(due - now);
                int status = connection.exchange(ByteBuffer.wrap(request));
                if (status != 200) throw new IllegalStateException("health was answered " + status);
                latencies.record(System.nanoTime() - due);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
