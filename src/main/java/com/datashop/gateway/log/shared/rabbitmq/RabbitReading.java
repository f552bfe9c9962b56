package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads the end of the stream. It first checks that the stream goes on where this node has left it.
///
/// ```
///                     the message at the        the stream begins       the stream ends before it,
///   connected ──▶     place is the same         after it                or another message is there
///                          │                         │                       │
///                          ▼                         ▼                       ▼
///                        go on              a hole of this node's own    begin a life, unless one has begun;
///                                                                        read on up to it
/// ```
///
/// RabbitMQ silently moves an offset that is out of range to a place where it has messages. So the first message that
/// comes is compared with the one that was asked for. RabbitMQ also drops messages under a reader that is slow. The
/// reader then connects once more, and finds the hole.
final class RabbitReading implements Reading {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int CREDIT = 2000;
    private static final long PAGE_BYTES = 1 << 20;
    private static final int PAGE_EVENTS = 4000;
    /// A node that is busy reading asks this often whether it is at the end.
    private static final long FENCE_NANOS = Duration.ofMillis(200).toNanos();
    /// An event with less data is always taken.
    private static final long LEAST_BYTES = 64 << 10;

    private final Rabbit rabbit;
    private final Lines lines = new Lines();
    private Messages messages;
    private Lives lives;
    private EventId place;
    private EventId hole;
    private boolean held;
    private boolean reading;
    private int index;
    /// The offset that follows the last message; -1 before the first.
    private long following;
    private boolean atEnd;
    private boolean quiet;
    private long fencedAt = System.nanoTime() - FENCE_NANOS;
    private long largest;

