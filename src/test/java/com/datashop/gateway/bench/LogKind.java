package com.datashop.gateway.bench;

import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.RabbitServer;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import java.util.List;

/// Where the gateway keeps its log: the columns of the table for choosing.
enum LogKind {
    MEMORY("memory", "") {
        @Override
        Place open() {
            return new Place(List.of(), () -> { });
        }
    },
    DISK("disk, `FSYNC=interval`", "") {
        @Override
        Place open() {
            return onDisk("interval");
        }
    },
    DISK_ALWAYS("disk, `FSYNC=always`", "") {
        @Override
        Place open() {
            return onDisk("always");
        }
    },
    REDIS("Redis, `appendfsync everysec`", "redis-server") {
        @Override
        Place open() {
            var redis = RedisServer.start("--appendonly", "yes");
            return new Place(List.of("--bus-url=" + redis.url()), redis::close);
        }
    },
    KAFKA("Kafka, one broker", "mvn") {
        @Override
        Place open() {
            var kafka = KafkaServer.asShipped();
            return new Place(List.of("--bus-url=" + kafka.url(KafkaServer.topic())), kafka::close);
        }
    },
    RABBITMQ("RabbitMQ, one node", "rabbitmq-server") {
        @Override
        Place open() {
            var rabbit = RabbitServer.start();
            return new Place(List.of("--bus-url=" + rabbit.url(RabbitServer.freeStream())), rabbit::close);
        }
    };

    private final String title;
    private final String program;

    LogKind(String title, String program) {
        this.title = title;
        this.program = program;
    }

    String title() {
        return title;
    }

    /// The reason why it can not be measured here; empty when it can.
    String missing() {
        return program.isEmpty() || Installed.program(program).isPresent() ? "" : title + " is left out: " + program
                + " is not installed";
    }

    /// Makes an empty log, and starts its broker.
    abstract Place open();

    private static Place onDisk(String fsync) {
        var directory = TemporaryDirectory.create("log");
        return new Place(List.of("--data-dir=" + directory.path(), "--fsync=" + fsync), directory::close);
    }

    /// The place of one log.
    ///
    /// @param arguments the arguments of a gateway that uses it
    record Place(List<String> arguments, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
