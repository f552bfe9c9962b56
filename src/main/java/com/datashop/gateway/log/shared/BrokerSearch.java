package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Turns;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/// Looks for the newest events that match, from the end of the log backwards, a window a step.
///
/// It keeps the ids of the events that match, and not the events.
///
/// @param <C> a connection to the broker
final class BrokerSearch<C extends Closeable> implements Search {
    /// The number of entries that it looks at, for some 50 ms.
    ///
    /// A caller that asks for something rare gets the matches among them. Every page that is opened anew makes such a
    /// search.
    private static final int MOST_ENTRIES = 20_000;

    private final BrokerArchive<C> archive;
    private final Lookback.Backwards<C> backwards;
    private final ChannelSet set;
    private final Predicate<Event> accepted;
    private final long wanted;
    private final EventId upTo;
    private final Turns.Turn turn;
    private final ArrayDeque<EventId> matches = new ArrayDeque<>();
    private EventId reached;
    private EventId place;
    private long seen;
    private long found;
    private long bytes;

    BrokerSearch(BrokerArchive<C> archive, Lookback.Backwards<C> backwards, ChannelSet set, Predicate<Event> accepted,
            long wanted, EventId upTo) {
        this.archive = archive;
        this.backwards = backwards;
        this.set = set;
        this.accepted = accepted;
        this.wanted = wanted;
        this.upTo = upTo;
        turn = archive.turn();
        reached = upTo;
    }

    @Override
    public boolean step() throws InterruptedException {
        if (found == wanted) return true;
        try {
            var window = archive.ask(turn, connection -> {
                matches.clear(); // those of a connection that failed halfway
                return backwards.next(connection, this::look);
            });
            if (window == null) return false;
            found += matches.size();
            if (!matches.isEmpty()) place = matches.getFirst().previous();
            seen += window.seen();
            bytes += window.bytes();
            reached = EventId.min(reached, window.reached());
            return window.isLast() || seen >= MOST_ENTRIES || found == wanted;
        } catch (IOException away) {
            archive.failed(away);
            return true;
        }
    }

    /// Keeps the id of an entry that matches, if it is among the newest.
    private void look(Entry entry) {
        if (!(entry instanceof Entry.Stored(var event, _, _)) || !set.matches(event.channel())) return;
        if (event.id().isAfter(upTo) || !accepted.test(event)) return;
        matches.addLast(event.id());
        if (matches.size() > wanted - found) matches.removeFirst();
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
