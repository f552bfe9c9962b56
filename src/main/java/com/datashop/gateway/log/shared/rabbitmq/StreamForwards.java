package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Lookback.Stretch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads one stretch of the stream after a place. It is used once.
final class StreamForwards {
    /// The messages that RabbitMQ sends ahead.
    static final int CREDIT = 64;
    /// The bytes of events after which a stretch ends.
    static final long BYTES = 256 << 10;
    private static final int EVENTS = 1000;

    private final Rabbit rabbit;
    private final EventId after;
    private final EventId upTo;
    private final Lines lines = new Lines();
    private final List<Entry> entries = new ArrayList<>();
    private EventId place;
    private long bytes;

    StreamForwards(Rabbit rabbit, EventId after, EventId upTo) {
        this.rabbit = rabbit;
        this.after = after;
        this.upTo = upTo;
        place = after;
    }

    Stretch read(Connection connection) throws IOException {
        long offset = Place.offset(after);
        var messages = new Messages(connection, rabbit.settings().stream(), offset, CREDIT);
        var walk = new Walk(messages);
        boolean isThere = walk.next() && (messages.offset() == offset || !rabbit.beginsAt(messages.offset()))
                && !isOfOtherLog(messages);
        boolean isLast = isThere && read(messages, walk, new Lives(after.major()));
        messages.end();
        return isThere ? stretch(isLast) : readFromStart(connection);
    }

    /// Reads where the stream begins, since the place is not in it any more. The floor may have risen above the place.
    private Stretch readFromStart(Connection connection) throws IOException {
        var messages = new Messages(connection, rabbit.settings().stream(), "first", CREDIT);
        var walk = new Walk(messages);
        boolean isLast = true;
        if (walk.next()) {
            long life = messages.head().life() != 0 ? messages.head().life() : after.major();
            var floor = Place.before(life, messages.offset());
            if (floor.isAfter(after)) rabbit.noteFloor(EventId.max(rabbit.floor(), floor));
            else isLast = read(messages, walk, new Lives(0));
        }
        messages.end();
        return stretch(isLast);
    }

    private Stretch stretch(boolean isLast) {
        return new Stretch(entries, place, isLast, bytes);
    }

    /// Whether the message shows that the queue was made again since.
    private boolean isOfOtherLog(Messages messages) {
        var head = messages.head();
        return head.kind() == MessageHead.Kind.EVENTS && head.life() > after.major()
                || head.kind() == MessageHead.Kind.LIFE && messages.offset() == 0 && head.life() != after.major();
    }

    /// Reads on from the message that has come; false when the stretch is full.
    private boolean read(Messages messages, Walk walk, Lives lives) throws IOException {
        for (long next = messages.offset(); ; ) {
            if (messages.offset() != next && rabbit.beginsAt(messages.offset())) {
                // RabbitMQ has dropped messages that this reader wanted. The next stretch finds where the stream begins
                // now. A stretch that has read nothing yet tells the hole itself.
                if (place.isAfter(after)) return false;
                lives = new Lives(0);
            }
            next = messages.offset() + 1;
            long life = lives.present();
            boolean counts = lives.enterByMessage(messages);
            var begin = Place.before(lives.present(), messages.offset());
            if (begin.isAfter(upTo)) return true;
            if (lives.present() != life && begin.isAfter(place)) add(new Entry.Hole(begin));
            for (int index = 0; counts && messages.hasLine(); ) {
                if (bytes >= BYTES || entries.size() >= EVENTS) return false;
                long taken = messages.readLine(rabbit.largest() + Lines.FRAME_BYTES);
                if (Lines.isBatch(messages.line(), messages.lineLength())) continue;
                var id = Place.of(lives.present(), messages.offset(), index++);
                if (!id.isAfter(place)) continue; // an earlier stretch has read it, since a message may have many
                if (id.isAfter(upTo)) return true;
                bytes += taken;
                add(lines.entry(id, messages));
            }
            if (place.equals(upTo) || !walk.next()) return true;
        }
    }

    private void add(Entry entry) {
        entries.add(entry);
        place = entry.id();
    }
}