    RabbitReading(Rabbit rabbit, EventId place) throws IOException {
        this.rabbit = rabbit;
        this.place = place;
        largest = rabbit.largest();
        rabbit.declare();
        try {
            attach();
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
        if (lives.now() != 0) rabbit.life(lives.now());
    }

    @Override
    public List<Entry> next() throws IOException {
        try {
            return read();
        } catch (OutOfMemoryError full) {
            largest = Math.max(LEAST_BYTES, largest / 2);
            throw full;
        }
    }

    private List<Entry> read() throws IOException {
        var found = new ArrayList<Entry>();
        atEnd = false;
        if (hole != null) {
            add(found, new Entry.Hole(hole));
            hole = null;
            return found;
        }
        boolean asked = !quiet && System.nanoTime() - fencedAt >= FENCE_NANOS;
        long fence = asked ? messages.fence() : Long.MAX_VALUE;
        quiet = false;
        for (long bytes = 0; ; ) {
            if (reading) bytes += events(found, PAGE_BYTES - bytes);
            if (bytes >= PAGE_BYTES || found.size() >= PAGE_EVENTS) return found;
            if (!asked && !found.isEmpty() && !held && !messages.hasNext()) return found;
            switch (step(asked ? Connection.PATIENCE : WAIT)) {
                case MESSAGE -> {
                    if (isBehindDropped()) {
                        close();
                        attach();
                        return found;
                    }
                    message(found);
                }
                case FENCE -> {
                    if (messages.fences() < fence) continue;
                    fencedAt = System.nanoTime();
                    atEnd = true;
                    quiet = found.isEmpty();
                    return found;
                }
                case NOTHING -> {
                    if (asked) throw new IOException("RabbitMQ has not answered for "
                            + Connection.PATIENCE.toSeconds() + " s");
                    asked = true;
                    fence = messages.fence();
                }
            }
        }
    }

    @Override
    public boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public void close() {
        if (messages != null) messages.close();
    }

    private Messages.Step step(Duration wait) throws IOException {
        if (!held) return messages.next(wait);
        held = false;
        return Messages.Step.MESSAGE;
    }

    /// Whether RabbitMQ has dropped messages between the last one and this one.
    private boolean isBehindDropped() throws IOException {
        long offset = messages.offset();
        boolean jumps = following >= 0 && offset != following;
        following = offset + 1;
        return jumps && rabbit.begins(offset);
    }

    /// Begins to read a message.
    private void message(List<Entry> found) throws IOException {
        var head = messages.head();
        long offset = messages.offset();
        if (head.kind() == null) {
            if (lives.now() != 0) add(found, new Entry.Foreign(Place.of(lives.now(), offset, 0)));
            return;
        }
        switch (head.kind()) {
            case LIFE -> {
                if (lives.begins(offset, head)) changed(found, offset);
            }
            case FENCE -> rabbit.flights().readFence(head.token(), place);
            case EVENTS -> {
                switch (lives.events(head.life())) {
                    case OURS -> { }
                    case OF_NEXT -> changed(found, offset);
                    case VOID -> {
                        passOver();
                        return;
                    }
                }
                rabbit.read(offset, head.token());
                lines.begin();
                reading = true;
                index = 0;
            }
        }
    }

    /// Passes over a void message. It tells the writer of each batch, which goes again if it is this node's.
    private void passOver() throws IOException {
        while (messages.hasLine()) {
            messages.readLine(Lines.FRAME_BYTES);
            if (!Lines.isBatch(messages.line(), messages.lineLength())) continue;
            lines.batch(messages.line(), messages.lineLength());
            rabbit.flights().readVoid(lines.token());
        }
    }

    /// Goes on in a life that has begun. The end of the life before is lost.
    private void changed(List<Entry> found, long offset) throws IOException {
        rabbit.life(lives.now());
        var from = Place.before(lives.now(), offset);
        if (from.isAfter(place)) add(found, new Entry.Hole(from));
        else rabbit.beginAnew(lives.now(), place);
    }

    /// Reads on in the events of a message. It returns the bytes that they have.
    private long events(List<Entry> found, long room) throws IOException {
        long bytes = 0;
        while (messages.hasLine()) {
            if (bytes >= room || found.size() >= PAGE_EVENTS) return bytes;
            bytes += messages.readLine(largest + Lines.FRAME_BYTES);
            if (Lines.isBatch(messages.line(), messages.lineLength())) {
                lines.batch(messages.line(), messages.lineLength());
                rabbit.flights().read(lines.token());
                continue;
            }
            if (index == Place.MAX_EVENTS) continue;
            var id = Place.of(lives.now(), messages.offset(), index++);
            var entry = lines.entry(id, messages);
            add(found, entry);
        }
        largest = rabbit.largest();
        reading = false;
        return bytes;
    }

    private void add(List<Entry> found, Entry entry) {
        if (!entry.id().isAfter(place)) return;
        found.add(entry);
        place = entry.id();
    }

    /// Begins to read at the place, or where the log goes on after a loss.
    private void attach() throws IOException {
        if (place.equals(EventId.ZERO)) {
            open("first", 0);
            return;
        }
        long asked = Place.offset(place);
        open(asked, place.major());
        messages.fence();
        var step = messages.next(Connection.PATIENCE);
        // Silence does not say that the log has lost anything.
        if (step == Messages.Step.NOTHING) throw new IOException("RabbitMQ has not answered for "
                + Connection.PATIENCE.toSeconds() + " s");
        if (step == Messages.Step.MESSAGE && messages.offset() >= asked && isOurs(messages.head())) {
            held = true;
            if (messages.offset() > asked) {
                hole = Place.before(place.major(), messages.offset());
                rabbit.lowest(EventId.max(rabbit.lowest(), hole));
            }
            return;
        }
        close();
        goOn();
    }

    /// Whether the message that has come can be the one at the place, or one after it in the same log.
    private boolean isOurs(Head head) {
        if (head.kind() == Head.Kind.EVENTS)
            return head.life() == place.major() && rabbit.isAsRead(messages.offset(), head.token());
        return head.kind() != Head.Kind.LIFE || messages.offset() > 0 || head.life() == place.major();
    }

    /// Goes on when the log has lost its end, or when the queue was made again.
    private void goOn() throws IOException {
        Backwards.Message first;
        long life;
        long next;
        try (var backwards = new Backwards(rabbit)) {
            first = backwards.first();
            life = first == null ? 0 : backwards.life();
            next = first == null ? 0 : backwards.next();
        }
        if (first != null) rabbit.lowest(Place.before(first.life() != 0 ? first.life() : life, first.offset()));
        if (life > place.major()) {
            open("first", 0);
            return;
        }
        rabbit.beginAnew(life, place);
        open(next, life);
    }

    private void open(Object from, long life) throws IOException {
        lives = new Lives(life);
        following = -1;
        messages = rabbit.messages(from, CREDIT);
    }
}
