package com.datashop.gateway.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that is really full: publishes are refused, streams go on, nothing refused is ever seen, and the gateway
/// recovers by itself.
class FullDiskTest {
    private static final int DISK_BYTES = 4 << 20;
    private static final int FILLING_BYTES = 2 << 20;
    @TempDir
    Path parent;

    @ParameterizedTest
    @ValueSource(strings = {"always", "interval"})
    void aFullDiskRefusesPublishesAndTheGatewayGoesOnWhenThereIsRoomAgain(String fsync) throws Exception {
        try (var disk = SmallDisk.mount(parent, DISK_BYTES)) {
            var filling = disk.directory().resolve("filling");
            Files.write(filling, new byte[FILLING_BYTES]);
            var acknowledged = new ArrayList<String>();
            try (var gateway = start(disk, fsync); var live = gateway.follow("logs:etl:w:r")) {
                var client = gateway.client();
                int refused = 0;
                for (int n = 0; refused < 5; n++) {
                    assertTrue(n < 1000, "the disk is full some time");
                    var reply = client.tryPublish("w/r", "\"" + n + "x".repeat(10_000) + "\"");
                    if (reply.statusCode() == 200) {
                        acknowledged.add(Gateway.string(Gateway.json(reply), "id"));
                        continue;
                    }
                    refused++;
                    assertEquals(503, reply.statusCode());
                    assertTrue(Integer.parseInt(reply.headers().firstValue("Retry-After").orElseThrow()) > 0);
                    assertTrue(reply.body().contains("the log can not be written"), reply.body());
                    assertEquals("application/problem+json", reply.headers().firstValue("Content-Type").orElseThrow());
                }
                assertTrue(acknowledged.size() > 100, "most of the disk was used: " + acknowledged.size());
                var health = client.get("/health");
                assertEquals(200, health.statusCode());
                assertEquals("degraded", Gateway.string(Gateway.json(health), "status"));
                assertEquals(acknowledged.size(), live.logs(acknowledged.size()).size());
                try (var replay = gateway.follow("logs:etl:w:r&tail=3")) {
                    assertEquals(acknowledged.subList(acknowledged.size() - 3, acknowledged.size()), replay.logs(3)
                            .stream().map(message -> message.id()).toList());
                }
                Files.delete(filling);
                Await.until("it to be healthy again",
                        () -> Gateway.string(Gateway.json(client.get("/health")), "status").equals("healthy"));
                for (int i = 0; i < 10; i++) acknowledged.add(gateway.publish("w/r", "\"after\""));
                live.logs(acknowledged.size());
                assertEquals(acknowledged, live.ids(), "what was refused nobody has seen");
            }
            try (var gateway = start(disk, fsync); var all = gateway.follow("logs:etl:w:r&since=1h")) {
                var next = gateway.publish("w/r", "\"next\"");
                all.await(message -> message.id().equals(next));
                acknowledged.add(next);
                assertEquals(acknowledged, all.ids(), "nor is it there after a restart");
            }
        }
    }

    @Test
    void aGatewayThatStartsOnAFullDiskServesWhatThereIsAndTakesMoreWhenThereIsRoom() throws Exception {
        try (var disk = SmallDisk.mount(parent, DISK_BYTES)) {
            String id;
            try (var gateway = start(disk, "interval")) {
                id = gateway.publish("w/r", "1");
            }
            var filling = disk.directory().resolve("filling");
            try (var out = Files.newOutputStream(filling)) {
                var block = new byte[4096];
                for (int i = 0; i <= DISK_BYTES / block.length; i++) out.write(block);
                throw new AssertionError("the disk is not full");
            } catch (java.io.IOException full) {
                assertTrue(Files.size(filling) > FILLING_BYTES, "it is full now");
            }
            try (var gateway = start(disk, "interval"); var follower = gateway.follow("logs:etl:w:r&tail=1")) {
                assertEquals(id, follower.nextLog().id());
                assertEquals("degraded", Gateway.string(Gateway.json(gateway.get("/health")), "status"));
                assertEquals(503, gateway.client().tryPublish("w/r", "2").statusCode());
                Files.delete(filling);
                Await.until("it to be healthy", () -> Gateway.string(Gateway.json(gateway.get("/health")), "status")
                        .equals("healthy"));
                assertEquals(gateway.publish("w/r", "3"), follower.nextLog().id());
            }
        }
    }

    @Test
    void aDirectoryThatIsTakenAwayIsToldInWordsAndUsedAgainWhenItIsBack() throws Exception {
        var directory = parent.resolve("log");
        try (var gateway = Gateway.start("DATA_DIR=" + directory, "FSYNC=always", "RETENTION_BYTES=64KiB")) {
            gateway.publish("w/r", "1");
            Files.move(directory, parent.resolve("away"));
            var refused = new AtomicReference<String>();
            // when the segment is full, for what is open can still be written
            Await.until("a publish to be refused", () -> {
                var reply = gateway.client().tryPublish("w/r", "\"" + "x".repeat(20_000) + "\"");
                if (reply.statusCode() == 503) refused.set(reply.body());
                return reply.statusCode() == 503;
            });
            assertTrue(refused.get().contains("the log can not be written: no such file or directory: " + directory),
                    refused.get());
            Files.move(parent.resolve("away"), directory);
            Await.until("it to be healthy again", () -> Gateway.string(Gateway.json(gateway.get("/health")), "status")
                    .equals("healthy"));
            gateway.publish("w/r", "2");
        }
    }

    private static Gateway start(SmallDisk disk, String fsync) {
        return Gateway.start("DATA_DIR=" + disk.directory().resolve("log"), "FSYNC=" + fsync);
    }
}
