package com.datashop.gateway.cli.config;

import com.datashop.gateway.log.LogSettings;
import com.datashop.gateway.log.shared.kafka.KafkaSettings;
import com.datashop.gateway.log.shared.rabbitmq.RabbitSettings;
import com.datashop.gateway.log.shared.redis.RedisSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The kinds of broker that `BUS_URL` can name, by the scheme of the URL.
enum BusKind {
    REDIS(RedisSettings::parse, "redis", "rediss", "redis+sentinel", "rediss+sentinel"),
    KAFKA(KafkaSettings::parse, "kafka", "kafkas"),
    RABBITMQ(RabbitSettings::parse, "amqp", "amqps");

    private final Parser parser;
    private final List<String> schemes;

    BusKind(Parser parser, String... schemes) {
        this.parser = parser;
        this.schemes = List.of(schemes);
    }

    /// The kind with the scheme of this URL; empty when there is none.
    static Optional<BusKind> of(String url) {
        return Arrays.stream(values())
                .filter(kind -> kind.schemes.stream().anyMatch(scheme -> url.startsWith(scheme + "://"))).findFirst();
    }

    /// The beginnings of all URLs, as an error lists them.
    static String known() {
        return String.join(", ", Arrays.stream(values()).flatMap(kind -> kind.schemes.stream())
                .map(scheme -> scheme + "://").toList());
    }

    /// Reads the URL.
    ///
    /// @param retentionAge null for no limit
    /// @throws IllegalArgumentException when the URL is bad
    LogSettings parse(String url, long retentionBytes, Duration retentionAge) {
        return parser.parse(url, retentionBytes, retentionAge);
    }

    @FunctionalInterface
    private interface Parser {
        LogSettings parse(String url, long retentionBytes, Duration retentionAge);
    }
}
