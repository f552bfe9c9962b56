package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Looks at the stream from its end backwards, a window of messages at a time. RabbitMQ itself reads forwards only.
final class Backwards implements Closeable {
    private static final int FIRST_WINDOW = 64;
    private static final int LARGEST_WINDOW = 4096;
    private static final long WINDOW_BYTES = 1 << 20;
    private static final int CREDIT = 1000;
    /// The search for a message of a gateway passes over this many others.
    private static final int SEARCH = 100_000;

    private final Rabbit rabbit;
    private final Connection connection;
    private List<Message> newest;

    Backwards(Rabbit rabbit) throws IOException {
        this.rabbit = rabbit;
        connection = rabbit.connect();
    }

    /// The oldest message; null when there is none.
    Message first() throws IOException {
        var window = read("first", Long.MAX_VALUE, 1);
        return window.isEmpty() ? null : window.getFirst();
    }

    /// The lowest offset that the next message can get.
    long next() throws IOException {
        var window = newest();
        return window.isEmpty() ? 0 : window.getLast().offset() + 1;
    }

    /// The life of the newest events, or of the newest message that begins one; 0 when there is neither.
    long life() throws IOException {
        var seen = new long[2];
        walk(message -> {
            if (message.head().kind() == Head.Kind.EVENTS) seen[0] = message.life();
            return message.life() == 0 && ++seen[1] < SEARCH || (seen[0] = message.life()) == 0;
        });
        return seen[0];
    }

    /// The place of the newest event, or before the newest message when no event is near.
    EventId end() throws IOException {
        long life = life();
        for (var message : newest().reversed()) if (message.head().kind() == Head.Kind.EVENTS && message.life() == life)
            return Place.of(life, message.offset(), Math.max(0, message.events() - 1));
        return Place.before(life, Math.max(0, next() - 1));
    }

    /// A place after which about this many bytes of events follow, all of one life.
    EventId floor(long bytes) throws IOException {
        long life = life();
        var place = new EventId[] {EventId.ZERO};
        var left = new long[] {bytes};
        walk(message -> {
            boolean ours = message.life() == life;
            if (ours) place[0] = Place.before(life, message.offset());
            if (ours && message.head().kind() == Head.Kind.LIFE) return false;
            if (ours) left[0] -= message.bytes();
            return left[0] > 0;
        });
        return place[0];
    }

    @Override
    public void close() {
        connection.leave();
    }

    /// Looks at one message after the other, until there is none or the visitor has seen enough.
    private void walk(Predicate<Message> goesOn) throws IOException {
        var oldest = first();
        var window = newest();
        if (oldest == null || window.isEmpty()) return;
        long begin = window.getFirst().offset();
        for (int size = FIRST_WINDOW; ; ) {
            for (var message : window.reversed()) if (!goesOn.test(message)) return;
            if (begin <= oldest.offset()) return;
            long end = begin;
            begin = Math.max(oldest.offset(), end - size);
            window = read(begin, end, size);
            if (window.stream().mapToLong(Message::size).sum() < WINDOW_BYTES)
                size = Math.min(LARGEST_WINDOW, 2 * size);
        }
    }

    /// The newest messages. RabbitMQ decides where they begin.
    private List<Message> newest() throws IOException {
        if (newest == null) newest = read("last", Long.MAX_VALUE, Integer.MAX_VALUE);
        return newest;
    }

    /// The messages from an offset to before another one, up to a number.
    private List<Message> read(Object from, long end, int most) throws IOException {
        var found = new ArrayList<Message>();
        var messages = new Messages(connection, rabbit.settings().stream(), from, Math.min(most, CREDIT));
        long count = 0;
        messages.fence();
        while (found.size() < most) {
            switch (messages.next(Connection.PATIENCE)) {
                case MESSAGE -> {
                    if (messages.offset() >= end) {
                        messages.end();
                        return found;
                    }
                    found.add(message(messages));
                }
                case FENCE -> {
                    if (messages.count() == count) {
                        messages.end();
                        return found;
                    }
                    count = messages.count();
                    messages.fence();
                }
                case NOTHING -> throw new IOException("RabbitMQ has not answered for "
                        + Connection.PATIENCE.toSeconds() + " s");
            }
        }
        messages.end();
        return found;
    }

    private static Message message(Messages messages) throws IOException {
        var head = messages.head();
        int events = 0;
        while (head.kind() == Head.Kind.EVENTS && messages.hasLine()) {
            messages.readLine(Lines.FRAME_BYTES);
            if (!Lines.isBatch(messages.line(), messages.lineLength())) events++;
        }
        return new Message(messages.offset(), head, messages.size(), events);
    }

    /// A message, without its body.
    record Message(long offset, Head head, long size, int events) {
        /// The life that it begins or belongs to; 0 when it names none.
        long life() {
            return head.life();
        }

        /// The bytes that its events take in memory, about.
        long bytes() {
            return size + (long) events * Event.BESIDE_DATA_BYTES;
        }
    }
}
