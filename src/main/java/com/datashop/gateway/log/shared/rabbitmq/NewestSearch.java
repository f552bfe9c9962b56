package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.replay.Search;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/// Looks for the newest events that match, a window of messages at a step.
///
/// ```
///   offset    ... │        window 3         │   window 2   │ window 1 │ upTo
///                  read forwards: the newest that match     ◀── then the window before
/// ```
///
/// RabbitMQ reads forwards only. So a step reads a whole window, and keeps the ids of the newest events that match.
/// Windows grow while they are cheap, and shrink when they are not.
final class NewestSearch implements Search {
    /// Whoever asks for what is rare gets what is among this many events.
    private static final int MOST_EVENTS = 20_000;
    private static final int FIRST_WINDOW = 16;
    private static final int LARGEST_WINDOW = 2048;
    /// The bytes at which a window of several messages is given up, for a smaller one.
    private static final long MOST_BYTES = 4 << 20;

    private final RabbitArchive archive;
    private final ChannelSet set;
    private final Predicate<Event> accepted;
    private final long wanted;
    private final EventId upTo;
    private long end;
    /// The life that is in force where the window ends.
    private long life;
    private int size = FIRST_WINDOW;
    private int seen;
    private long found;
    private long bytes;
    private EventId place;
    private EventId reached;

    NewestSearch(RabbitArchive archive, ChannelSet set, Predicate<Event> accepted, long wanted, EventId upTo) {
        this.archive = archive;
        this.set = set;
        this.accepted = accepted;
        this.wanted = wanted;
        this.upTo = upTo;
        reached = upTo;
        end = Place.offset(upTo) + 1;
        life = upTo.major();
    }

    @Override
    public boolean step() throws InterruptedException {
        if (isOver()) return true;
        var window = new Window(Math.max(0, end - size));
        try {
            if (archive.lanes().ask(window::read).isEmpty()) return false;
        } catch (IOException away) {
            archive.failed(away);
            return true;
        }
        bytes += window.bytes;
        if (window.isTooLarge()) {
            size = Math.max(1, size / 8);
            return false;
        }
        for (var message : window.messages.reversed()) take(message);
        seen += window.seen + 1;
        reached = EventId.min(reached, Place.before(life, window.from));
        if (window.first > window.from) return true; // the stream begins here
        end = window.from;
        size = window.bytes < Page.BYTES ? Math.min(LARGEST_WINDOW, 2 * size) : Math.max(1, size / 2);
        return isOver();
    }

    /// Takes the matches of the message before. It comes backwards, so it knows the life that is in force there.
    private void take(Message message) {
        var head = message.head();
        if (head.life() != life) return; // void, or a life that began too late
        if (head.kind() == Head.Kind.LIFE) life = head.after();
        for (var id : message.matches().reversed()) {
            if (found == wanted) return;
            found++;
            place = id.previous();
        }
    }

    private boolean isOver() {
        return seen >= MOST_EVENTS || found >= wanted || end <= 0;
    }

    @Override
    public long found() {
        return found;
    }

    @Override
    public EventId place() {
        return place;
    }

    @Override
    public EventId reached() {
        return reached;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /// A message that begins a life or has events.
    ///
    /// @param matches the ids of its newest events that match, in order; as many as are wanted
    private record Message(Head head, Deque<EventId> matches) { }

    /// The messages from an offset to the end, read once.
    private final class Window {
        private final long from;
        private final List<Message> messages = new ArrayList<>();
        private final Lines lines = new Lines();
        private long first = Long.MAX_VALUE;
        private long bytes;
        private int seen;

        Window(long from) {
            this.from = from;
        }

        boolean isTooLarge() {
            return bytes > MOST_BYTES && size > 1;
        }

        Window read(Connection connection) throws IOException {
            var stream = new Messages(connection, archive.rabbit().settings().stream(), from, Page.CREDIT);
            for (var walk = new Walk(stream); walk.next() && stream.offset() < end && !isTooLarge(); ) {
                first = Math.min(first, stream.offset());
                var head = stream.head();
                if (head.kind() == Head.Kind.LIFE) messages.add(new Message(head, new ArrayDeque<>()));
                if (head.kind() == Head.Kind.EVENTS) messages.add(new Message(head, matches(stream)));
            }
            stream.end();
            return this;
        }

        private Deque<EventId> matches(Messages stream) throws IOException {
            var matches = new ArrayDeque<EventId>();
            for (int index = 0; stream.hasLine(); ) {
                bytes += stream.readLine(archive.rabbit().largest() + Lines.FRAME_BYTES);
                if (Lines.isBatch(stream.line(), stream.lineLength())) continue;
                var id = Place.of(stream.head().life(), stream.offset(), index++);
                seen++;
                if (id.isAfter(upTo) || !(lines.entry(id, stream) instanceof Entry.Stored(var event, _, _))
                        || !set.matches(event.channel()) || !accepted.test(event)) continue;
                if (matches.size() == wanted - found) matches.removeFirst();
                matches.addLast(id);
            }
            return matches;
        }
    }
}
