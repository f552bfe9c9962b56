package com.datashop.gateway.log.redis;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.broker.Entry;
import com.datashop.gateway.log.broker.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads the end of the stream, and sees that it goes on where it was left.
///
/// ```
///                     the entry read last is          the stream ends     it is not there, but
///   connected ──▶     there, or is the last of all    before it           later ones are, and earlier
///                          │                               │                   │
///                          ▼                               ▼                   ▼
///                        go on                      mark a gap in the stream, read on up to it
/// ```
///
/// And when the entries right after it were dropped before they were read, that is a hole of this node's own.
///
/// A gap's id is a minute above the clocks of this node and of the stream: another node may have read further than this one before Redis lost its end, and no id may be
/// given twice, nor one below what a client has seen. (Ids are then ahead of the clock for a while, which harms nothing.) It is added only if the stream has not changed since it was looked at:
/// so the nodes that come back at the same time mark it once.
final class RedisReading implements Reading {
    private static final System.Logger LOG = System.getLogger(RedisReading.class.getName());
    private static final int PAGE_ENTRIES = 1000;
    private static final long PAGE_BYTES = 1 << 20;
    private static final String BLOCK_MILLISECONDS = "1000";
    private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);
    private static final long CLOCKS_MILLISECONDS = 60_000;
    private static final int TRIES = 20;

    private enum Continuity { WHOLE, TRIMMED, LOST }

    private final Connection connection;
    private final String stream;
    private final Retention retention;
    private final Entries entries = new Entries();
    private final Pace pace = new Pace(PAGE_ENTRIES, PAGE_BYTES);
    private EventId place;
    private Entry.Hole hole;
    private boolean atEnd;
    private long checkedAt = System.nanoTime();

    RedisReading(Connection connection, String stream, Retention retention, EventId place) throws IOException {
        this.connection = connection;
        this.stream = stream;
        this.retention = retention;
        this.place = place;
        try {
            if (continuity(retention.learn(connection)) == Continuity.LOST) mark();
            var extent = retention.learn(connection);
            if (continuity(extent) == Continuity.TRIMMED) hole = new Entry.Hole(extent.floor());
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    /// Sees that there is a stream, and that it begins with a gap.
    static void begin(Connection connection, String stream) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Connection.checked(connection.ask(Request.of("WATCH", stream)));
            if (!Extent.of(connection, stream).last().equals(EventId.ZERO)) {
                Connection.checked(connection.ask(Request.of("UNWATCH")));
                return;
            }
            if (add(connection, stream, "*", "begin")) return;
        }
        throw new IOException("the stream does not come to rest");
    }

    @Override
    public List<Entry> next() throws IOException {
        if (hole == null && System.nanoTime() - checkedAt > CHECK_PERIOD.toNanos()) check();
        var found = new ArrayList<Entry>();
        atEnd = false;
        if (hole != null) {
            found.add(hole);
            place = hole.id();
            hole = null;
            return found;
        }
        connection.send(Request.of("XREAD", "COUNT", String.valueOf(pace.count()), "BLOCK", BLOCK_MILLISECONDS, "STREAMS", stream, place.toString()));
        var page = Page.ofRead(connection, pace.bytes());
        atEnd = !pace.took(page);
        if (page.items().isEmpty()) return found;
        if (!atEnd) lookBack(page.items().getFirst(), found);
        for (var item : page.items()) found.add(entries.entry(item));
        place = page.items().getLast().id();
        return found;
    }

    @Override
    public boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public void close() {
        connection.close();
    }

    private void check() throws IOException {
        checkedAt = System.nanoTime();
        var extent = retention.learn(connection);
        if (place.isAfter(extent.last())) mark();
        retention.enforce(connection);
    }

    /// One that is behind may find that what came next has been dropped already.
    private void lookBack(Item next, List<Entry> found) throws IOException {
        var extent = retention.learn(connection);
        if (extent.first() != null && extent.first().isAfter(place) && next.id().previous().isAfter(place) && !next.isGap()) found.add(new Entry.Hole(next.id().previous()));
    }

    private Continuity continuity(Extent extent) throws IOException {
        if (place.equals(EventId.ZERO) || place.equals(extent.last())) return Continuity.WHOLE;
        if (place.isAfter(extent.last())) return Continuity.LOST;
        if (extent.first() == null) return Continuity.TRIMMED;
        if (extent.first().isAfter(place)) return extent.beginsWithGap() || !extent.first().previous().isAfter(place) ? Continuity.WHOLE : Continuity.TRIMMED;
        if (!range(place.toString()).isEmpty()) return Continuity.WHOLE;
        var next = range("(" + place);
        return next.isEmpty() || next.getFirst().isGap() ? Continuity.WHOLE : Continuity.LOST;
    }

    /// The entry at this place, or the first from there on.
    private List<Item> range(String from) throws IOException {
        connection.send(Request.of("XRANGE", stream, from, from.startsWith("(") ? "+" : from, "COUNT", "1"));
        return Page.ofRange(connection, PAGE_BYTES).items();
    }

    private void mark() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Connection.checked(connection.ask(Request.of("WATCH", stream)));
            var extent = retention.learn(connection);
            if (continuity(extent) != Continuity.LOST) {
                Connection.checked(connection.ask(Request.of("UNWATCH")));
                return;
            }
            long major = Math.max(System.currentTimeMillis(), Math.max(place.major(), extent.last().major())) + CLOCKS_MILLISECONDS;
            if (!add(connection, stream, major + "-0", "lost")) continue;
            LOG.log(WARNING, "event=broker-lost-events read=" + place + " end=" + extent.last() + " gap=" + major + "-0");
            return;
        }
        throw new IOException("the stream does not come to rest");
    }

    /// Adds the entry that marks a gap, unless the stream was changed since it is watched.
    private static boolean add(Connection connection, String stream, String id, String what) throws IOException {
        connection.send(new Request().command("MULTI").command("XADD", stream, id, Entries.GAP, what).command("EXEC").bytes());
        Connection.checked(connection.reply());
        var queued = connection.reply();
        var done = connection.reply();
        Connection.checked(queued);
        return Connection.checked(done) instanceof Reply.Many many && !(many.replies().getFirst() instanceof Reply.Failure);
    }
}
