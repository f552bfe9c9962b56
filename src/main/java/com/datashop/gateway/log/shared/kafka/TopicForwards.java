package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Lookback;
import com.datashop.gateway.log.shared.Lookback.Stretch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Reads the topic forwards, a page of record batches for each stretch. Each page tells the log's floor too.
final class TopicForwards implements Lookback.Forwards<Partition> {
    private final Lives lives;
    private final ReadBounds bounds;
    private final Predicate<Channel> wanted;
    /// The last loss that this reader told; null when it told none.
    private LifeRecord told;

    TopicForwards(Lives lives, ReadBounds bounds, Predicate<Channel> wanted) {
        this.lives = lives;
        this.bounds = bounds;
        this.wanted = wanted;
    }

    @Override
    public Stretch next(Partition partition, EventId after, EventId upTo) throws IOException {
        long from = Lives.offsetAfter(after);
        var records = records(after, told);
        var page = page(partition, records, from);
        if (page == null || page.first() == null || page.first().major() != after.major()) {
            // The topic has another epoch there, or nothing. The end of the place's own epoch may be lost.
            long next = lives.resumeOffset(partition, after);
            if (next < from) return readBehindLoss(partition, after, next);
            if (page == null) return outOfRange(partition);
        }
        told = records.told();
        return new Stretch(page.entries(), page.last(), page.isEnd(), page.bytes());
    }

    /// Goes on where the lost end began, behind a hole. A life record that tells of the same loss adds no second hole.
    private Stretch readBehindLoss(Partition partition, EventId after, long next) throws IOException {
        var loss = new LifeRecord(lives.birth(after).orElse(lives.birth()), next, next);
        var records = records(after, loss);
        var page = page(partition, records, next);
        if (page == null) return outOfRange(partition);
        if (page.first() == null) return new Stretch(List.of(), null, true, 0);
        var entries = new ArrayList<Entry>();
        if (!loss.isSameLoss(told)) entries.add(new Entry.Hole(page.first().previous()));
        entries.addAll(page.entries());
        told = records.told();
        return new Stretch(entries, page.last(), page.isEnd(), page.bytes());
    }

    /// Learns where the log begins now. A caller that asked for something below finds that out by the floor.
    private Stretch outOfRange(Partition partition) throws IOException {
        lives.noteStart(partition, partition.start());
        return new Stretch(List.of(), null, true, 0);
    }

    private RecordReader records(EventId after, LifeRecord known) {
        return new RecordReader(bounds, null, lives.birth(after).orElse(lives.birth())).knowing(known);
    }

    /// The records from the offset on; null when the log does not have the offset.
    private RecordReader.Page page(Partition partition, RecordReader records, long from) throws IOException {
        try {
            var fetched = partition.fetch(from, KafkaLookback.PAGE_BYTES, Duration.ZERO);
            var page = records.read(fetched, from, wanted);
            lives.noteStart(partition, fetched.start());
            return page;
        } catch (KafkaException refused) {
            if (refused.code() != ErrorCode.OFFSET_OUT_OF_RANGE) throw refused;
            return null;
        }
    }
}
