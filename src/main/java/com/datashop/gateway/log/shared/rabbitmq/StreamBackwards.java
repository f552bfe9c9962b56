package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Lookback.Backwards;
import com.datashop.gateway.log.shared.Lookback.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads the stream backwards from a place, a window of messages at a time.
///
/// ```
///   offset    ... │        window 3         │   window 2   │ window 1 │ from
///                           ◀── each window is read forwards, then the one before it
/// ```
///
/// RabbitMQ reads forwards only. Windows grow while they are cheap, and shrink when they are not.
///
/// A message counts only if it names the life that is in force there. Going backwards, that is known only from the end
/// of a window. So a window is read whole, and then judged.
final class StreamBackwards implements Backwards<Connection> {
    private static final int FIRST_WINDOW = 16;
    private static final int LARGEST_WINDOW = 2048;
    /// A window of several messages is given up when it has more bytes than this. The next try reads a smaller one.
    private static final long MOST_BYTES = 4 << 20;

    private final Rabbit rabbit;
    private final EventId from;
    private final Lines lines = new Lines();
    private EventId reached;
    private long end;
    /// The life that is in force where the window ends.
    private long life;
    private int size = FIRST_WINDOW;

    StreamBackwards(Rabbit rabbit, EventId from) {
        this.rabbit = rabbit;
        this.from = from;
        reached = from;
        end = Place.offset(from) + 1;
        life = from.major();
    }

    @Override
    public Window next(Connection connection, Consumer<Entry> each) throws IOException {
        if (end <= 0) return new Window(reached, 0, 0, true);
        var read = new Read(Math.max(0, end - size), each);
        read.messages(connection);
        if (read.isTooLarge()) {
            size = Math.max(1, size / 8);
            return new Window(reached, 0, read.bytes, false);
        }
        read.judge();
        reached = EventId.min(reached, Place.before(life, read.begin));
        end = read.begin;
        size = read.bytes < StreamForwards.BYTES ? Math.min(LARGEST_WINDOW, 2 * size) : Math.max(1, size / 2);
        // The last one is the window in which the stream or the log begins.
        boolean isLast = end == 0 || read.first > read.begin && rabbit.beginsAt(Math.min(read.first, read.end));
        return new Window(reached, read.seen + 1, read.bytes, isLast);
    }

    /// A message that begins a life or has events.
    private record WindowMessage(MessageHead head, List<Entry> entries) { }

    /// The messages of a window, read once.
    private final class Read {
        private final long begin;
        private final long end = StreamBackwards.this.end;
        private final Consumer<Entry> each;
        private final List<WindowMessage> messages = new ArrayList<>();
        private long first = Long.MAX_VALUE;
        private long bytes;
        private long seen;

        Read(long begin, Consumer<Entry> each) {
            this.begin = begin;
            this.each = each;
        }

        boolean isTooLarge() {
            return bytes > MOST_BYTES && size > 1;
        }

        void messages(Connection connection) throws IOException {
            var stream = new Messages(connection, rabbit.settings().stream(), begin, StreamForwards.CREDIT);
            for (var walk = new Walk(stream); walk.next() && stream.offset() < end && !isTooLarge(); ) {
                first = Math.min(first, stream.offset());
                var message = new WindowMessage(stream.head(), new ArrayList<>());
                if (stream.head().kind() == MessageHead.Kind.EVENTS) events(stream, message.entries());
                if (stream.head().life() != 0) messages.add(message);
            }
            stream.end();
        }

        private void events(Messages stream, List<Entry> entries) throws IOException {
            for (int index = 0; stream.hasLine(); ) {
                bytes += stream.readLine(rabbit.largest() + Lines.FRAME_BYTES);
                if (Lines.isBatch(stream.line(), stream.lineLength())) continue;
                seen++;
                var entry = lines.entry(Place.of(stream.head().life(), stream.offset(), index++), stream);
                // The life of a window of one message is known. So its entries need no memory, however many it has.
                if (size > 1) entries.add(entry);
                else if (stream.head().life() == life) each.accept(entry);
            }
        }

        /// Hands over the entries that count. Going backwards, it knows the life that is in force at each message.
        private void judge() {
            for (int i = messages.size() - 1; i >= 0; i--) {
                var head = messages.get(i).head();
                if (head.life() != life) messages.remove(i); // void, or a life that began too late
                else if (head.kind() == MessageHead.Kind.LIFE) life = head.after();
            }
            for (var message : messages) message.entries().forEach(each);
        }
    }
}
