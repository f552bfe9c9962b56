package com.datashop.gateway.log;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.RabbitServer;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import java.util.ArrayList;
import java.util.List;

/// The kinds of log there are, each with a place of its own for the time of a test.
enum LogKind {
    MEMORY {
        @Override
        Place open() {
            return new Place(List.of(), () -> { });
        }
    },
    DISK {
        @Override
        Place open() {
            var directory = TemporaryDirectory.create("log");
            return new Place(List.of("DATA_DIR=" + directory.path()), directory::close);
        }
    },
    REDIS {
        @Override
        Place open() {
            var redis = RedisServer.start();
            return new Place(List.of("BUS_URL=" + redis.url()), redis::close);
        }
    },
    KAFKA {
        @Override
        Place open() {
            return new Place(List.of("BUS_URL=" + KafkaServer.shared().url(KafkaServer.topic())), () -> { });
        }
    },
    RABBITMQ {
        @Override
        Place open() {
            return new Place(List.of("BUS_URL=" + RabbitServer.shared().url(RabbitServer.freeStream())), () -> { });
        }
    };

    abstract Place open();

    /// Whether history outlives the gateway.
    boolean isLasting() {
        return this != MEMORY;
    }

    /// Where a log lives while gateways come and go.
    record Place(List<String> settings, Runnable end) implements AutoCloseable {
        Gateway start(String... more) {
            var all = new ArrayList<>(settings);
            all.addAll(List.of(more));
            return Gateway.start(all.toArray(String[]::new));
        }

        @Override
        public void close() {
            end.run();
        }
    }
}
