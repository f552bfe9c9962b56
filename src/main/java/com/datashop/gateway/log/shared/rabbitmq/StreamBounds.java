package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Finds out where the stream begins and ends, and which life of the log it is in.
///
/// It looks at the messages from the end backwards, a window at a time, because RabbitMQ reads forwards only.
final class StreamBounds implements Closeable {
    private static final int FIRST_WINDOW = 64;
    private static final int LARGEST_WINDOW = 4096;
    private static final long WINDOW_BYTES = 1 << 20;
    private static final int CREDIT = 1000;

    private final Rabbit rabbit;
    private final Connection connection;
    private List<Message> newest;

    StreamBounds(Rabbit rabbit) throws IOException {
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
        var newest = new long[1];
        walk(message -> {
            newest[0] = message.life();
            return newest[0] == 0;
        });
        return newest[0];
    }

    /// The place of the newest event, or before the newest message when no event is near.
    EventId end() throws IOException {
        long life = life();
        for (var message : newest().reversed())
            if (message.head().kind() == MessageHead.Kind.EVENTS && message.life() == life)
                return Place.of(life, message.offset(), Math.max(0, message.events() - 1));
        return Place.before(life, Math.max(0, next() - 1));
    }

    /// A place after which about this many bytes of events follow, all of one life.
    EventId warmFrom(long bytes) throws IOException {
        long life = life();
        var place = new EventId[] {EventId.ZERO};
        var left = new long[] {bytes};
        walk(message -> {
            boolean ours = message.life() == life;
            if (ours) place[0] = Place.before(life, message.offset());
            if (ours && message.head().kind() == MessageHead.Kind.LIFE) return false;
            if (ours) left[0] -= message.bytes();
            return left[0] > 0;
        });
        return place[0];
    }

    @Override
    public void close() {
        connection.leave();
    }

    /// Shows the messages to the visitor, the newest first, until there is none or the visitor has seen enough.
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

    /// The messages from an offset to before another one, at most this many.
    private List<Message> read(Object from, long end, int most) throws IOException {
        var found = new ArrayList<Message>();
        var messages = new Messages(connection, rabbit.settings().stream(), from, Math.min(most, CREDIT));
        var walk = new Walk(messages);
        while (found.size() < most && walk.next() && messages.offset() < end) found.add(message(messages));
        messages.end();
        return found;
    }

    private static Message message(Messages messages) throws IOException {
        var head = messages.head();
        int events = 0;
        while (head.kind() == MessageHead.Kind.EVENTS && messages.hasLine()) {
            messages.readLine(Lines.FRAME_BYTES);
            if (!Lines.isBatch(messages.line(), messages.lineLength())) events++;
        }
        return new Message(messages.offset(), head, messages.size(), events);
    }

    /// A message, without its body.
    record Message(long offset, MessageHead head, long size, int events) {
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
