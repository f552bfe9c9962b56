package com.datashop.gateway.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Nginx;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A deploy under load, behind a real nginx as the documents set it up: nobody who follows misses an event, or has one
/// twice.
class DeployTest {
    private static final String CHANNEL = "logs:etl:workspace123:r";
    private static final String PATH = "workspace123/r";
    /// A browser that was told to wait comes back after up to 4 s, and may find nobody twice.
    private static final Duration RECONNECT = Duration.ofSeconds(40);
    private static final String PAGE = """
            <!doctype html><script>
            const ids = [], controls = [];
            function follow(url) {
              const source = new EventSource(url);
              source.onmessage = event => ids.push(event.lastEventId);
              for (const name of ['connection', 'gap', 'refused', 'shutdown']) source.addEventListener(name, event => \
            controls.push(name + ' ' + event.data));
            }
            </script>""";

    /// Where the log lives, and how many gateways share it.
    enum Deployment {
        ONE_ON_DISK(1),
        TWO_OVER_REDIS(2);

        private final int nodes;

        Deployment(int nodes) {
            this.nodes = nodes;
        }

        /// The settings of a node, beside its port.
        private List<String> settings(Path directory, RedisServer redis) {
            return switch (this) {
                case ONE_ON_DISK -> List.of("DATA_DIR=" + directory, "TRUST_PROXY=1", "HEARTBEAT_SECONDS=1");
                case TWO_OVER_REDIS -> List.of("BUS_URL=" + redis.url(), "HISTORY_EVENTS=100000", "TRUST_PROXY=1",
                        "HEARTBEAT_SECONDS=1");
            };
        }
    }

    @TempDir
    private Path directory;

    private RedisServer redis;
    private final List<GatewayProcess> nodes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void whoeverFollowsHasEveryEventOnceHoweverTheGatewayIsRestarted(Deployment deployment) throws Exception {
        redis = deployment == Deployment.TWO_OVER_REDIS ? RedisServer.start() : null;
        for (int i = 0; i < deployment.nodes; i++) {
            nodes.add(GatewayProcess.start(deployment.settings(directory, redis).toArray(String[]::new)));
            ports.add(nodes.get(i).port());
        }
        try (var pages = new Pages(PAGE); var nginx = Nginx.start(config()); var browser = new Browser();
                var curl = curl(nginx.port()); var own = new Resuming(nginx.port(), CHANNEL);
                var publisher = new Publisher(nginx.client())) {
            browser.open(pages.url());
            browser.script("follow(arguments[0])", "http://127.0.0.1:" + nginx.port() + Client.stream(CHANNEL));
            var clients = List.of(
                    new Reader(() -> texts(browser, "ids"), id -> isTrue(browser, "ids.includes('" + id + "')")),
                    new Reader(() -> curl.out().lines().filter(line -> line.endsWith("}"))
                            .map(line -> Gateway.string(Gateway.object(line), "id")).toList(),
                            id -> curl.out().contains("\"" + id + "\"")),
                    new Reader(own::ids, id -> own.ids().contains(id)));
            awaitAll(clients, publisher.next());

            restart(deployment, "TERM", () -> { });
            awaitAll(clients, publisher.next());
            // A single node stays away until the browser has come and nginx has answered it in the gateway's place.
            // With two nodes, the other one is there.
            restart(deployment, "TERM", () -> Await.until("the page to be told to come back", RECONNECT,
                    () -> deployment.nodes > 1 || count(browser, "\"reason\":\"away\"") > 0));
            awaitAll(clients, publisher.next());
            restart(deployment, "KILL", () -> { });
            String last = publisher.end();
            awaitAll(clients, last);

            var all = stored();
            assertTrue(all.containsAll(publisher.acknowledged()), "what was answered with 200 is there");
            for (var client : clients) {
                var ids = client.ids.get();
                var due = all.subList(all.indexOf(ids.getFirst()), all.size());
                assertEquals("", difference(due, ids), "client " + clients.indexOf(client)
                        + ": from its first event on, each one once");
            }
            assertTrue(count(browser, "shutdown") >= 1 && count(browser, "connection") > 2, () -> "it was cut: "
                    + texts(browser, "controls"));
            assertEquals(0, count(browser, "gap") + own.count("gap"));
        } finally {
            nodes.forEach(GatewayProcess::close);
            if (redis != null) redis.close();
        }
    }

