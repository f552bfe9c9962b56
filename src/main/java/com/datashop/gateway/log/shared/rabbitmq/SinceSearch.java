package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Search;
import java.io.IOException;
import java.util.Optional;

/// Looks up a time, in one step.
///
/// RabbitMQ knows when messages came. The reader then leaves out the events whose own timestamp is older.
final class SinceSearch implements Search {
    /// Finds an event that claims to be later than it came, by a clock that is ahead.
    private static final long CLOCKS_SECONDS = 60;

    private final RabbitArchive archive;
    private final long milliseconds;
    private final EventId upTo;
    private EventId place;

    SinceSearch(RabbitArchive archive, long milliseconds, EventId upTo) {
        this.archive = archive;
        this.milliseconds = milliseconds;
        this.upTo = upTo;
    }

    @Override
    public boolean step() throws InterruptedException {
        var from = new Out.Timestamp(Math.max(0, milliseconds / 1000 - CLOCKS_SECONDS));
        try {
            var found = archive.lanes().ask(connection -> first(connection, from));
            if (found.isEmpty()) return false;
            place = found.get().map(at -> EventId.max(at, archive.floor())).filter(upTo::isAfter).orElse(null);
        } catch (IOException away) {
            archive.failed(away);
            // The reader waits until RabbitMQ is back, and leaves out what is older.
            if (upTo.isAfter(archive.floor())) place = archive.floor();
        }
        return true;
    }

    /// The place before the first message from there on that names a life; empty when there is none.
    private Optional<EventId> first(Connection connection, Out.Timestamp from) throws IOException {
        var messages = new Messages(connection, archive.rabbit().settings().stream(), from, 1);
        var walk = new Walk(messages);
        EventId found = null;
        while (found == null && walk.next())
            if (messages.head().life() != 0) found = Place.before(messages.head().life(), messages.offset());
        messages.end();
        return Optional.ofNullable(found);
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
