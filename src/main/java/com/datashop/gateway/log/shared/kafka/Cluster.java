package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.INFO;

import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.Broker;
import com.datashop.gateway.log.shared.Links;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the broker that leads the topic's partition. It makes the topic if there is none.
///
/// Each broker tells the addresses of all. So the servers of the URL are needed only at the start.
final class Cluster {
    private static final System.Logger LOG = System.getLogger(Cluster.class.getName());
    private static final String CLEANUP = "cleanup.policy";
    private static final String MAX_BYTES = "max.message.bytes";
    private static final String LEAST_IN_SYNC = "min.insync.replicas";
    private static final int TOPIC = 2;
    private static final int NO_LEADER = -1;
    private static final int BROKER_DEFAULT = -1;
    /// Brokers before 2.4 have no default for who creates a topic (KIP-464).
    private static final int REPLICAS = 3;
    private static final int VERSION_WITH_DEFAULTS = 4;
    private static final Duration CREATION = Duration.ofSeconds(5);
    /// The time that a topic may lack a leader, because it is new or its leader died, before a caller is told.
    private static final Duration ELECTION = Duration.ofSeconds(3);
    private static final Duration ELECTION_PERIOD = Duration.ofMillis(100);
    private static final long LEAST_SEGMENT = 1 << 20;
    private static final long MOST_SEGMENT = 256 << 20;
    private static final long MOST_MESSAGE = 16 << 20;
    /// How many segments make up the retention. Kafka deletes whole segments.
    private static final int SEGMENTS = 16;

    private final KafkaSettings settings;
    private final Links links = new Links();
    private volatile List<Address> known = List.of();
    private volatile int first;
    private volatile Limits limits = Limits.UNKNOWN;
    private volatile boolean reported;

    Cluster(KafkaSettings settings) {
        this.settings = settings;
    }

    /// Connects to the broker that leads the topic's partition.
    ///
    /// @throws IOException when there is none now; its message is one line that names the cause
    Partition connect() throws IOException {
        IOException last = null;
        var servers = new LinkedHashSet<>(settings.servers());
        servers.addAll(known);
        var list = List.copyOf(servers);
        for (int i = 0; i < list.size(); i++) {
            var server = list.get(Math.floorMod(first + i, list.size()));
            try {
                var partition = connect(server);
                first = Math.floorMod(first + i, list.size());
                return partition;
            } catch (IOException failed) {
                // A broker's answer about the topic or the user helps more than the news that another is away.
                if (!(last instanceof KafkaException))
                    last = list.size() == 1 || failed instanceof KafkaException ? failed
                        : new IOException(server + ": " + Broker.message(failed), failed);
            }
        }
        throw last;
    }

    private Partition connect(Address server) throws IOException {
        try (var bootstrap = open(server)) {
            var metadata = metadata(bootstrap);
            if (metadata.error() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.number) {
                create(bootstrap, metadata.brokers().size());
                metadata = metadata(bootstrap);
            }
            long end = System.nanoTime() + ELECTION.toNanos();
            while (metadata.isComing() && System.nanoTime() - end < 0) {
                pause();
                metadata = metadata(bootstrap);
            }
            KafkaException.check(metadata.error(), "topic " + settings.topic());
            if (metadata.partitions() != 1)
                throw new IOException("topic " + settings.topic() + " has " + metadata.partitions()
                        + " partitions: the log needs one order, so name a topic that has one");
            var leader = metadata.brokers().get(metadata.leader());
            if (leader == null)
                throw new KafkaException(ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.LEADER_NOT_AVAILABLE.number,
                        "topic " + settings.topic());
            known = List.copyOf(metadata.brokers().values());
            check(bootstrap, metadata.inSync());
            return new Partition(open(leader), settings.topic(), metadata.leaderEpoch());
        }
    }

