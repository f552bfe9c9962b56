package com.datashop.gateway.bench;

import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.RedisServer;
import java.util.List;

/// Measures what one node stores over HTTP, without subscribers: in memory, and in a Redis and a Kafka that it starts.
///
/// `mvn -q -DskipTests package && java -cp target/test-classes:target/classes com.datashop.gateway.bench.HttpRate`
final class HttpRate {
    private static final double WARM_UP_SECONDS = 3;
    private static final double SECONDS = 5;
    private static final int DATA_BYTES = 200;
    private static final int[][] LOADS = {{1, 1}, {16, 1}, {256, 1}, {16, 100}};

    private HttpRate() { }

    /// @param args which logs, as `kafka`; all when there is none
    public static void main(String[] args) {
        System.out.println("events/s over HTTP, of " + DATA_BYTES + " bytes:");
        for (var log : List.of(args.length > 0 ? args : new String[] {"memory", "redis", "kafka"})) {
            switch (log) {
                case "memory" -> measure(log, List.of());
                case "redis" -> {
                    try (var redis = RedisServer.start()) {
                        measure(log, List.of("--bus-url=" + redis.url()));
                    }
                }
                case "kafka" -> {
                    try (var kafka = KafkaServer.start()) {
                        measure(log, List.of("--bus-url=" + kafka.url("rate")));
                    }
                }
                default -> throw new IllegalArgumentException("no log " + log + "; there are memory, redis and kafka");
            }
        }
    }

    private static void measure(String log, List<String> arguments) {
        try (var gateway = GatewayTarget.start(new Setup(Setup.JAR, List.of(), arguments, ""))) {
            for (var load : LOADS) {
                int publishers = load[0];
                try (var stage = new Stage(gateway, publishers, publishers, 0, DATA_BYTES)) {
                    stage.flood(publishers, load[1], Stage.NO_WINDOW, WARM_UP_SECONDS);
                    var done = stage.flood(publishers, load[1], Stage.NO_WINDOW, SECONDS);
                    System.out.printf("%-7s publishers %3d  batch %3d  %,10.0f  p99 %.1f ms  refused %d%n", log,
                            publishers, load[1], done.eventsPerSecond(), done.latencies().millis(0.99),
                            done.refused());
                }
            }
        }
    }
}
