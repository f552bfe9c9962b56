package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.Links;
import com.datashop.gateway.support.KafkaServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Does an operator's work with a topic past the gateway, and shows it.
final class Admin {
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final int port;
    private final String topic;

    Admin(KafkaServer server, String topic) {
        this(server.port(), topic);
    }

    /// @param port one that asks nobody who he is
    Admin(int port, String topic) {
        this.port = port;
        this.topic = topic;
    }

    /// Creates it.
    Admin create(int partitions, Map<String, String> configs) {
        return create(new Out(256).int32(1).string(topic).int32(partitions).int16(-1).int32(0), configs);
    }

    private Admin create(Out body, Map<String, String> configs) {
        body.int32(configs.size());
        configs.forEach((name, value) -> body.string(name).string(value));
        ask(new Raw(19, 4), body.int32(5000).bool(false), in -> {
            in.int32();
            in.int32();
            in.string();
            return check(in.int16(), String.valueOf(in.string()));
        });
        return this;
    }

    /// Creates it with one partition on these brokers, of which the first one leads.
    Admin createOn(List<Integer> brokers, Map<String, String> configs) {
        var body = new Out(256).int32(1).string(topic).int32(-1).int16(-1).int32(1).int32(0).int32(brokers.size());
        brokers.forEach(body::int32);
        return create(body, configs);
    }

    /// Changes its settings.
    void alter(Map<String, String> configs) {
        var body = new Out(256).int32(1).int8(2).string(topic).int32(configs.size());
        configs.forEach((name, value) -> body.string(name).int8(0).string(value));
        ask(new Raw(44, 0), body.bool(false), in -> {
            in.int32();
            in.int32();
            return check(in.int16(), String.valueOf(in.string()));
        });
    }

    /// Lets the user do something with it: 3 read, 4 write, 5 create, 8 describe, 10 describe its settings; or no more.
    void allow(String user, int... operations) {
        var body = new Out(256).int32(operations.length);
        for (int operation : operations)
            body.int8(2).string(topic).int8(3).string("User:" + user).string("*").int8(operation).int8(3);
        ask(new Raw(30, 1), body, in -> {
            in.int32();
            in.int32();
            return check(in.int16(), String.valueOf(in.string()));
        });
    }

    /// Takes all rights on it away from the user.
    void forbid(String user) {
        ask(new Raw(31, 1), new Out(256).int32(1).int8(2).string(topic).int8(3).string("User:" + user).string(null)
                .int8(1).int8(1), in -> {
            in.int32();
            in.int32();
            return check(in.int16(), "forbid");
        });
    }

    /// Gives the user a password for SCRAM: 1 with SHA-256, 2 with SHA-512.
    void scram(String user, int mechanism, byte[] salt, byte[] salted, int iterations) {
        var body = new Out(256).int8(0).int8(1).int8(2).int8(user.length() + 1)
                .raw(user.getBytes(UTF_8), 0, user.length())
                .int8(mechanism).int32(iterations).int8(salt.length + 1).raw(salt, 0, salt.length)
                .int8(salted.length + 1).raw(salted, 0, salted.length).int8(0).int8(0);
        ask(new Raw(51, 0), body, in -> {
            in.int8();
            in.int32();
            in.int8();
            in.skip(in.int8() - 1);
            return check(in.int16(), "scram");
        });
    }

    /// Deletes it.
    void delete() {
        ask(new Raw(20, 3), new Out(64).int32(1).string(topic).int32(5000), in -> {
            in.int32();
            in.int32();
            in.string();
            return check(in.int16(), "delete");
        });
    }

    /// Deletes its records below the offset.
    void deleteRecords(long before) {
        ask(new Raw(21, 1), new Out(64).int32(1).string(topic).int32(1).int32(0).int64(before).int32(5000), in -> {
            in.int32();
            in.int32();
            in.string();
            in.int32();
            in.int32();
            in.int64();
            return check(in.int16(), "delete records");
        });
    }

    /// Stores a record batch, as it is.
    void produce(byte[] batch) {
        with(partition -> check(partition.produce(batch, WAIT), "produce"));
    }

    /// Stores records that no gateway has written: key, value.
    void produce(String key, String value) {
        var pieces = pieces(List.<String[]>of(new String[] {key, value}));
        produce(BatchEncoder.batch(pieces, 0, Producer.Id.NONE, -1, false));
    }

    /// The offset behind the last record.
    long end() {
        return with(Partition::highWatermark);
    }

    /// How many events there are: records that are no turns.
    long events() {
        return with(partition -> {
            long count = 0;
            long end = partition.highWatermark();
            for (long at = partition.start(); at < end; ) {
                for (var batch : Batch.of(partition.fetchEverything(at, 1 << 20, WAIT))) {
                    if (batch.last() < at) continue;
                    for (var item : batch.legible()) if (item.offset() >= at && item.life() == null) count++;
                    at = batch.last() + 1;
                }
            }
            return count;
        });
    }

    /// Records of a key and a value each, and nothing else.
    static List<byte[]> pieces(List<String[]> records) {
        var all = new ArrayList<byte[]>();
        for (var record : records) {
            var body = new Out(64);
            for (var part : record) {
                byte[] text = part == null ? null : part.getBytes(UTF_8);
                body.varint(part == null ? -1 : text.length).raw(part == null ? new byte[0] : text, 0, part == null
                        ? 0 : text.length);
            }
            byte[] bytes = body.toBytes();
            var piece = new Out(bytes.length + 32).int64(System.currentTimeMillis()).int8(0).int32(bytes.length)
                    .int32(0);
            all.add(piece.raw(bytes, 0, bytes.length).toBytes());
        }
        return all;
    }

    <T> T with(Work<T> work) {
        var cluster = new Cluster(KafkaSettings.parse("kafka://127.0.0.1:" + port + "/" + topic, 1 << 30, null));
        try (var partition = cluster.connect()) {
            return work.on(partition);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private <T> T ask(Raw api, Out body, Answer<T> answer) {
        try (var connection = Connection.begin(new Links().open(new Address("127.0.0.1", port), false))) {
            return answer.of(connection.ask(api.key(), api.version(), body));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Void check(int error, String what) throws IOException {
        KafkaException.check(error, what);
        return null;
    }

    /// Something that is asked of the partition.
    @FunctionalInterface
    interface Work<T> {
        T on(Partition partition) throws IOException;
    }

    @FunctionalInterface
    private interface Answer<T> {
        T of(In in) throws IOException;
    }

    private record Raw(int key, int version) { }
}
