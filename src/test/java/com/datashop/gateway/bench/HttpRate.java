package com.datashop.gateway.bench;

import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.RedisServer;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// Measures what one node stores over HTTP, without subscribers: in memory, and in a Redis and a Kafka that it starts.
///
/// It also says how much processor time an event takes in the gateway, in the broker, and in the generator. On a
/// machine that has other work this says more than the rate. The property `jvm` has options of the gateway's JVM.
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
        var jvm = Arrays.stream(System.getProperty("jvm", "").split(" ")).filter(option -> !option.isEmpty()).toList();
        try (var gateway = GatewayTarget.start(new Setup(Setup.JAR, jvm, arguments, ""))) {
            for (var load : LOADS) {
                int publishers = load[0];
                try (var stage = new Stage(gateway, publishers, publishers, 0, DATA_BYTES)) {
                    stage.flood(publishers, load[1], Stage.NO_WINDOW, WARM_UP_SECONDS);
                    var before = Seconds.now(gateway);
                    var done = stage.flood(publishers, load[1], Stage.NO_WINDOW, SECONDS);
                    var used = Seconds.now(gateway).since(before);
                    System.out.printf("%-7s publishers %3d  batch %3d  %,10.0f  p99 %6.1f ms  refused %d  us: %s%n",
                            log, publishers, load[1], done.eventsPerSecond(), done.latencies().millis(0.99),
                            done.refused(), used.each(done.events()));
                }
            }
        }
    }

    /// Processor time.
    ///
    /// @param all of all processes, of which the broker is the rest
    private record Seconds(double all, double gateway, double generator) {
        static Seconds now(GatewayTarget gateway) {
            var self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Seconds(new Processes(ProcessHandle.current().pid()).cpuSeconds(), gateway.cost().cpuSeconds(),
                    self.getProcessCpuTime() / 1e9);
        }

        Seconds since(Seconds before) {
            return new Seconds(all - before.all, gateway - before.gateway, generator - before.generator);
        }

        String each(long events) {
            return "gateway %.1f, broker %.1f, generator %.1f".formatted(gateway * 1e6 / events,
                    Math.max(0, all - gateway - generator) * 1e6 / events, generator * 1e6 / events);
        }
    }
}