    /// The reason why the partition would take nothing now, in words; null when it would.
    String refusal(Partition partition) throws IOException {
        var metadata = metadata(partition.connection());
        if (metadata.error() != ErrorCode.NONE.number)
            throw new KafkaException(ErrorCode.of(metadata.error()), metadata.error(), "topic " + settings.topic());
        if (metadata.leaderEpoch() != partition.leaderEpoch())
            throw new IOException(ErrorCode.NOT_LEADER_OR_FOLLOWER.text());
        if (metadata.inSync() >= metadata.wanted(limits)) return null;
        int least = metadata.wanted(askLimits(partition)); // it may have been lowered
        if (metadata.inSync() >= least) return null;
        return ErrorCode.NOT_ENOUGH_REPLICAS.text() + ": the topic wants " + least + " (" + LEAST_IN_SYNC
                + "), and has " + metadata.inSync();
    }

    /// The limits that the topic sets, as far as they are known.
    Limits limits() {
        return limits;
    }

    /// Asks for the topic's settings again.
    Limits askLimits(Partition partition) throws IOException {
        settings(partition.connection()).ifPresent(this::learn);
        return limits;
    }

    /// Assumes that the topic takes record batches of up to this many bytes, after a larger one was refused.
    void assumeLimit(int bytes) {
        limits = new Limits(bytes, limits.leastInSync(), false);
    }

    private void learn(Map<String, String> values) {
        limits = Limits.of(values.get(MAX_BYTES), values.get(LEAST_IN_SYNC));
    }

    /// Ends all connections.
    void close() {
        links.close();
    }

