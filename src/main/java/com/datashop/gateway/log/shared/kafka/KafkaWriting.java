package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Pending;
import com.datashop.gateway.log.shared.Writing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Stores batches. Those that wait become one record batch, as far as they fit. Kafka stores it whole or not at all.
///
/// One record batch is under way at a time. More would not be faster, because the publishes that come meanwhile go
/// together into the next one.
final class KafkaWriting implements Writing {
    /// How long the replicas may take.
    private static final Duration ACKNOWLEDGED = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    /// With 512 publishers this wait saved the broker more than half of the requests. They were answered earlier, not
    /// later, because the processors were free for them: 17.7 k events/s instead of 15.6 k.
    private static final Duration LINGER = Duration.ofMillis(2);

    private final Partition partition;
    private final Cluster cluster;
    private final Continuity continuity;
    private final Lives lives;
    private final ReadBounds bounds;
    private final Producer producer;

    /// Begins to write. It first sends again the record batch that an earlier connection left without an answer.
    ///
    /// Then the fate of that batch is known.
    KafkaWriting(Partition partition, Cluster cluster, Continuity continuity, ReadBounds bounds,
            Producer producer) throws IOException {
        this.partition = partition;
        this.cluster = cluster;
        this.continuity = continuity;
        lives = continuity.lives();
        this.bounds = bounds;
        this.producer = producer;
        partition.connection().patience(PATIENCE);
        try {
            if (!continuity.isKnown(partition))
                throw new IOException("the topic was made anew, and has not been read yet");
            producer.forgetOld();
            if (producer.sent() != null) {
                byte[] again = producer.batch(lives.birth());
                settle(ErrorCode.of(partition.produce(again, ACKNOWLEDGED)), again.length, false);
            }
            if (producer.id() == null) producer.begin(partition.initProducer());
        } catch (IOException failed) {
            partition.close();
            throw failed;
        }
    }

    /// Always true. A batch of an earlier connection was sent again, or Kafka refuses it if it still comes.
    @Override
    public boolean isAlone() {
        return true;
    }

    @Override
    public Duration linger() {
        return LINGER;
    }

    @Override
    public EventId end() throws IOException {
        return end(partition, lives, bounds);
    }

    /// The place of the last record that readers see.
    static EventId end(Partition partition, Lives lives, ReadBounds bounds) throws IOException {
        long end = partition.end();
        if (end <= partition.start()) return lives.floor();
        var records = new RecordReader(bounds, null, lives.birth());
        var last = records.read(partition.fetch(end - 1, 1, Duration.ZERO), end - 1, _ -> false).last();
        return last == null ? lives.floor() : last;
    }

    @Override
    public Optional<String> write(List<Pending> batches) throws IOException {
        Optional<String> why = Optional.empty();
        int most = cluster.limits().messageBytes();
        var group = new ArrayList<Pending>();
        int bytes = 0;
        int records = 0;
        for (var batch : batches) {
            int more = BatchEncoder.batchBytes(batch.request(), batch.events());
            var unreadable = ReadBounds.refusal(batch.events(), more);
            if (unreadable.isPresent()) {
                batch.refuseTooLarge(unreadable.get());
                continue;
            }
            if (!group.isEmpty() && (bytes + more > most
                    || ReadBounds.refusal(records + batch.events(), bytes + more).isPresent())) {
                var refused = send(group, most);
                if (refused.isPresent()) why = refused;
                group.clear();
                bytes = 0;
                records = 0;
            }
            group.add(batch);
            bytes += more;
            records += batch.events();
        }
        if (group.isEmpty()) return why;
        var refused = send(group, most);
        return refused.isPresent() ? refused : why;
    }

    @Override
    public Optional<String> probe() throws IOException {
        return Optional.ofNullable(cluster.refusal(partition));
    }

    @Override
    public void close() {
        partition.close();
    }

