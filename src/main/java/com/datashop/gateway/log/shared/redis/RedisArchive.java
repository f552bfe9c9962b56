package com.datashop.gateway.log.shared.redis;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// The events that Redis still has, for readers with an old cursor: a few at a time by turns, page by page.
///
/// Redis has every entry at or above the stream's floor. So a page is whole if the floor, asked for after the page, is
/// not above the beginning of the page. While Redis is away, a reader gets nothing, and asks again.
final class RedisArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(RedisArchive.class.getName());
    /// The number of connections. It leaves Redis time for live events.
    private static final int CONNECTIONS = 2;
    private static final int PAGE_ENTRIES = 500;
    private static final long PAGE_BYTES = 256 << 10;
    /// The number of entries that a search for the newest matches looks at, for some 50 ms.
    ///
    /// A caller that asks for something rare gets the matches among them. Every page that is opened anew makes such a
    /// search.
    private static final int SEARCH_ENTRIES = 20_000;
    /// How far ahead a clock may be. Events with a timestamp after their arrival are found within this.
    private static final long CLOCKS_MILLISECONDS = 60_000;
    /// The wait before a reader asks again. It is short, because a stream must show meanwhile that it is alive.
    private static final Duration AWAY_PERIOD = Duration.ofMillis(400);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final Redis redis;
    private final Turns turns = new Turns(CONNECTIONS);
    private final BlockingQueue<Lane> lanes = new ArrayBlockingQueue<>(CONNECTIONS);
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    RedisArchive(Redis redis) {
        this.redis = redis;
        for (int i = 0; i < CONNECTIONS; i++) lanes.add(new Lane(null));
    }

    @Override
    public EventId floor() {
        return redis.retention().floor();
    }

    /// Whether the id may have been issued. Always true: Redis may skip ids, and any place between two events is a
    /// cursor.
    @Override
    public boolean issued(EventId id) {
        return true;
    }

    @Override
    public Reader reader(ChannelSet set) {
        return new RangeReader(set);
    }

    /// Looks by the id, which is the time of arrival. The reader leaves out the events whose timestamp is older.
    @Override
    public Search since(ChannelSet set, long milliseconds, EventId upTo) {
        var place = EventId.max(new EventId(Math.max(0, milliseconds - CLOCKS_MILLISECONDS), 0), floor());
        return Search.ended(upTo.isAfter(place) ? place : null);
    }

    @Override
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new NewestSearch(set, accepted, n, upTo);
    }

    private static List<Event> events(ChannelSet set, List<Item> items) {
        var entries = new Entries();
        return items.stream().map(item -> event(entries, set, item)).flatMap(Optional::stream).toList();
    }

    private static Optional<Event> event(Entries entries, ChannelSet set, Item item) {
        return entries.draft(item).filter(draft -> set.matches(draft.channel()))
                .map(draft -> Event.of(item.id(), draft));
    }

    /// Reads a page, and then the floor, in one turn.
    ///
    /// @return null when the turn did not come in time
    private Read read(Turns.Turn turn, Pace pace, byte[] request) throws IOException, InterruptedException {
        if (!turn.begin()) return null;
        try {
            return read(pace, request);
        } finally {
            turn.end();
        }
    }

    /// Reads on a connection of the archive's. There is one for each turn.
    ///
    /// Redis may have ended a connection that was not used for a while. Then another one is tried.
    private Read read(Pace pace, byte[] request) throws IOException, InterruptedException {
        var lane = lanes.take();
        var connection = lane.connection();
        try {
            if (connection != null) {
                try {
                    return read(connection, pace, request);
                } catch (IOException stale) {
                    connection.close();
                }
            }
            connection = null;
            connection = redis.connect();
            return read(connection, pace, request);
        } catch (IOException failed) {
            if (connection != null) connection.close();
            connection = null;
            throw failed;
        } finally {
            lanes.add(new Lane(connection));
        }
    }

    private Read read(Connection connection, Pace pace, byte[] request) throws IOException {
        connection.send(request);
        var page = Page.ofRange(connection, pace.bytes(), pace.largest());
        return new Read(page, redis.retention().learn(connection).floor());
    }

    private void failed(IOException why) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        String reason = Redis.message(why).replaceAll("[\\p{Cntrl}\"]+", " ");
        LOG.log(WARNING, "event=log-unreadable reason=\"" + reason + "\"");
    }

    /// A page, and the floor after the page was read.
    private record Read(Page page, EventId floor) { }

    /// The right to read, with the connection to read on; null when none is open yet.
    private record Lane(Connection connection) { }

    /// Reads a page a slice.
    private final class RangeReader implements Reader {
        private final ChannelSet set;
        private final Pace pace = new Pace(PAGE_ENTRIES, PAGE_BYTES, redis.largest());
        private final Turns.Turn turn = turns.turn();
        private long bytes;

        RangeReader(ChannelSet set) {
            this.set = set;
        }

        @Override
        public Slice next(EventId after, EventId upTo) throws InterruptedException {
            try {
                return slice(after, upTo);
            } catch (IOException away) {
                failed(away);
                Thread.sleep(AWAY_PERIOD);
                return new Slice(List.of(), after, false);
            }
        }

        @Override
        public long bytes() {
            return bytes;
        }

        private Slice slice(EventId after, EventId upTo) throws IOException, InterruptedException {
            var read = read(turn, pace, RedisCommand.of("XRANGE", redis.settings().stream(), "(" + after,
                    upTo.toString(), "COUNT", String.valueOf(pace.count())));
            if (read == null || read.floor().isAfter(after)) return new Slice(List.of(), after, false);
            var page = read.page();
            bytes += page.bytes();
            boolean more = pace.took(page);
            if (!more) turn.renew();
            var steps = new ArrayList<Step>();
            var entries = new Entries();
            var from = after;
            for (var item : page.items()) {
                if (item.isGap()) steps.add(new Step.Lost(from, item.id(), Step.Lost.UNKNOWN));
                else if (entries.tooLarge(item).filter(set::matches).isPresent())
                    steps.add(new Step.Lost(from, item.id(), 1));
                else event(entries, set, item).map(Step.Found::new).ifPresent(steps::add);
                from = item.id();
            }
            return new Slice(steps, more ? from : upTo, !more);
        }
    }

    /// Looks for the newest that match, a page a step.
    private final class NewestSearch implements Search {
        private final ChannelSet set;
        private final Predicate<Event> accepted;
        private final long wanted;
        private final Pace pace = new Pace(PAGE_ENTRIES, PAGE_BYTES, redis.largest());
        private final Turns.Turn turn = turns.turn();
        private EventId reached;
        private String to;
        private int seen;
        private long found;
        private long bytes;
        private EventId place;

        NewestSearch(ChannelSet set, Predicate<Event> accepted, long wanted, EventId upTo) {
            this.set = set;
            this.accepted = accepted;
            this.wanted = wanted;
            reached = upTo;
            to = upTo.toString();
        }

        @Override
        public boolean step() throws InterruptedException {
            try {
                String count = String.valueOf(pace.count());
                var request = RedisCommand.of("XREVRANGE", redis.settings().stream(), to, "-", "COUNT", count);
                var read = read(turn, pace, request);
                if (read == null) return false;
                var page = read.page();
                for (var event : events(set, page.items())) {
                    if (found == wanted || !accepted.test(event)) continue;
                    found++;
                    place = event.id().previous();
                }
                seen += page.items().size();
                bytes += page.bytes();
                boolean more = pace.took(page);
                // The entry that marks the beginning lies below what is looked for: its place would tell a gap.
                var last = more ? EventId.max(page.items().getLast().id().previous(), read.floor()) : read.floor();
                reached = EventId.min(reached, last);
                if (!more || seen >= SEARCH_ENTRIES || found == wanted) return true;
                to = "(" + page.items().getLast().id();
                return false;
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
