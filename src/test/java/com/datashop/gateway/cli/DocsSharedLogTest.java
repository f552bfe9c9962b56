package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Nginx;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The documents' two nodes with nginx in front, and their user of Redis, run as they are shown.
class DocsSharedLogTest {
    private static final Pattern STARTED = Pattern.compile("started ([0-9]+)");

    @Test
    void twoNodesBehindNginxAreOneToAClientThatLosesOne() throws IOException {
        Tool.path("redis-server");
        try (var directory = TemporaryDirectory.create("readme")) {
            int redis = Ports.free();
            twoNodes(Docs.port(Docs.block("sh", "BUS_URL=redis"), 6379, redis)
                    .replace("redis-server ", "redis-server --bind 127.0.0.1 --dir " + directory.path() + " "), 1);
        }
    }

    @Test
    void theSameTwoNodesHaveTheirLogInKafka() throws IOException {
        twoNodes(Docs.block("sh", "BUS_URL=kafka")
                .replace("9092/logs", KafkaServer.shared().port() + "/" + KafkaServer.topic()), 0);
    }

    /// @param before how many programs the script starts before the nodes
    private static void twoNodes(String block, int before) throws IOException {
        int[] ports = {Ports.free(), Ports.free()};
        String script = ports(block, ports)
                .replace(" java -jar target/gateway.jar", " " + String.join(" ", Jar.command("-Xmx256m")))
                .replace(" &\n", " & echo started $!\n");
        try (var shell = Child.start(Map.of("HOST", "127.0.0.1", "PATH", System.getenv("PATH")),
                List.of("bash", "-c", script + "wait\n"))) {
            var nodes = List.of(new Client(ports[0]), new Client(ports[1]));
            Await.until(() -> "both to be healthy: " + shell, Duration.ofSeconds(30), () -> nodes.stream()
                    .allMatch(DocsSharedLogTest::isHealthy));
            try (var nginx = Nginx.start(ports(Docs.block("nginx", "upstream gateways"), ports)
                    .replace("listen 8080;", "listen 127.0.0.1:@PORT@;"))) {
                var ids = new ArrayList<String>();
                var received = new ArrayList<String>();
                try (var follower = nginx.client().follow("logs:etl:w:r")) {
                    follower.await(Message::isConnection);
                    for (int n = 0; n < 20; n++) ids.add(nginx.client().publish("w/r", String.valueOf(n)));
                    received.addAll(follower.logs(20).stream().map(Message::id).toList());
                    int dying = nodes.get(0).connections() == 1 ? 0 : 1;
                    assertEquals(1, nodes.get(dying).connections());
                    kill(shell.out(), before + dying);
                    follower.awaitEnd();
                }
                for (int n = 20; n < 40; n++) ids.add(publishAgain(nginx.client(), String.valueOf(n)));
                try (var follower = nginx.client().follow("logs:etl:w:r", "Last-Event-ID: " + received.getLast())) {
                    received.addAll(follower.logs(20).stream().map(Message::id).toList());
                    assertTrue(follower.messages().stream().noneMatch(Message::isGap));
                }
                assertEquals(ids, received);
            }
        }
    }

    @Test
    void theUserThatTheDocumentsMakeMayDoAllThatIsNeeded() throws IOException {
        try (var redis = RedisServer.start()) {
            String rule = Docs.block("", "ACL SETUSER").strip();
            assertEquals("OK", redis.ask(rule.split(" ")));
            assertEquals("OK", redis.ask("ACL", "SETUSER", "default", "off"));
            String id;
            String url = "BUS_URL=redis://gateway:password@127.0.0.1:" + redis.port();
            try (var gateway = Gateway.start(url, "HISTORY_EVENTS=1", "RETENTION_HOURS=1");
                    var follower = gateway.follow("logs:etl:w")) {
                id = gateway.publish("w", "1");
                gateway.publishAll("w", List.of("2", "3"));
                assertEquals(id, follower.nextLog().id());
                try (var older = gateway.follow("logs:etl:w&tail=3")) {
                    assertEquals(id, older.nextLog().id(), "from Redis");
                }
                Await.until("the stream to be measured", () -> gateway.get("/metrics").body().lines()
                        .anyMatch(line -> line.matches("gateway_log_bytes [1-9].*")));
            }
            try (var gateway = Gateway.start(url); var follower = gateway.follow("logs:etl:w&tail=3")) {
                assertEquals(id, follower.nextLog().id());
            }
            for (var command : List.of("KEYS *", "FLUSHALL", "SET logs 1", "XLEN other", "CONFIG GET port"))
                assertTrue(redis.ask(("--no-auth-warning --user gateway --pass password " + command).split(" "))
                        .contains("NOPERM"), command);
        }
    }

    /// Publishes as a publisher does that meets a node's death: nginx may have sent the request to a connection that
    /// the dead node kept open, and answers 502. That node can not have stored it.
    private static String publishAgain(Client client, String data) {
        var id = new AtomicReference<String>();
        Await.until("a publish to be taken", () -> {
            var reply = client.tryPublish("w/r", data);
            if (reply.statusCode() == 200) id.set(Gateway.string(Gateway.json(reply), "id"));
            else assertEquals(502, reply.statusCode(), reply.body());
            return id.get() != null;
        });
        return id.get();
    }

    private static boolean isHealthy(Client node) {
        try {
            return node.get("/health").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private static void kill(String out, int number) {
        var started = STARTED.matcher(out).results().map(found -> found.group(1)).toList();
        ProcessHandle.of(Long.parseLong(started.get(number))).orElseThrow().destroyForcibly();
    }

    private static String ports(String block, int... nodes) {
        return Docs.port(Docs.port(block, 3002, nodes[0]), 3003, nodes[1]);
    }
}