    private Optional<String> send(List<Pending> group, int most) throws IOException {
        producer.noteSending(group, false);
        byte[] batch = producer.batch(lives.birth());
        if (batch.length > most) {
            producer.noteSending(group, true);
            batch = producer.batch(lives.birth());
        }
        if (group.size() == 1 && batch.length > most && isAboveLimit(batch.length)) {
            producer.noteRefused();
            group.getFirst().refuseTooLarge(tooLargeText(ErrorCode.MESSAGE_TOO_LARGE, batch.length));
            return Optional.empty();
        }
        return settle(ErrorCode.of(partition.produce(batch, ACKNOWLEDGED)), batch.length, true);
    }

    /// Whether the topic takes no record batch of this size. It is asked again, because its settings may have changed.
    ///
    /// A broker would not even read a batch that is much too large. It would cut the connection, again and again.
    private boolean isAboveLimit(int bytes) throws IOException {
        var limits = cluster.askLimits(partition);
        return limits.known() && bytes > limits.messageBytes();
    }

    private String tooLargeText(ErrorCode code, int bytes) {
        var limits = cluster.limits();
        boolean known = limits.known() && code == ErrorCode.MESSAGE_TOO_LARGE;
        return code.text() + ": it takes " + bytes + " bytes"
                + (known ? ", and " + limits.messageBytes() + " are allowed" : "");
    }

    /// Settles the batch that was sent, as the broker has answered.
    ///
    /// @param bytes the size of the batch
    /// @param first whether it was sent for the first time, and can be given back
    /// @return the reason why the broker stores nothing now; empty when it does
    /// @throws IOException when the fate of the batch is not known, or this connection can store nothing any more
    private Optional<String> settle(ErrorCode code, int bytes, boolean first) throws IOException {
        var sent = producer.sent();
        return switch (code) {
            case NONE, DUPLICATE_SEQUENCE_NUMBER -> {
                producer.noteStored();
                yield Optional.empty();
            }
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> {
                producer.noteRefused();
                if (sent.publishes().size() > 1) {
                    if (cluster.askLimits(partition).messageBytes() >= bytes) cluster.assumeLimit(bytes / 2);
                    if (first) for (var publish : sent.publishes()) publish.giveBack();
                } else if (!sent.zipped()) {
                    producer.noteSending(sent.publishes(), true);
                    byte[] zipped = producer.batch(lives.birth());
                    yield settle(ErrorCode.of(partition.produce(zipped, ACKNOWLEDGED)), zipped.length, first);
                } else {
                    cluster.askLimits(partition); // it may have been lowered
                    for (var publish : sent.publishes()) publish.refuseTooLarge(tooLargeText(code, bytes));
                }
                yield Optional.empty(); // the next one may be smaller
            }
            case NOT_ENOUGH_REPLICAS -> {
                producer.noteRefused();
                String why = Optional.ofNullable(cluster.refusal(partition)).orElse(code.text());
                for (var publish : sent.publishes()) publish.refuse("the broker did not store it: " + why);
                yield Optional.of(why);
            }
            case CORRUPT_MESSAGE, TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED,
                    INVALID_TIMESTAMP, UNSUPPORTED_COMPRESSION_TYPE, INVALID_RECORD, POLICY_VIOLATION,
                    INVALID_TOPIC_EXCEPTION, UNSUPPORTED_VERSION -> {
                producer.noteRefused();
                for (var publish : sent.publishes()) publish.refuse("the broker did not store it: " + code.text());
                yield Optional.of(code.text());
            }
            case OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, UNKNOWN_PRODUCER_ID -> {
                producer.forget();
                throw new KafkaException(code, code.number, "a new one is asked for");
            }
            case UNKNOWN_SERVER_ERROR, OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE,
                    NOT_LEADER_OR_FOLLOWER, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, REQUEST_TIMED_OUT,
                    NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                    UNSUPPORTED_SASL_MECHANISM, ILLEGAL_SASL_STATE, TOPIC_ALREADY_EXISTS, INVALID_REPLICATION_FACTOR,
                    INVALID_CONFIG, KAFKA_STORAGE_ERROR, SASL_AUTHENTICATION_FAILED, FENCED_LEADER_EPOCH,
                    UNKNOWN_LEADER_EPOCH -> throw new KafkaException(code, code.number, "a publish");
        };
    }
}
