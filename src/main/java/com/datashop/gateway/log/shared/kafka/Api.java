package com.datashop.gateway.log.shared.kafka;

import java.io.IOException;
import java.util.Map;

/// The requests that the gateway makes, with the versions of them that it speaks.
///
/// Every broker from 2.1 to 4.1 speaks at least one version of each. The oldest versions here came with 2.1, which
/// knows zstd and leader epochs (KIP-110, KIP-320). None is flexible (KIP-482).
enum Api {
    PRODUCE(0, 7, 8),
    FETCH(1, 10, 11),
    LIST_OFFSETS(2, 4, 5),
    METADATA(3, 7, 8),
    SASL_HANDSHAKE(17, 1, 1),
    API_VERSIONS(18, 0, 0),
    CREATE_TOPICS(19, 2, 4),
    INIT_PRODUCER_ID(22, 0, 1),
    OFFSET_FOR_LEADER_EPOCH(23, 2, 3),
    DESCRIBE_CONFIGS(32, 1, 3),
    SASL_AUTHENTICATE(36, 0, 1);

    private static final int ENTRY_BYTES = 6;

    final int key;
    private final int least;
    private final int most;

    Api(int key, int least, int most) {
        this.key = key;
        this.least = least;
        this.most = most;
    }

    /// The highest version that both sides know.
    ///
    /// @param offered the versions that the broker offers, by the key of the request
    /// @throws IOException when there is none
    int choose(Map<Integer, Range> offered) throws IOException {
        var range = offered.get(key);
        if (range == null || range.most() < least)
            throw new IOException("this Kafka is too old: it does not speak " + this + " " + least + ", and 2.1 does");
        if (range.least() > most)
            throw new IOException("this Kafka is too new: it does not speak " + this + " " + most + " any more");
        return Math.min(most, range.most());
    }

    /// Whether it is needed only to log in.
    boolean isLogin() {
        return this == SASL_HANDSHAKE || this == SASL_AUTHENTICATE;
    }

    /// Reads which versions the broker offers, from its answer to [#API_VERSIONS].
    static Map<Integer, Range> offered(In in) throws IOException {
        int error = in.int16();
        KafkaException.check(error, "the broker's versions");
        var offered = new java.util.HashMap<Integer, Range>();
        for (int count = in.count(ENTRY_BYTES); count > 0; count--)
            offered.put((int) in.int16(), new Range(in.int16(), in.int16()));
        return Map.copyOf(offered);
    }

    /// The versions of a request that a broker speaks.
    record Range(int least, int most) { }
}
