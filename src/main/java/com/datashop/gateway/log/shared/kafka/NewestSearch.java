package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/// Looks for the newest events that match, from the end of the log backwards.
///
/// Kafka reads forwards only. So each step goes back by some records, reads these, and keeps the ids of those that
/// match.
final class NewestSearch implements Search {
    /// Whoever asks for what is rare gets what is among so many records.
    private static final int MOST_RECORDS = 20_000;
    private static final int FIRST_STEP = 64;
    private static final int SHORTEST_STEP = 16;
    private static final int LONGEST_STEP = 4000;
    /// A step reads about so many bytes, for some milliseconds.
    private static final long STEP_BYTES = 1 << 20;

    private final KafkaArchive archive;
    private final ChannelSet set;
    private final Predicate<Event> accepted;
    private final long wanted;
    private final EventId upTo;
    private final Turns.Turn turn;
    private EventId reached;
    private EventId place;
    private long to;
    private long step = FIRST_STEP;
    private long seen;
    private long found;
    private long bytes;

    NewestSearch(KafkaArchive archive, ChannelSet set, Predicate<Event> accepted, long wanted, EventId upTo) {
        this.archive = archive;
        this.set = set;
        this.accepted = accepted;
        this.wanted = wanted;
        this.upTo = upTo;
        turn = archive.turn();
        reached = upTo;
        to = upTo.minor() + 1;
    }

    @Override
    public boolean step() throws InterruptedException {
        long begin = archive.floor().minor() + 1;
        if (to <= begin || found == wanted) return true;
        long from = Math.max(begin, to - step);
        var matches = new ArrayDeque<EventId>();
        try {
            var scanned = archive.scan(turn, from, to, set::matches, entry -> {
                boolean matched = entry instanceof Entry.Stored(var event, _, _) && !event.id().isAfter(upTo)
                        && accepted.test(event);
                if (matched) matches.addFirst(entry.id());
                if (matches.size() > wanted) matches.removeLast();
            });
            if (scanned.isEmpty()) return false;
            long read = scanned.get().bytes();
            for (var id : matches) {
                if (found == wanted) break;
                found++;
                place = id.previous();
            }
            bytes += read;
            seen += to - from;
            step = Math.clamp(STEP_BYTES * (to - from) / Math.max(1, read), SHORTEST_STEP, LONGEST_STEP);
            to = from;
            var first = scanned.get().first();
            if (first != null) reached = EventId.min(reached, first.previous());
            return to <= begin || seen >= MOST_RECORDS || found == wanted;
        } catch (IOException away) {
            archive.failed(away);
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
