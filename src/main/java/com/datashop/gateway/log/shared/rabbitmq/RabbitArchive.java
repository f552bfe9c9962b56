package com.datashop.gateway.log.shared.rabbitmq;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// What RabbitMQ still has of what memory has forgotten, for those who come with an old cursor: a few at a time, page by
/// page, on connections of their own. While RabbitMQ is away a reader gets nothing, and asks again.
final class RabbitArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(RabbitArchive.class.getName());
    /// So that the past leaves RabbitMQ time for the present.
    private static final int CONNECTIONS = 2;
    private static final long PAGE_BYTES = 256 << 10;
    private static final int PAGE_EVENTS = 1000;
    private static final int CREDIT = 64;
    private static final int FIRST_WINDOW = 16;
    private static final int LARGEST_WINDOW = 2048;
    /// A search for the newest that match looks at so many events; whoever asks for what is rare gets what is among
    /// them. Every page that is opened anew asks.
    private static final int SEARCH_EVENTS = 20_000;
    /// Events that claim to be later than they came, by a clock that is ahead, are found within this.
    private static final long CLOCKS_SECONDS = 60;
    private static final Duration AWAY_PERIOD = Duration.ofSeconds(1);
    /// In milliseconds, the longest wait for a connection: a stream has to show its client that it is alive.
    private static final long PATIENCE_MILLIS = 400;
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final Rabbit rabbit;
    private final BlockingQueue<Lane> lanes = new ArrayBlockingQueue<>(CONNECTIONS, true);
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    RabbitArchive(Rabbit rabbit) {
        this.rabbit = rabbit;
        for (int i = 0; i < CONNECTIONS; i++) lanes.add(new Lane(null, 0));
    }

    @Override
    public EventId floor() {
        return rabbit.lowest();
    }

    /// A life leaves no place out that would not be as good a cursor as any other.
    @Override
    public boolean issued(EventId id) {
        return true;
    }

    @Override
    public Reader reader(ChannelSet set) {
        return (after, upTo) -> {
            try {
                var slice = with(connection -> new Page(set, after, upTo).read(connection));
                return slice == null ? new Slice(List.of(), after, false) : slice;
            } catch (IOException away) {
                failed(away);
                Thread.sleep(AWAY_PERIOD);
                return new Slice(List.of(), after, false);
            }
        };
    }

    /// Looks by the time of arrival, as RabbitMQ has it. The reader leaves out the events whose timestamp is older.
    @Override
    public Search since(ChannelSet set, long milliseconds, EventId upTo) {
        return new SinceSearch(milliseconds, upTo);
    }

    @Override
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new NewestSearch(set, accepted, n, upTo);
    }

    /// The place before the first events from there on; empty when there are none.
    private Optional<EventId> first(Connection connection, Object from) throws IOException {
        var messages = new Messages(connection, rabbit.settings().stream(), from, 1);
        for (var rest = new Rest(messages); rest.next(); ) {
            if (messages.head().life() == 0) continue;
            var place = Place.before(messages.head().life(), messages.offset());
            messages.end();
            return Optional.of(place);
        }
        messages.end();
        return Optional.empty();
    }

    /// Looks through a window for the newest that match.
    private Window search(Connection connection, ChannelSet set, Predicate<Event> accepted, long most, long from,
            long end, EventId upTo) throws IOException {
        var messages = new Messages(connection, rabbit.settings().stream(), from, CREDIT);
        var lives = new Lives(0);
        var lines = new Lines();
        var ids = new ArrayDeque<EventId>();
        long first = Long.MAX_VALUE;
        long bytes = 0;
        int seen = 0;
        for (var rest = new Rest(messages); rest.next() && messages.offset() < end; ) {
            first = Math.min(first, messages.offset());
            if (!isEvents(messages, lives)) continue;
            for (int index = 0; messages.hasLine(); ) {
                bytes += messages.readLine(rabbit.largest() + Lines.FRAME_BYTES);
                if (Lines.isBatch(messages.line(), messages.lineLength())) continue;
                var id = Place.of(lives.now(), messages.offset(), index++);
                seen++;
                if (id.isAfter(upTo) || !(entry(lines, id, messages) instanceof Entry.Stored(var event, _, _))
                        || !set.matches(event.channel()) || !accepted.test(event)) continue;
                if (ids.size() == most) ids.removeFirst();
                ids.addLast(id);
            }
        }
        messages.end();
        return new Window(ids, first, seen, bytes);
    }

    private static boolean isEvents(Messages messages, Lives lives) {
        var head = messages.head();
        if (head.kind() == Head.Kind.LIFE) lives.begins(messages.offset(), head);
        return head.kind() == Head.Kind.EVENTS && lives.events(head.life()) != Lives.Verdict.VOID;
    }

    private static Entry entry(Lines lines, EventId id, Messages messages) {
        return lines.entry(id, messages.line(), messages.lineLength(), messages.isWhole());
    }

    /// Asks on one of the connections; null when none came free in time. One that nobody has used for a while may have been ended: then another is tried.
    private <T> T with(Question<T> question) throws IOException, InterruptedException {
        var lane = lanes.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (lane == null) return null;
        var connection = lane.connection();
        try {
            if (connection != null) {
                try {
                    return question.ask(connection);
                } catch (IOException stale) {
                    connection.close();
                }
            }
            connection = null;
            connection = rabbit.connect();
            return question.ask(connection);
        } catch (IOException | RuntimeException | Error failed) {
            if (connection != null) connection.close();
            connection = null;
            throw failed;
        } finally {
            lanes.add(new Lane(connection, System.nanoTime()));
            if (connection != null && sweeping.compareAndSet(false, true))
                Thread.ofVirtual().name("archive-sweep").start(this::sweep);
        }
    }

    /// Leaves connections that nobody has used for a while, since nobody would send their heartbeats.
    private void sweep() {
        try {
            for (int left = CONNECTIONS; left > 0; ) {
                Thread.sleep(IDLE);
                left = CONNECTIONS;
                for (int i = 0; i < CONNECTIONS; i++) {
                    var lane = lanes.poll();
                    if (lane == null) break; // in use
                    boolean idle = System.nanoTime() - lane.usedAt() > IDLE.toNanos();
                    if (idle && lane.connection() != null) lane.connection().leave();
                    if (idle || lane.connection() == null) left--;
                    lanes.add(idle ? new Lane(null, 0) : lane);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            sweeping.set(false);
        }
    }

    private void failed(IOException why) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable reason=\"" + Rabbit.message(why).replaceAll("[\\p{Cntrl}\"]+", " ")
                + "\"");
    }

    /// A page of events of a set of channels, read from a place on.
    private final class Page {
        private final ChannelSet set;
        private final EventId upTo;
        private final Lines lines = new Lines();
        private final List<Step> steps = new ArrayList<>();
        private final EventId after;
        private EventId place;
        private long bytes;
        private int seen;

        Page(ChannelSet set, EventId after, EventId upTo) {
            this.set = set;
            this.after = after;
            this.upTo = upTo;
            place = after;
        }

        Slice read(Connection connection) throws IOException {
            long offset = Place.offset(after);
            var messages = new Messages(connection, rabbit.settings().stream(), offset, CREDIT);
            var rest = new Rest(messages);
            boolean more = rest.next();
            if (!more || messages.offset() != offset || isOfAnother(messages)) {
                messages.end();
                return elsewhere(connection);
            }
            var slice = read(messages, rest, new Lives(after.major()));
            messages.end();
            return slice;
        }

        /// The place is not in the stream any more: it goes on with what is, if that comes after it.
        private Slice elsewhere(Connection connection) throws IOException {
            var messages = new Messages(connection, rabbit.settings().stream(), "first", CREDIT);
            var rest = new Rest(messages);
            var lives = new Lives(0);
            Slice slice = new Slice(List.of(), upTo, true);
            if (rest.next()) {
                long life = messages.head().life() != 0 ? messages.head().life() : after.major();
                var floor = Place.before(life, messages.offset());
                if (floor.isAfter(after)) {
                    rabbit.lowest(EventId.max(rabbit.lowest(), floor));
                    slice = new Slice(List.of(), after, false);
                } else {
                    slice = read(messages, rest, lives);
                }
            }
            messages.end();
            return slice;
        }

        private boolean isOfAnother(Messages messages) {
            var head = messages.head();
            return head.kind() == Head.Kind.EVENTS && head.life() > after.major()
                    || head.kind() == Head.Kind.LIFE && messages.offset() == 0 && head.life() != after.major();
        }

        /// Reads on from the message that has come.
        private Slice read(Messages messages, Rest rest, Lives lives) throws IOException {
            do {
                long life = lives.now();
                boolean events = isEvents(messages, lives);
                var begin = Place.before(lives.now(), messages.offset());
                if (begin.isAfter(upTo)) return new Slice(steps, upTo, true);
                if (lives.now() != life && begin.isAfter(place)) {
                    steps.add(new Step.Lost(place, begin, Step.Lost.UNKNOWN));
                    place = begin;
                }
                if (!events) continue;
                for (int index = 0; messages.hasLine(); ) {
                    if (bytes >= PAGE_BYTES || seen >= PAGE_EVENTS) return new Slice(steps, place, false);
                    bytes += messages.readLine(rabbit.largest() + Lines.FRAME_BYTES);
                    if (Lines.isBatch(messages.line(), messages.lineLength())) continue;
                    var id = Place.of(lives.now(), messages.offset(), index++);
                    if (!id.isAfter(place)) continue;
                    if (id.isAfter(upTo)) return new Slice(steps, upTo, true);
                    seen++;
                    switch (entry(lines, id, messages)) {
                        case Entry.Stored(var event, _, _) -> {
                            if (set.matches(event.channel())) steps.add(new Step.Found(event));
                        }
                        case Entry.TooLarge(_, var channel, _, _) -> {
                            if (set.matches(channel)) steps.add(new Step.Lost(place, id, 1));
                        }
                        case Entry.Hole _, Entry.Foreign _ -> { }
                    }
                    place = id;
                }
                if (place.equals(upTo)) return new Slice(steps, upTo, true);
            } while (rest.next());
            return new Slice(steps, upTo, true);
        }
    }

    /// Goes from message to message, up to the end that the stream has when it is reached.
    private static final class Rest {
        private final Messages messages;
        private long count;

        Rest(Messages messages) throws IOException {
            this.messages = messages;
            messages.fence();
        }

        /// Whether one more has come.
        boolean next() throws IOException {
            while (true) {
                switch (messages.next(Connection.PATIENCE)) {
                    case MESSAGE -> {
                        return true;
                    }
                    case FENCE -> {
                        if (messages.count() == count) return false;
                        count = messages.count();
                        messages.fence();
                    }
                    case NOTHING -> throw new IOException("RabbitMQ has not answered for "
                            + Connection.PATIENCE.toSeconds() + " s");
                }
            }
        }
    }

    /// What a window had.
    ///
    /// @param ids of the newest that match, in order
    /// @param first the offset of the first message that was there
    private record Window(ArrayDeque<EventId> ids, long first, int seen, long bytes) { }

    /// What is asked on a connection.
    private interface Question<T> {
        T ask(Connection connection) throws IOException;
    }

    /// The right to read, with the connection to read on; null when there is none yet.
    private record Lane(Connection connection, long usedAt) { }

    /// Looks for the first event of a time or later.
    private final class SinceSearch implements Search {
        private final long milliseconds;
        private final EventId upTo;
        private EventId place;

        SinceSearch(long milliseconds, EventId upTo) {
            this.milliseconds = milliseconds;
            this.upTo = upTo;
        }

        @Override
        public boolean step() throws InterruptedException {
            try {
                var from = new Out.Timestamp(Math.max(0, milliseconds / 1000 - CLOCKS_SECONDS));
                var found = with(connection -> first(connection, from));
                if (found == null) return false;
                place = found.map(at -> EventId.max(at, floor())).filter(upTo::isAfter).orElse(null);
            } catch (IOException away) {
                failed(away);
            }
            return true;
        }

        @Override
        public long found() {
            return place == null ? 0 : 1;
        }

        @Override
        public EventId place() {
            return place;
        }

        @Override
        public EventId reached() {
            return place == null ? EventId.ZERO : place;
        }

        @Override
        public long bytes() {
            return 0;
        }
    }

    /// Looks for the newest events that match, a window a step.
    private final class NewestSearch implements Search {
        private final ChannelSet set;
        private final Predicate<Event> accepted;
        private final long wanted;
        private final EventId upTo;
        private long end;
        private int window = FIRST_WINDOW;
        private int seen;
        private long found;
        private long bytes;
        private EventId place;
        private EventId reached;

        NewestSearch(ChannelSet set, Predicate<Event> accepted, long wanted, EventId upTo) {
            this.set = set;
            this.accepted = accepted;
            this.wanted = wanted;
            this.upTo = upTo;
            reached = upTo;
            end = Place.offset(upTo) + 1;
        }

        @Override
        public boolean step() throws InterruptedException {
            if (seen >= SEARCH_EVENTS || found >= wanted || end <= 0) return true;
            long from = Math.max(0, end - window);
            try {
                var part = with(connection -> search(connection, set, accepted, wanted - found, from, end, upTo));
                if (part == null) return false;
                seen += part.seen() + 1;
                found += part.ids().size();
                bytes += part.bytes();
                if (!part.ids().isEmpty()) place = part.ids().peekFirst().previous();
                reached = EventId.min(reached, Place.before(upTo.major(), from));
                if (part.first() > from) return true;
                end = from;
                window = part.bytes() < PAGE_BYTES ? Math.min(LARGEST_WINDOW, 2 * window) : Math.max(1, window / 2);
                return seen >= SEARCH_EVENTS || found >= wanted || end <= 0;
            } catch (IOException away) {
                failed(away);
                return true;
            }
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
    }
}
