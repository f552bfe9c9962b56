package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Reads the end of the log, by offset and without a consumer group. [Continuity] says where to go on.
final class KafkaReading implements Reading {
    private static final int PAGE_BYTES = 1 << 20;
    /// The broker answers as soon as there is something.
    private static final Duration WAIT = Duration.ofMillis(500);

    private final Partition partition;
    private final Continuity continuity;
    private final Lives lives;
    private final ReadBounds bounds;
    private RecordReader records;
    private EventId place;
    private EventId hole;
    private long offset;
    private boolean atEnd;

    KafkaReading(Partition partition, Continuity continuity, ReadBounds bounds, EventId place) throws IOException {
        this.partition = partition;
        this.continuity = continuity;
        lives = continuity.lives();
        this.bounds = bounds;
        this.place = place;
        try {
            resume();
        } catch (IOException failed) {
            partition.close();
            throw failed;
        }
    }

    @Override
    public List<Entry> next() throws IOException {
        if (hole != null) {
            place = hole;
            hole = null;
            atEnd = false;
            return List.of(new Entry.Hole(place));
        }
        try {
            var entries = read();
            bounds.fitted();
            return entries;
        } catch (KafkaException refused) {
            if (refused.code() != ErrorCode.OFFSET_OUT_OF_RANGE) throw refused;
            resume();
            atEnd = false;
            return List.of();
        } catch (OutOfMemoryError full) {
            bounds.overflowed();
            throw full;
        }
    }

    private List<Entry> read() throws IOException {
        int room = bounds.room();
        partition.connection().room(room);
        var fetched = partition.fetch(offset, Math.min(PAGE_BYTES, room / 2), atEnd ? WAIT : Duration.ZERO);
        var page = records.read(fetched, offset, _ -> true);
        lives.noteRead(records, fetched.end());
        lives.noteStart(partition, fetched.start());
        offset = page.next();
        var entries = page.entries();
        if (!entries.isEmpty() && !entries.getFirst().id().isAfter(place)) {
            var here = place; // others may have written to a topic that was made anew, before its life record
            entries = entries.stream().filter(entry -> entry.id().isAfter(here)).toList();
        }
        if (page.last() != null) place = EventId.max(place, page.last());
        atEnd = page.isEnd();
        return entries;
    }

    @Override
    public boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public void close() {
        partition.close();
    }

    private void resume() throws IOException {
        var resumption = continuity.resume(partition, place);
        records = new RecordReader(bounds, lives, resumption.birth());
        offset = resumption.offset();
        hole = resumption.hole();
    }
}
