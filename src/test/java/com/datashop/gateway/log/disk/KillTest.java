package com.datashop.gateway.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The process is killed under load, again and again: every acknowledged event is there, in order, once, and so is
/// whatever a subscriber was shown.
class KillTest {
    private static final int LIVES = 6;
    private static final int PUBLISHERS = 8;
    private static final int LEAST_PUBLISHED = 200;
    private static final int MOST_PUBLISHED = 50_000;
    private static final int BATCH = 3;
    @TempDir
    Path directory;

    /// By the text of its data, which only one event has, the id under which each was acknowledged.
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, String> shown = new HashMap<>();
    private final AtomicInteger number = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(strings = {"always", "interval"})
    void whateverWasAcknowledgedOrShownIsThereInOrderOnce(String fsync) throws Exception {
        var random = new Random();
        for (int life = 0; life < LIVES; life++) {
            try (var gateway = GatewayProcess.start("DATA_DIR=" + directory, "FSYNC=" + fsync,
                    "RETENTION_BYTES=64MiB")) {
                Await.until("it to be healthy", () -> gateway.client().get("/health").statusCode() == 200);
                check(gateway.client());
                killUnderLoad(gateway, LEAST_PUBLISHED + random.nextInt(LEAST_PUBLISHED));
            }
        }
        try (var gateway = GatewayProcess.start("DATA_DIR=" + directory, "FSYNC=" + fsync)) {
            Await.until("it to be healthy", () -> gateway.client().get("/health").statusCode() == 200);
            check(gateway.client());
        }
        assertTrue(acknowledged.size() > LIVES * LEAST_PUBLISHED, "there was load: " + acknowledged.size());
    }

    private void killUnderLoad(GatewayProcess gateway, int after) throws Exception {
        var client = gateway.client();
        int before = acknowledged.size();
        try (var live = client.follow("logs:etl:w:*"); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var publishers = new ArrayList<Future<?>>();
            for (int i = 0; i < PUBLISHERS; i++) {
                int publisher = i;
                publishers.add(executor.submit(() -> publish(client, publisher)));
            }
            Await.until("a load", () -> acknowledged.size() - before >= after);
            gateway.signal("KILL");
            gateway.awaitExit();
            for (var publisher : publishers) publisher.get();
            live.awaitEnd();
            for (var message : live.messages()) if (message.isLog()) shown.put(text(message), message.id());
        }
    }

    /// Publishes one by one, or in batches, until the gateway is gone.
    private void publish(Client client, int publisher) {
        for (int n = 0; n < MOST_PUBLISHED; n++) {
            try {
                if (publisher % 2 == 0) {
                    String text = "one " + number.incrementAndGet();
                    var reply = client.tryPublish("w/" + publisher, "\"" + text + "\"");
                    if (reply.statusCode() == 200) acknowledged.put(text, Gateway.string(Gateway.json(reply), "id"));
                } else {
                    String text = "batch " + number.incrementAndGet() + " of ";
                    var lines = new StringBuilder();
                    for (int i = 0; i < BATCH; i++)
                        lines.append(Gateway.entry("w/" + publisher, "\"" + text + i + "\"")).append('\n');
                    var reply = client.post("/api/logs/publish", lines.toString(), "Content-Type: application/x-ndjson",
                            "X-Service-Token: " + Gateway.TOKEN);
                    if (reply.statusCode() != 200) continue;
                    acknowledged.put(text + 0, Gateway.string(Gateway.json(reply), "firstId"));
                    acknowledged.put(text + (BATCH - 1), Gateway.string(Gateway.json(reply), "lastId"));
                }
            } catch (UncheckedIOException gone) {
                return;
            }
        }
    }

    private void check(Client client) {
        var ids = new HashMap<String, String>();
        try (var all = client.follow("logs:etl:w:*&since=1h")) {
            var end = client.publish("w/end", "\"end\"");
            all.await(message -> message.id().equals(end));
            var last = EventId.ZERO;
            for (var message : all.messages()) {
                assertTrue(!message.event().equals("gap"), message.toString());
                if (!message.isLog() || text(message).equals("end")) continue;
                var id = EventId.parse(message.id()).orElseThrow();
                assertTrue(id.isAfter(last), "in order");
                last = id;
                assertEquals(null, ids.put(text(message), message.id()), "once: " + message);
            }
        }
        acknowledged.forEach((text, id) -> assertEquals(id, ids.get(text), "what was acknowledged is there: " + text));
        shown.forEach((text, id) -> assertEquals(id, ids.get(text), "what was shown is there: " + text));
        for (var text : ids.keySet())
            if (text.startsWith("batch"))
                for (int i = 0; i < BATCH; i++)
                    assertTrue(ids.containsKey(text.substring(0, text.length() - 1) + i), "all of a batch: " + text);
    }

    private static String text(Message message) {
        return ((JsonString) Gateway.object(message.data()).get("data")).value();
    }
}
