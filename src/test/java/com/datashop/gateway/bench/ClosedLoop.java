package com.datashop.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/// Publishers at full speed, all on the calling thread: each sends its next request when the last one is answered.
final class ClosedLoop {
    /// How long to look away when the subscribers are as far behind as they may be, in nanoseconds.
    private static final long PAUSE = 50_000;
    /// A server that answers nothing for so long is not going to, in milliseconds.
    private static final long PATIENCE = 20_000;

    private final Published published;
    private final LongPredicate mayPublish;
    private final ArrayDeque<Publisher> idle = new ArrayDeque<>();
    private final Latencies latencies = new Latencies();
    private long requests;
    private long events;
    private long refused;
    private long sent;
    private long lastReply;

    private ClosedLoop(Published published, LongPredicate mayPublish) {
        this.published = published;
        this.mayPublish = mayPublish;
    }

    /// Publishes for so long.
    ///
    /// @param rounds for each connection what it sends, over and over
    /// @param mayPublish of how many events were sent so far, whether another may be: so that subscribers are not
    /// outrun without end
    static Publishing run(int port, List<List<Publication>> rounds, Published published, LongPredicate mayPublish,
            long nanoseconds) {
        var loop = new ClosedLoop(published, mayPublish);
        var connections = new ArrayList<Connection>();
        try (var selector = Selector.open()) {
            for (var round : rounds) {
                var connection = new Connection(port);
                connections.add(connection);
                var publisher = new Publisher(connection, round);
                publisher.register(selector);
                loop.idle.add(publisher);
            }
            return loop.run(selector, rounds.size(), nanoseconds);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            connections.forEach(Connection::close);
        }
    }

    private Publishing run(Selector selector, int publishers, long nanoseconds) throws IOException {
        long start = System.nanoTime();
        long now = start;
        while (now - start < nanoseconds) {
            while (!idle.isEmpty() && mayPublish.test(sent)) send(idle.poll(), selector, now);
            if (idle.isEmpty()) {
                if (selector.select(this::ready, PATIENCE) == 0)
                    throw new IOException("no reply within " + PATIENCE + " ms");
            } else {
                selector.selectNow(this::ready);
                if (!mayPublish.test(sent)) Audience.pause(PAUSE);
            }
            now = System.nanoTime();
        }
        while (idle.size() < publishers)
            if (selector.select(this::ready, PATIENCE) == 0)
                throw new IOException("no reply within " + PATIENCE + " ms");
        return new Publishing(requests, events, refused, true, lastReply - start, latencies);
    }

    private void send(Publisher publisher, Selector selector, long now) throws IOException {
        if (publisher.connection.renew()) publisher.register(selector);
        var publication = publisher.round.get(publisher.next);
        publisher.next = (publisher.next + 1) % publisher.round.size();
        publisher.current = publication;
        publisher.sentAt = now;
        sent += publication.events();
        publisher.request = publication.stamped(published, now);
        publisher.connection.channel().write(publisher.request);
        if (publisher.request.hasRemaining()) publisher.key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    private void ready(SelectionKey key) {
        var publisher = (Publisher) key.attachment();
        try {
            if (key.isWritable()) {
                publisher.connection.channel().write(publisher.request);
                if (!publisher.request.hasRemaining()) key.interestOps(SelectionKey.OP_READ);
            }
            if (!key.isReadable() || !publisher.connection.read()) return;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        int status = publisher.connection.status();
        if (publisher.connection.isSpent()) key.cancel(); // what comes on it now is its end
        lastReply = System.nanoTime();
        latencies.record(lastReply - publisher.sentAt);
        if (status / 100 == 2) {
            requests++;
            events += publisher.current.events();
        } else {
            refused++;
        }
        idle.add(publisher);
    }

    /// One connection and what it sends.
    private static final class Publisher {
        private final Connection connection;
        private final List<Publication> round;
        private SelectionKey key;
        private Publication current;
        private ByteBuffer request;
        private long sentAt;
        private int next;

        Publisher(Connection connection, List<Publication> round) {
            this.connection = connection;
            this.round = round;
        }

        void register(Selector selector) throws IOException {
            connection.channel().configureBlocking(false);
            key = connection.channel().register(selector, SelectionKey.OP_READ, this);
        }
    }
}