    private Connection open(Address server) throws IOException {
        var connection = Connection.begin(links.open(server, settings.tls()));
        try {
            if (settings.login() != null) Sasl.login(connection, settings.login());
            return connection;
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    private Metadata metadata(Connection connection) throws IOException {
        int version = connection.version(Api.METADATA);
        var body = new Out(64).int32(1).string(settings.topic()).bool(false);
        if (version >= 8) body.bool(false).bool(false);
        var in = connection.ask(Api.METADATA, version, body);
        in.int32();
        var brokers = new HashMap<Integer, Address>();
        for (int count = in.count(12); count > 0; count--) {
            int node = in.int32();
            brokers.put(node, new Address(String.valueOf(in.string()), in.int32()));
            in.string();
        }
        in.string();
        in.int32();
        if (in.count(1) != 1) throw In.malformed();
        int error = in.int16();
        in.string();
        in.bool();
        int partitions = in.count(26);
        int leader = NO_LEADER;
        int epoch = -1;
        int replicas = 0;
        int inSync = 0;
        for (int i = 0; i < partitions; i++) {
            in.int16();
            in.int32();
            leader = in.int32();
            epoch = in.int32();
            replicas = in.count(4);
            in.skip(4 * replicas);
            inSync = in.count(4);
            in.skip(4 * inSync);
            in.skip(4 * in.count(4));
        }
        return new Metadata(brokers, error, partitions, leader, epoch, replicas, inSync);
    }

    private void create(Connection connection, int brokers) throws IOException {
        int version = connection.version(Api.CREATE_TOPICS);
        long segment = Math.clamp(settings.retentionBytes() / SEGMENTS, LEAST_SEGMENT, MOST_SEGMENT);
        var configs = Map.of(CLEANUP, "delete", "retention.bytes", String.valueOf(settings.retentionBytes()),
                "retention.ms", settings.retentionAge() == null ? "-1"
                        : String.valueOf(settings.retentionAge().toMillis()),
                "segment.bytes", String.valueOf(segment), MAX_BYTES, String.valueOf(Math.min(segment, MOST_MESSAGE)),
                "message.timestamp.type", "CreateTime");
        int replicas = version >= VERSION_WITH_DEFAULTS ? BROKER_DEFAULT : Math.min(brokers, REPLICAS);
        var body = new Out(256).int32(1).string(settings.topic()).int32(1).int16(replicas).int32(0)
                .int32(configs.size());
        configs.forEach((name, value) -> body.string(name).string(value));
        var in = connection.ask(Api.CREATE_TOPICS, version, body.int32((int) CREATION.toMillis()).bool(false));
        in.int32();
        if (in.count(1) != 1) throw In.malformed();
        in.string();
        int error = in.int16();
        String why = in.string();
        if (error == ErrorCode.TOPIC_ALREADY_EXISTS.number) return;
        if (error != ErrorCode.NONE.number)
            throw new KafkaException(ErrorCode.of(error), error, "topic " + settings.topic()
                    + " is not there and can not be created; create it with one partition"
                    + (why == null ? "" : ": " + why));
        LOG.log(INFO, "event=kafka-topic-created topic=" + settings.topic());
    }

    /// Checks that the topic's settings suit a log. Nothing is checked for a user who may not ask for them.
    private void check(Connection connection, int inSync) throws IOException {
        var known = settings(connection);
        if (known.isEmpty()) return;
        var values = known.get();
        if (values.getOrDefault(CLEANUP, "").contains("compact"))
            throw new IOException("topic " + settings.topic() + " has cleanup.policy=" + values.get(CLEANUP)
                    + ", which drops events out of the middle of the log: set it to delete, or name another topic");
        learn(values);
        if (reported) return;
        reported = true;
        LOG.log(INFO, "event=kafka-topic topic=" + settings.topic() + " replicas-in-sync=" + inSync + " "
                + LEAST_IN_SYNC + "=" + limits.leastInSync() + " " + MAX_BYTES + "=" + limits.messageBytes());
    }

    /// The settings of the topic that matter here; empty when the user may not ask for them.
    private Optional<Map<String, String>> settings(Connection connection) throws IOException {
        int version = connection.version(Api.DESCRIBE_CONFIGS);
        var body = new Out(128).int32(1).int8(TOPIC).string(settings.topic()).int32(3).string(CLEANUP).string(MAX_BYTES)
                .string(LEAST_IN_SYNC).bool(false);
        if (version >= 3) body.bool(false);
        var in = connection.ask(Api.DESCRIBE_CONFIGS, version, body);
        in.int32();
        if (in.count(1) != 1) throw In.malformed();
        if (in.int16() != ErrorCode.NONE.number) return Optional.empty();
        in.string();
        in.int8();
        in.string();
        var values = new HashMap<String, String>();
        for (int count = in.count(1); count > 0; count--) {
            values.put(in.string(), String.valueOf(in.string()));
            in.bool();
            in.int8();
            in.bool();
            for (int synonyms = in.count(1); synonyms > 0; synonyms--) {
                in.string();
                in.string();
                in.int8();
            }
            if (version >= 3) {
                in.int8();
                in.string();
            }
        }
        return Optional.of(values);
    }

    /// Waits a moment for a broker.
    static void pause() throws IOException {
        try {
            Thread.sleep(ELECTION_PERIOD);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka was waited for", stopped);
        }
    }

    /// The brokers and the topic, as one broker says.
    private record Metadata(Map<Integer, Address> brokers, int error, int partitions, int leader, int leaderEpoch,
            int replicas, int inSync) {
        /// The replicas that must be in sync. A topic with fewer replicas than that needs all of them.
        int wanted(Limits limits) {
            return Math.min(limits.leastInSync(), replicas);
        }

        /// Whether the topic is new to this broker, or has no leader for the moment.
        boolean isComing() {
            return error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.number
                    || error == ErrorCode.LEADER_NOT_AVAILABLE.number
                    || error == ErrorCode.NONE.number && partitions == 1 && !brokers.containsKey(leader);
        }
    }

    /// The limits that the topic sets.
    ///
    /// @param messageBytes the largest record batch, in bytes
    /// @param leastInSync the number of replicas that must be in sync, or the topic takes nothing
    /// @param known whether the topic has said so; if not, these are guesses
    record Limits(int messageBytes, int leastInSync, boolean known) {
        /// Kafka's defaults.
        private static final int MESSAGE_BYTES = 1_048_588;
        static final Limits UNKNOWN = new Limits(MESSAGE_BYTES, 1, false);

        private static Limits of(String messageBytes, String leastInSync) {
            try {
                return new Limits(Integer.parseInt(messageBytes), Integer.parseInt(leastInSync), true);
            } catch (NumberFormatException unknown) {
                return UNKNOWN;
            }
        }
    }
}