    /// Every node, one after the other.
    private void restart(Deployment deployment, String signal, Runnable meanwhile) {
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).signal(signal);
            nodes.get(i).awaitExit();
            nodes.get(i).close();
            meanwhile.run();
            var settings = new ArrayList<>(deployment.settings(directory, redis));
            settings.add("PORT=" + ports.get(i));
            nodes.set(i, GatewayProcess.start(settings.toArray(String[]::new)));
        }
    }

    private String config() {
        var servers = ports.stream().map(port -> "server 127.0.0.1:" + port + " max_fails=0;")
                .collect(Collectors.joining(" "));
        var block = Docs.block("nginx", "log_format");
        assertTrue(block.contains("server 127.0.0.1:3002;"), block);
        return block.replace("server 127.0.0.1:3002;", servers).replace("listen 8080;", "listen 127.0.0.1:@PORT@;")
                .replace("access_log /dev/stdout no_query;", "access_log off;");
    }

    /// The documents' shell function that follows for good.
    private static Child curl(int port) {
        var script = Docs.block("bash", "follow()", port);
        assertTrue(script.contains("'logs:etl:workspace123:*'"), script);
        return Child.start("bash", "-c", script);
    }

    /// The ids of all that the log holds, from a stream of its own.
    private List<String> stored() {
        var client = new Client(ports.getFirst());
        var end = client.publish("elsewhere/end", "1");
        try (var follower = client.follow("logs:etl:workspace123:*,logs:etl:elsewhere:end&since=0")) {
            follower.await(message -> message.id().equals(end) && message.isLog());
            return follower.ids().stream().filter(id -> !id.equals(end)).toList();
        }
    }

    /// Where two long lists part; empty when they are the same.
    private static String difference(List<String> due, List<String> ids) {
        int same = 0;
        while (same < due.size() && same < ids.size() && due.get(same).equals(ids.get(same))) same++;
        if (same == due.size() && same == ids.size()) return "";
        return due.size() + " are due, " + ids.size() + " came; at " + same + " due: "
                + due.subList(same, Math.min(due.size(), same + 3))
                + ", came: " + ids.subList(same, Math.min(ids.size(), same + 3));
    }

    private static void awaitAll(List<Reader> clients, String id) {
        for (var client : clients)
            Await.until(() -> id + " in client " + clients.indexOf(client) + ", that has " + client.ids.get().size(),
                    RECONNECT, () -> client.has.test(id));
    }

    /// A client of the stream: all the ids that it has, and a quick look for one of them.
    private record Reader(Supplier<List<String>> ids, Predicate<String> has) { }

    private static long count(Browser browser, String control) {
        return texts(browser, "controls").stream().filter(text -> text.contains(control)).count();
    }

    private static boolean isTrue(Browser browser, String expression) {
        return browser.script("return " + expression).toString().equals("true");
    }

    private static List<String> texts(Browser browser, String array) {
        return ((JsonArray) browser.script("return " + array)).elements().stream().map(id -> ((JsonString) id).value())
                .toList();
    }

    /// Publishes one event after the other, each until it is taken.
    private static final class Publisher implements AutoCloseable {
        private static final int MOST = 100_000;
        /// Between two events, in nanoseconds. A restart takes a second, so some hundred events are due in it.
        private static final long REST = 8_000_000;

        private final Client client;
        private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
        private final AtomicBoolean enough = new AtomicBoolean();
        private final Thread thread;

        Publisher(Client client) {
            this.client = client;
            thread = Thread.ofVirtual().name("publisher").start(this::run);
        }

        List<String> acknowledged() {
            return List.copyOf(acknowledged);
        }

        /// Waits until a hundred more are published; the id of the last.
        String next() {
            int enough = acknowledged.size() + 100;
            Await.until("a hundred events", RECONNECT, () -> acknowledged.size() >= enough);
            return acknowledged.getLast();
        }

        /// Publishes no more but a last one; its id. (The one before it may have been stored by a gateway that was
        /// killed before it said so: who has the last has that.)
        String end() throws InterruptedException {
            enough.set(true);
            thread.join();
            Await.until("the last event to be taken", RECONNECT, this::published);
            return acknowledged.getLast();
        }

        private void run() {
            for (int i = 0; i < MOST && !enough.get(); i++) published();
        }

        /// Publishes the next event, if it is taken.
        private boolean published() {
            var id = attempt(acknowledged.size());
            if (!id.isEmpty()) acknowledged.add(id);
            return !id.isEmpty();
        }

        /// Empty when it was not taken: 503 from the gateway, 502 from nginx.
        private String attempt(int n) {
            var reply = client.tryPublish(PATH, "{\"n\":" + n + "}");
            LockSupport.parkNanos(REST);
            if (reply.statusCode() == 200) return Gateway.string(Gateway.json(reply), "id");
            if (reply.statusCode() == 502 || reply.statusCode() == 503) return "";
            throw new AssertionError(reply.statusCode() + " " + reply.body());
        }

        @Override
        public void close() {
            enough.set(true);
        }
    }
}
