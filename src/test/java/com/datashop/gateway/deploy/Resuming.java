package com.datashop.gateway.deploy;

import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Message;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A client that follows a channel through whatever ends its stream: it comes back after the last id that it has seen.
final class Resuming implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final int port;
    private final String channel;
    private final List<Message> seen = new ArrayList<>();
    private final Thread thread;
    private String cursor = "";

    Resuming(int port, String channel) {
        this.port = port;
        this.channel = channel;
        thread = Thread.ofVirtual().name("resuming").start(this::run);
    }

    /// The ids of the log events so far.
    synchronized List<String> ids() {
        return seen.stream().filter(Message::isLog).map(Message::id).toList();
    }

    /// How many control messages of this name have come.
    synchronized long count(String event) {
        return seen.stream().filter(message -> message.event().equals(event)).count();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (var follower = Follower.open(port, Client.stream(channel), "Accept: text/event-stream",
                    "Last-Event-ID: " + cursor)) {
                while (true) keep(follower.next());
            } catch (AssertionError | UncheckedIOException ended) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private synchronized void keep(Message message) {
        seen.add(message);
        if (!message.id().isEmpty()) cursor = message.id(); // a stream that brought none leaves it as it was
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
