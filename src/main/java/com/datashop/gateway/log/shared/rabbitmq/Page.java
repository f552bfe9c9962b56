package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A page of the events of some channels after a place. It is read once.
final class Page {
    /// The messages that RabbitMQ sends ahead.
    static final int CREDIT = 64;
    /// The bytes of events after which a page ends.
    static final long BYTES = 256 << 10;
    private static final int EVENTS = 1000;

    private final Rabbit rabbit;
    private final ChannelSet set;
    private final EventId after;
    private final EventId upTo;
    private final Lines lines = new Lines();
    private final List<Step> steps = new ArrayList<>();
    private EventId place;
    private long bytes;
    private int seen;

    Page(Rabbit rabbit, ChannelSet set, EventId after, EventId upTo) {
        this.rabbit = rabbit;
        this.set = set;
        this.after = after;
        this.upTo = upTo;
        place = after;
    }

    Slice read(Connection connection) throws IOException {
        long offset = Place.offset(after);
        var messages = new Messages(connection, rabbit.settings().stream(), offset, CREDIT);
        var walk = new Walk(messages);
        boolean isThere = walk.next() && messages.offset() == offset && !isOfAnother(messages);
        var slice = isThere ? read(messages, walk, new Lives(after.major())) : null;
        messages.end();
        return isThere ? slice : elsewhere(connection);
    }

    /// The place is not in the stream any more. If the stream begins after it, the caller learns the new floor.
    private Slice elsewhere(Connection connection) throws IOException {
        var messages = new Messages(connection, rabbit.settings().stream(), "first", CREDIT);
        var walk = new Walk(messages);
        Slice slice = new Slice(List.of(), upTo, true);
        if (walk.next()) {
            long life = messages.head().life() != 0 ? messages.head().life() : after.major();
            var floor = Place.before(life, messages.offset());
            if (floor.isAfter(after)) {
                rabbit.lowest(EventId.max(rabbit.lowest(), floor));
                slice = new Slice(List.of(), after, false);
            } else {
                slice = read(messages, walk, new Lives(0));
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
    private Slice read(Messages messages, Walk walk, Lives lives) throws IOException {
        do {
            long life = lives.now();
            boolean events = lives.isEvents(messages);
            var begin = Place.before(lives.now(), messages.offset());
            if (begin.isAfter(upTo)) return new Slice(steps, upTo, true);
            if (lives.now() != life && begin.isAfter(place)) {
                steps.add(new Step.Lost(place, begin, Step.Lost.UNKNOWN));
                place = begin;
            }
            if (!events) continue;
            for (int index = 0; messages.hasLine(); ) {
                if (bytes >= BYTES || seen >= EVENTS) return new Slice(steps, place, false);
                long taken = messages.readLine(rabbit.largest() + Lines.FRAME_BYTES);
                if (Lines.isBatch(messages.line(), messages.lineLength())) continue;
                var id = Place.of(lives.now(), messages.offset(), index++);
                if (!id.isAfter(place)) continue; // read before: a page must get on, however large the message is
                if (id.isAfter(upTo)) return new Slice(steps, upTo, true);
                bytes += taken;
                seen++;
                add(lines.entry(id, messages));
                place = id;
            }
            if (place.equals(upTo)) return new Slice(steps, upTo, true);
        } while (walk.next());
        return new Slice(steps, upTo, true);
    }

    private void add(Entry entry) {
        switch (entry) {
            case Entry.Stored(var event, _, _) -> {
                if (set.matches(event.channel())) steps.add(new Step.Found(event));
            }
            case Entry.TooLarge(var id, var channel, _, _) -> {
                if (set.matches(channel)) steps.add(new Step.Lost(place, id, 1));
            }
            case Entry.Hole _, Entry.Foreign _ -> { }
        }
    }
}
