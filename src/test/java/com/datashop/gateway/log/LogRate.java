package com.datashop.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.log.disk.DiskLog;
import com.datashop.gateway.log.disk.DiskSettings;
import com.datashop.gateway.log.disk.Fsync;
import com.datashop.gateway.log.memory.MemoryLog;
import com.datashop.gateway.log.shared.kafka.Kafka;
import com.datashop.gateway.log.shared.kafka.KafkaSettings;
import com.datashop.gateway.log.shared.rabbitmq.Rabbit;
import com.datashop.gateway.log.shared.rabbitmq.RabbitSettings;
import com.datashop.gateway.log.shared.redis.Redis;
import com.datashop.gateway.log.shared.redis.RedisSettings;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.RabbitServer;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Measures what one log can carry, without HTTP and without subscribers: in memory, on disk, and in a Redis, a Kafka
/// and a RabbitMQ that it starts, through one node and through two.
///
/// `mvn -q test-compile && java -cp target/test-classes:target/classes com.datashop.gateway.log.LogRate`
public final class LogRate {
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final Draft DRAFT = new Draft(new Channel("logs:etl:workspace123:workflow456"), 0,
            ("{\"level\":\"INFO\",\"message\":\"" + "x".repeat(170) + "\"}").getBytes(UTF_8));

    private LogRate() { }

    /// @param args which logs, as `redis`; all when there is none
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        System.out.println("events/s, of " + DRAFT.data().length + " bytes:");
        var chosen = List.of(args.length > 0 ? args : new String[] {"memory", "disk", "redis", "kafka", "rabbitmq"});
        if (chosen.contains("memory")) measure("memory", List.of(following(new MemoryLog(System.currentTimeMillis()))));
        if (chosen.contains("disk")) for (var fsync : Fsync.values()) {
            try (var directory = TemporaryDirectory.create("log")) {
                var settings = new DiskSettings(directory.path(), fsync, 256 << 20, null);
                var log = following(DiskLog.open(settings, System.currentTimeMillis(), 1 << 20));
                measure("disk, " + fsync, List.of(log));
                log.drain(MEASURED);
                log.close();
            }
        }
        if (chosen.contains("redis")) for (int nodes = 1; nodes <= 2; nodes++) {
            try (var redis = RedisServer.start()) {
                var logs = new ArrayList<EventLog>();
                for (int i = 0; i < nodes; i++) logs.add(following(Redis.open(RedisSettings.parse(redis.url(),
                        256 << 20, null), 1 << 20, 1 << 20)));
                measure("Redis, nodes: " + nodes, logs);
                logs.forEach(EventLog::close);
            }
        }
        if (chosen.contains("kafka")) for (int nodes = 1; nodes <= 2; nodes++) {
            try (var kafka = KafkaServer.start()) {
                var logs = new ArrayList<EventLog>();
                for (int i = 0; i < nodes; i++)
                    logs.add(following(Kafka.open(KafkaSettings.parse(kafka.url("rate"), 256 << 20, null), 1 << 20,
                            1 << 20)));
                measure("Kafka, nodes: " + nodes, logs);
                logs.forEach(EventLog::close);
            }
        }
        if (chosen.contains("rabbitmq")) for (int nodes = 1; nodes <= 2; nodes++) {
            var settings = RabbitSettings.parse(RabbitServer.shared().url(RabbitServer.freeStream()), 256 << 20, null);
            var logs = new ArrayList<EventLog>();
            for (int i = 0; i < nodes; i++) logs.add(following(Rabbit.open(settings, 1 << 20, 1 << 20)));
            measure("RabbitMQ, nodes: " + nodes, logs);
            logs.forEach(EventLog::close);
        }
    }

    private static EventLog following(EventLog log) throws InterruptedException {
        log.follow((List<Event> _) -> 0);
        return log;
    }

    private static void measure(String name, List<EventLog> nodes) throws InterruptedException, ExecutionException {
        for (int[] load : new int[][] {{1, 1}, {64, 1}, {512, 1}, {1, 100}, {16, 100}}) {
            run(nodes, load[0], load[1], WARM_UP);
            System.out.printf("%-16s publishers %3d  batch %3d  %,10d%n", name, load[0], load[1],
                    run(nodes, load[0], load[1], MEASURED));
        }
    }

    /// Events a second, over all nodes.
    private static long run(List<EventLog> nodes, int publishers, int batch, Duration time)
            throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        long end = began + time.toNanos();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Future<Long>>();
            for (int i = 0; i < publishers; i++) {
                var log = nodes.get(i % nodes.size());
                tasks.add(executor.submit(() -> publish(log, Collections.nCopies(batch, DRAFT), end)));
            }
            long events = 0;
            for (var task : tasks) events += task.get();
            return events * 1_000_000_000L / (System.nanoTime() - began);
        }
    }

    private static long publish(EventLog log, List<Draft> batch, long end) throws Exception {
        long events = 0;
        for (; System.nanoTime() - end < 0; events += batch.size()) log.append(batch);
        return events;
    }
}
