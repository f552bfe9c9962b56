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
///
/// A message may be larger than a page of entries. Then several calls of [#next()] read it, line by line.
final class RabbitReading implements Reading {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int CREDIT = 2000;
    private static final long PAGE_BYTES = 1 << 20;
    private static final int PAGE_EVENTS = 4000;
    /// How often a node that is busy reading asks whether it is at the end.
    private static final long FENCE_NANOS = Duration.ofMillis(200).toNanos();
    /// An event with less data is always taken.
    private static final long LEAST_BYTES = 64 << 10;

    private final Rabbit rabbit;
    private final Lines lines = new Lines();
    private Messages messages;
    private Lives lives;
    /// The place of the last entry that was returned.
    private EventId place;
    /// The end of a hole that is to be returned next; null for none.
    private EventId hole;
    /// Whether [#resume()] has already asked for the next message.
    private boolean readAhead;
    /// Whether lines of the message are left to read.
    private boolean inMessage;
    /// The index of the next event in the message.
    private int index;
    /// The offset that follows the last message; -1 before the first.
    private long nextOffset;
    private boolean atEnd;
    /// Whether the last call found nothing. Then it is not necessary to ask for the end at once.
    private boolean quiet;
    private long fencedAt = System.nanoTime() - FENCE_NANOS;
    private long largest;

    RabbitReading(Rabbit rabbit, EventId place) throws IOException {
        this.rabbit = rabbit;
        this.place = place;
        largest = rabbit.largest();
        rabbit.declare();
        try {
            resume();
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
        if (lives.present() != 0) rabbit.noteLife(lives.present());
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
            if (inMessage) bytes += readEvents(found, PAGE_BYTES - bytes);
            if (bytes >= PAGE_BYTES || found.size() >= PAGE_EVENTS) return found;
            if (!asked && !found.isEmpty() && !readAhead && !messages.hasNext()) return found;
            switch (nextStep(asked ? Connection.PATIENCE : WAIT)) {
                case MESSAGE -> {
                    if (hasMissedMessages()) {
                        close();
                        resume();
                        return found;
                    }
                    beginMessage(found);
                }
                case FENCE -> {
                    if (messages.fences() < fence) continue;
                    fencedAt = System.nanoTime();
                    atEnd = true;
                    quiet = found.isEmpty();
                    return found;
                }
                case NOTHING -> {
                    if (asked) throw Connection.silent();
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

    private Messages.Step nextStep(Duration wait) throws IOException {
        if (!readAhead) return messages.next(wait);
        readAhead = false;
        return Messages.Step.MESSAGE;
    }

    /// Whether RabbitMQ has dropped messages between the last one and this one.
    private boolean hasMissedMessages() throws IOException {
        long offset = messages.offset();
        boolean jumps = nextOffset >= 0 && offset != nextOffset;
        nextOffset = offset + 1;
        return jumps && rabbit.beginsAt(offset);
    }

    /// Takes the head of a message. For events, [#readEvents] reads the lines.
    private void beginMessage(List<Entry> found) throws IOException {
        var head = messages.head();
        long offset = messages.offset();
        if (head.kind() == null) {
            if (lives.present() != 0) add(found, new Entry.Foreign(Place.of(lives.present(), offset, 0)));
            return;
        }
        switch (head.kind()) {
            case LIFE -> {
                if (lives.enter(offset, head)) tellNewLife(found, offset);
            }
            case FENCE -> rabbit.inFlight().noteFence(head.token(), place);
            case EVENTS -> {
                switch (lives.enterByEvents(head.life())) {
                    case PRESENT -> { }
                    case NEXT -> tellNewLife(found, offset);
                    case VOID -> {
                        skipVoid();
                        return;
                    }
                }
                rabbit.noteRead(offset, head.token());
                lines.begin();
                inMessage = true;
                index = 0;
            }
        }
    }

    /// Skips a void message. It names each of its batches to the writer, which sends those of this node again.
    private void skipVoid() throws IOException {
        while (messages.hasLine()) {
            messages.readLine(Lines.FRAME_BYTES);
            if (!Lines.isBatch(messages.line(), messages.lineLength())) continue;
            lines.batch(messages.line(), messages.lineLength());
            rabbit.inFlight().noteVoid(lines.token());
        }
    }

    /// Tells a hole where a new life begins: the log has lost the end of the life before.
    private void tellNewLife(List<Entry> found, long offset) throws IOException {
        rabbit.noteLife(lives.present());
        var from = Place.before(lives.present(), offset);
        if (from.isAfter(place)) add(found, new Entry.Hole(from));
        else rabbit.beginLifeAfterLoss(lives.present(), place);
    }

    /// Reads events of the message until the page is full, and returns their bytes.
    private long readEvents(List<Entry> found, long room) throws IOException {
        long bytes = 0;
        while (messages.hasLine()) {
            if (bytes >= room || found.size() >= PAGE_EVENTS) return bytes;
            bytes += messages.readLine(largest + Lines.FRAME_BYTES);
            if (Lines.isBatch(messages.line(), messages.lineLength())) {
                lines.batch(messages.line(), messages.lineLength());
                rabbit.inFlight().noteRead(lines.token());
                continue;
            }
            if (index == Place.MAX_EVENTS) continue;
            var id = Place.of(lives.present(), messages.offset(), index++);
            add(found, lines.entry(id, messages));
        }
        largest = rabbit.largest();
        inMessage = false;
        return bytes;
    }

    private void add(List<Entry> found, Entry entry) {
        if (!entry.id().isAfter(place)) return;
        found.add(entry);
        place = entry.id();
    }

    /// Begins to read at the place, or where the log goes on after a loss.
    private void resume() throws IOException {
        if (place.equals(EventId.ZERO)) {
            open("first", 0);
            return;
        }
        long asked = Place.offset(place);
        open(asked, place.major());
        messages.fence();
        var step = messages.next(Connection.PATIENCE);
        if (step == Messages.Step.NOTHING) throw Connection.silent(); // which does not mean that the log lost anything
        if (step == Messages.Step.MESSAGE && messages.offset() >= asked && isSameLog(messages.head())) {
            readAhead = true;
            if (messages.offset() > asked) {
                hole = Place.before(place.major(), messages.offset());
                rabbit.noteFloor(EventId.max(rabbit.floor(), hole));
            }
            return;
        }
        close();
        resumeAfterLoss();
    }

    /// Whether the message that has come can be the one at the place, or one after it in the same log.
    private boolean isSameLog(MessageHead head) {
        if (head.kind() == MessageHead.Kind.EVENTS)
            return head.life() == place.major() && rabbit.isAsRead(messages.offset(), head.token());
        return head.kind() != MessageHead.Kind.LIFE || messages.offset() > 0 || head.life() == place.major();
    }

    /// Begins to read where the log has lost its end, or where the queue was made again.
    private void resumeAfterLoss() throws IOException {
        StreamBounds.Message first;
        long life;
        long next;
        try (var bounds = new StreamBounds(rabbit)) {
            first = bounds.first();
            life = first == null ? 0 : bounds.life();
            next = first == null ? 0 : bounds.next();
        }
        if (first != null) rabbit.noteFloor(Place.before(first.life() != 0 ? first.life() : life, first.offset()));
        if (life > place.major()) {
            open("first", 0);
            return;
        }
        rabbit.beginLifeAfterLoss(life, place);
        open(next, life);
    }

    private void open(Object from, long life) throws IOException {
        lives = new Lives(life);
        nextOffset = -1;
        messages = rabbit.messages(from, CREDIT);
    }
}
