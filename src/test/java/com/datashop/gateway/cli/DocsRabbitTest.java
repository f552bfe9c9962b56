package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RabbitServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The documents' two nodes on one RabbitMQ, and their user, run as they are shown.
class DocsRabbitTest {
    @Test
    void twoNodesOnOneRabbitAreOneToAClient() {
        var server = RabbitServer.shared();
        int[] ports = {Ports.free(), Ports.free()};
        server.eval("rabbit_auth_backend_internal:add_user(<<\"gateway\">>, <<\"docs-password\">>, <<\"test\">>).");
        try {
            var words = new ArrayList<>(List.of(Docs.block("sh", "rabbitmqctl set_permissions").strip().split(" ")));
            words.removeFirst();
            server.ask(words.stream().map(word -> word.replace("'", "")).toArray(String[]::new));
            String block = Docs.block("sh", "BUS_URL='amqp:");
            assertTrue(block.contains("guest:guest@127.0.0.1:5672"), block);
            String script = Docs.port(Docs.port(Docs.port(block, 5672, server.port()), 3002, ports[0]), 3003, ports[1])
                    .replace("guest:guest", "gateway:docs-password")
                    .replace(" java -jar target/gateway.jar", " " + String.join(" ", Jar.command("-Xmx256m")));
            try (var shell = Child.start(Map.of("HOST", "127.0.0.1", "PATH", System.getenv("PATH")),
                    List.of("bash", "-c", script + "wait\n"))) {
                var nodes = Stream.of(new Client(ports[0]), new Client(ports[1])).toList();
                Await.until(() -> "both to be healthy: " + shell, Duration.ofSeconds(60),
                        () -> nodes.stream().allMatch(DocsRabbitTest::isHealthy));
                var ids = new ArrayList<String>();
                try (var one = nodes.get(0).follow("logs:etl:w:r"); var other = nodes.get(1).follow("logs:etl:w:r")) {
                    for (var each : List.of(one, other)) each.await(message -> message.event().equals("connection"));
                    for (int n = 0; n < 20; n++) ids.add(nodes.get(n % 2).publish("w/r", String.valueOf(n)));
                    for (var each : List.of(one, other))
                        assertEquals(ids, each.logs(20).stream().map(Message::id).toList());
                }
                try (var resumed = nodes.get(1).follow("logs:etl:w:r", "Last-Event-ID: " + ids.getFirst())) {
                    assertEquals(ids.subList(1, 20), resumed.logs(19).stream().map(Message::id).toList());
                }
            }
        } finally {
            server.eval("rabbit_auth_backend_internal:delete_user(<<\"gateway\">>, <<\"test\">>).");
        }
    }

    private static boolean isHealthy(Client node) {
        try {
            return node.get("/health").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }
}
