package com.datashop.gateway.log.shared.kafka;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The topic's one partition, as its leader serves it on a connection.
///
/// Each request names the epoch in which this node found the leader. So a broker refuses it after it has lost
/// the partition and got it back. The caller then connects anew, and checks that the log is still the same (KIP-320).
final class Partition implements Closeable {
    /// The isolation level of readers: they see committed records. Kafka names the aborted transactions, and holds back
    /// what follows an open one.
    private static final int COMMITTED = 1;
    private static final int EVERYTHING = 0;
    private static final long EARLIEST = -2;
    private static final long LATEST = -1;
    private static final int CONSUMER = -1;
    private static final int ALL_REPLICAS = -1;
    private static final int NO_SESSION = -1;
    private static final Duration READY = Duration.ofSeconds(10);

    private final Connection connection;
    private final String topic;
    private final int leaderEpoch;

    Partition(Connection connection, String topic, int leaderEpoch) {
        this.connection = connection;
        this.topic = topic;
        this.leaderEpoch = leaderEpoch;
    }

    Connection connection() {
        return connection;
    }

    /// The leader's epoch, which is the newest.
    int leaderEpoch() {
        return leaderEpoch;
    }

    /// The first offset that is there.
    long start() throws IOException {
        return offset(EARLIEST, EVERYTHING).offset();
    }

    /// The offset behind all that readers see.
    long end() throws IOException {
        return offset(LATEST, COMMITTED).offset();
    }

    /// The offset behind all that the replicas have, of open transactions too.
    long highWatermark() throws IOException {
        return offset(LATEST, EVERYTHING).offset();
    }

    /// The first record with this timestamp or a later one; its offset is -1 when there is none.
    Spot since(long milliseconds) throws IOException {
        return offset(milliseconds, COMMITTED);
    }

    private Spot offset(long timestamp, int isolation) throws IOException {
        int version = connection.version(Api.LIST_OFFSETS);
        var body = topic(new Out(64).int32(CONSUMER).int8(isolation)).int32(leaderEpoch).int64(timestamp);
        var in = partition(connection.ask(Api.LIST_OFFSETS, version, body), true);
        KafkaException.check(in.int16(), "topic " + topic);
        in.int64();
        return new Spot(in.int64(), in.int32());
    }

    /// The end of the epoch: the newest epoch up to this one that the log has, and the offset at which the next begins.
    ///
    /// The epoch of the answer is -1 when the log does not know this epoch yet.
    Spot endOf(int epoch) throws IOException {
        int version = connection.version(Api.OFFSET_FOR_LEADER_EPOCH);
        var body = new Out(64);
        if (version >= 3) body.int32(CONSUMER);
        topic(body).int32(leaderEpoch).int32(epoch);
        var in = connection.ask(Api.OFFSET_FOR_LEADER_EPOCH, version, body);
        in.int32();
        if (in.count(1) != 1) throw In.malformed();
        in.string();
        if (in.count(1) != 1) throw In.malformed();
        KafkaException.check(in.int16(), "topic " + topic);
        in.int32();
        int found = in.int32();
        return new Spot(in.int64(), found);
    }

    /// Record batches from the offset on: at least one, if there is one.
    ///
    /// @param bytes about how many bytes they may have
    /// @param wait the time that the broker may wait for one
    /// @throws KafkaException when the log does not have the offset, or the partition is led by another
    Fetched fetch(long offset, int bytes, Duration wait) throws IOException {
        return fetch(offset, bytes, wait, COMMITTED);
    }

    /// Record batches from the offset on, with those of open transactions.
    Fetched fetchEverything(long offset, int bytes, Duration wait) throws IOException {
        return fetch(offset, bytes, wait, EVERYTHING);
    }

    private Fetched fetch(long offset, int bytes, Duration wait, int isolation) throws IOException {
        int version = connection.version(Api.FETCH);
        var body = new Out(128).int32(CONSUMER).int32((int) wait.toMillis()).int32(1).int32(bytes).int8(isolation)
                .int32(0).int32(NO_SESSION);
        topic(body).int32(leaderEpoch).int64(offset).int64(-1).int32(bytes).int32(0);
        if (version >= 11) body.string("");
        var in = connection.ask(Api.FETCH, version, body);
        connection.throttled(in.int32());
        KafkaException.check(in.int16(), "topic " + topic);
        in.int32();
        in = partition(in, false);
        KafkaException.check(in.int16(), "topic " + topic);
        in.int64();
        long end = in.int64();
        long start = in.int64();
        var aborted = new ArrayList<Fetched.Aborted>();
        for (int count = in.count(16); count > 0; count--) aborted.add(new Fetched.Aborted(in.int64(), in.int64()));
        if (version >= 11) in.int32();
        int length = in.int32();
        if (length > in.left() && !in.isCut()) throw In.malformed();
        var records = new In(in.buffer(), in.at(), in.at() + Math.clamp(length, 0, in.left()));
        return new Fetched(start, end, List.copyOf(aborted), records);
    }

    /// Stores the record batch, and waits until all replicas that are in sync have it.
    ///
    /// @return the error code, 0 for none
    int produce(byte[] batch, Duration wait) throws IOException {
        int version = connection.version(Api.PRODUCE);
        var body = topic(new Out(64 + batch.length).string(null).int16(ALL_REPLICAS).int32((int) wait.toMillis()));
        var in = connection.ask(Api.PRODUCE, version, body.bytes(batch));
        partition(in, false);
        int error = in.int16();
        if (in.left() >= 4)
            connection.throttled(new In(in.buffer(), in.at() + in.left() - 4, in.at() + in.left()).int32());
        return error;
    }

    /// A producer id and its epoch. A batch that is sent again under them is stored once.
    ///
    /// A broker that has just started is not ready to give one. This waits for it.
    Producer.Id initProducer() throws IOException {
        for (long end = System.nanoTime() + READY.toNanos(); ; ) {
            int version = connection.version(Api.INIT_PRODUCER_ID);
            var in = connection.ask(Api.INIT_PRODUCER_ID, version, new Out(8).string(null).int32(0));
            in.int32();
            int error = in.int16();
            boolean ready = error != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.number
                    && error != ErrorCode.COORDINATOR_NOT_AVAILABLE.number;
            if (ready || System.nanoTime() - end > 0) {
                KafkaException.check(error,
                        "an idempotent producer, which before Kafka 3.0 needs IdempotentWrite on the cluster");
                return new Producer.Id(in.int64(), in.int16());
            }
            Cluster.pause();
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Names the one partition of the one topic.
    private Out topic(Out body) {
        return body.int32(1).string(topic).int32(1).int32(0);
    }

    /// Skips to the part of an answer that is about the one partition.
    private static In partition(In in, boolean throttled) throws IOException {
        if (throttled) in.int32();
        if (in.count(1) != 1) throw In.malformed();
        in.string();
        if (in.count(1) != 1) throw In.malformed();
        in.int32();
        return in;
    }

    /// An offset, and the epoch of the leader who wrote what is there.
    record Spot(long offset, int epoch) { }
}
