package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.SmallDisk;
import com.datashop.gateway.support.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A Kafka whose disk is full.
class FullDiskTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static final int DISK_BYTES = 8 << 20;

    @Test
    void aBrokerThatCanNotWriteStoresNothingAndTheNodeGoesOnWhenItCanAgain() throws Exception {
        try (var home = TemporaryDirectory.create("kafka-disk"); var disk = SmallDisk.mount(home.path(), DISK_BYTES);
                var kafka = KafkaServer.start("log.dirs=@DATA@," + disk.directory(), "metadata.log.dir=@DATA@",
                        "log.index.size.max.bytes=8192")) {
            var topic = topicOn(disk.directory(), kafka);
            try (var gateway = Gateway.start("BUS_URL=" + kafka.url(topic)); var follower = gateway.follow(CHANNEL)) {
                follower.await(message -> message.event().equals("connection"));
                var ids = new ArrayList<String>();
                for (int n = 0; n < 5; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                var ballast = disk.directory().resolve("ballast");
                fill(ballast);
                var refused = gateway.client().tryPublish(PATH, "\"" + "x".repeat(100_000) + "\"");
                assertEquals(503, refused.statusCode(), refused::body);
                Await.until("it to be noticed", () -> gateway.get("/health").body().contains("degraded"));
                assertEquals(ids, follower.ids(), "nothing is handed over that the broker has not stored");
                Files.delete(ballast);
                kafka.kill();
                kafka.restart();
                Await.until("publishes to go on", Duration.ofSeconds(60),
                        () -> gateway.client().tryPublish(PATH, "6").statusCode() == 200);
                var last = gateway.publish(PATH, "7");
                follower.await(message -> message.id().equals(last));
                assertEquals(ids, follower.ids().subList(0, 5));
                assertTrue(follower.messages().stream().noneMatch(message -> message.event().equals("gap")),
                        "what was acknowledged is there: " + follower.messages());
                assertEquals(new Admin(kafka, topic).events(), follower.ids().size(), "and each event came once");
            }
        }
    }

    /// The name of a topic that Kafka keeps on this disk. It takes the disk with the fewest topics for each new one.
    private static String topicOn(Path disk, KafkaServer kafka) {
        for (var topic : List.of("one", "two")) {
            new Admin(kafka, topic).create(1, Map.of());
            var directories = List.of(disk.resolve(topic + "-0"), kafka.partition(topic));
            Await.until("the topic to be made", () -> directories.stream().anyMatch(Files::exists));
            if (Files.exists(directories.getFirst())) return topic;
        }
        throw new AssertionError("Kafka keeps no topic on " + disk);
    }

    /// Writes until the disk is full.
    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            for (int chunk = 64 << 10; chunk > 0; ) {
                try {
                    for (int n = 0; n < 2 * DISK_BYTES / chunk; n++) out.write(new byte[chunk]);
                    throw new AssertionError("the disk is not full");
                } catch (IOException full) {
                    chunk /= 2;
                }
            }
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }
}
