package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Broker;
import com.datashop.gateway.log.shared.BrokerArchive;
import com.datashop.gateway.log.shared.BrokerLog;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Reading;
import com.datashop.gateway.log.shared.Writing;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A log in a topic of Kafka 2.1 or later. The topic has one partition, and each event is a record.
///
/// ```
///   publishes ──▶ KafkaWriting: one record batch ──▶ leader, replicas ──▶ KafkaReading: by offset ──▶ everybody
///                    Producer: sent again, stored once                       Continuity: is it still the same log?
/// ```
///
/// [RecordReader] says what an id is, [BatchEncoder] what a record is, and [Continuity] how a loss is noticed.
public final class Kafka implements Broker {
    private static final int SAMPLE_BYTES = 128 << 10;
    private static final int FIRST_STEP = 256;
    private static final int LONGEST_STEP = 1 << 16;

    /// The errors of a broker that has just started, or that does not know yet who leads a new topic.
    private static final Set<ErrorCode> PASSING = EnumSet.of(ErrorCode.UNKNOWN_LEADER_EPOCH,
            ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.LEADER_NOT_AVAILABLE,
            ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.COORDINATOR_NOT_AVAILABLE);

    private final Cluster cluster;
    private final ReadBounds bounds;
    private final Lives lives = new Lives();
    private final Continuity continuity;
    private final Producer producer = new Producer();
    private final Archive archive;

    private Kafka(KafkaSettings settings, int bodyBytes) {
        bounds = new ReadBounds(bodyBytes);
        continuity = new Continuity(lives, bounds);
        cluster = new Cluster(settings);
        archive = new BrokerArchive<>(new KafkaLookback(cluster, lives, bounds));
    }

    /// Opens the log that the URL names. It makes the log if there is none.
    ///
    /// @param bodyBytes the largest publish to this node
    /// @throws IOException when it can not be used; its message is one line that names the cause
    public static BrokerLog open(KafkaSettings settings, long warmBytes, int bodyBytes) throws IOException {
        return BrokerLog.open(new Kafka(settings, bodyBytes), settings, warmBytes);
    }

    @Override
    public void begin() throws IOException {
        try (var partition = cluster.connect()) {
            continuity.begin(partition);
            try {
                producer.begin(partition.initProducer());
            } catch (KafkaException refused) {
                if (!mayPass(refused)) throw refused;
                // The writer asks again. Meanwhile the log can be read.
            }
        }
    }

    @Override
    public boolean mayPass(IOException failed) {
        return failed instanceof KafkaException refused && PASSING.contains(refused.code());
    }

    @Override
    public EventId origin() {
        return lives.origin();
    }

    /// Samples the log from its end backwards: a few records tell how much memory the records of a stretch take.
    @Override
    public EventId warmFrom(long bytes) throws IOException {
        try (var partition = cluster.connect()) {
            long begin = partition.start();
            long to = partition.end();
            long found = 0;
            long step = FIRST_STEP;
            while (to > begin && found < bytes) {
                long from = Math.max(begin, to - step);
                long each = averageBytes(partition, from);
                if (found + each * (to - from) > bytes) from = Math.max(from, to - (bytes - found) / each);
                found += Math.max(1, each * (to - from));
                if (from == to) break;
                to = from;
                step = Math.clamp(bytes / 8 / each, FIRST_STEP, LONGEST_STEP);
            }
            var first = to == begin ? null : lives.first(partition, to);
            return first == null ? lives.floor() : first.previous();
        }
    }

    /// The average number of bytes that a record takes on this node's heap, for a few records from this offset on.
    private long averageBytes(Partition partition, long from) throws IOException {
        var sample = partition.fetch(from, SAMPLE_BYTES, Duration.ZERO);
        var page = new RecordReader(bounds, null, lives.birth()).read(sample, from, _ -> true);
        long taken = 0;
        for (var entry : page.entries()) if (entry instanceof Entry.Stored(var event, _, _)) taken += event.bytes();
        if (page.entries().isEmpty()) return Event.BESIDE_DATA_BYTES;
        return Math.max(1, taken / page.entries().size());
    }

    @Override
    public EventId end() throws IOException {
        try (var partition = cluster.connect()) {
            return KafkaWriting.end(partition, lives, bounds);
        }
    }

    @Override
    public Reading read(EventId place) throws IOException {
        return new KafkaReading(cluster.connect(), continuity, bounds, place);
    }

    @Override
    public Writing write() throws IOException {
        return new KafkaWriting(cluster.connect(), cluster, continuity, bounds, producer);
    }

    @Override
    public long largest() {
        return bounds.largest();
    }

    @Override
    public byte[] encode(List<Draft> batch, String token) {
        return BatchEncoder.pieces(batch, token, System.currentTimeMillis(), lives.isStamped());
    }

    @Override
    public Archive archive() {
        return archive;
    }

    @Override
    public String kind() {
        return "kafka";
    }

    @Override
    public void declare(Registry registry) {
        registry.declare("gateway_log_events", "Records that the topic holds.", new Gauge(lives::held));
        registry.declare("gateway_log_unreadable_total",
                "Record batches that this node could not read, and told as gaps.",
                bounds.batches());
    }

    @Override
    public void close() {
        cluster.close();
    }
}
