package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// How a gateway meets its Redis at the start, and how it tells in one line why it can not.
class RedisStartTest {
    /// All that a gateway needs, on one key.
    private static final List<String> RIGHTS = List.of("+hello", "+select", "+xadd", "+xread", "+xrange", "+xrevrange",
            "+xtrim", "+xinfo|stream", "+multi", "+exec", "+discard",
            "+watch", "+unwatch");

    @Test
    void aRedisThatCanNotBeReachedIsNamed() {
        int nobody = Ports.free();
        assertRefused("redis://127.0.0.1:" + nobody, "BUS_URL redis://127.0.0.1:" + nobody
                + " can not be used: Connection refused");
        assertRefused("redis://nowhere.invalid",
                "BUS_URL redis://nowhere.invalid:6379 can not be used: no such host", false);
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port())) {
            cable.let(Cable.Flow.STOPPED);
            assertRefused("redis://127.0.0.1:" + cable.port(), "Redis has not answered for 5 s", false);
        }
        assertRefused("redis+sentinel://127.0.0.1:" + nobody + "/mymaster",
                "BUS_URL redis+sentinel://127.0.0.1:" + nobody + "/mymaster can not be used: sentinel 127.0.0.1:"
                + nobody + ": Connection refused");
    }

    @Test
    void aWrongPasswordIsToldWithoutBeingShown() {
        try (var redis = RedisServer.start("--requirepass", "right")) {
            assertRefused(redis.url(), "a password is needed: NOAUTH");
            assertRefused("redis://:wrong-one@127.0.0.1:" + redis.port(), "wrong user or password: WRONGPASS");
            assertRefused("redis://nobody:wrong-one@127.0.0.1:" + redis.port(), "wrong user or password: WRONGPASS");
            try (var gateway = Gateway.start("BUS_URL=redis://:right@127.0.0.1:" + redis.port()
                    + "/3?stream=the%20log")) {
                var id = gateway.publish("w", "1");
                assertTrue(redis.ask("-a", "right", "-n", "3", "XRANGE", "the log", id, id).contains("logs:etl:w"));
            }
        }
    }

    @Test
    void aUserNeedsFewRightsAndALackOfOneIsToldAtTheStart() {
        try (var redis = RedisServer.start()) {
            var user = new ArrayList<>(List.of("ACL", "SETUSER", "gateway", "on", ">s3cret:with@signs", "~logs"));
            user.addAll(RIGHTS);
            assertEquals("OK", redis.ask(user.toArray(String[]::new)));
            String url = "redis://gateway:s3cret%3Awith%40signs@127.0.0.1:" + redis.port();
            try (var gateway = Gateway.start("BUS_URL=" + url, "RETENTION_HOURS=1", "HISTORY_EVENTS=2")) {
                for (int n = 0; n < 10; n++) gateway.publish("w/r", String.valueOf(n));
                try (var follower = gateway.follow("logs:etl:w:r&tail=10")) {
                    follower.logs(10);
                }
                redis.ask("ACL", "SETUSER", "gateway", "-xadd");
                Await.until("the lack to be noticed", () -> gateway.get("/health").body().contains("degraded"));
                assertEquals(503, gateway.client().tryPublish("w/r", "10").statusCode());
                redis.ask("ACL", "SETUSER", "gateway", "+xadd");
                Await.until("the right to be noticed", () -> gateway.get("/health").body().contains("healthy"));
                redis.ask("ACL", "SETUSER", "gateway", "off", "resetpass");
                redis.ask("CLIENT", "KILL", "USER", "gateway");
                Await.until("the lack to be noticed", () -> gateway.get("/health").body().contains("degraded"));
                redis.ask("ACL", "SETUSER", "gateway", "on", ">s3cret:with@signs");
                assertEquals(200, gateway.client().tryPublish("w/r", "10").statusCode());
            }
            assertRefused(url + "?stream=other", "the user lacks a right: NOPERM");
            for (var right : RIGHTS.subList(2, RIGHTS.size())) {
                assertEquals("OK", redis.ask("ACL", "SETUSER", "gateway", right.replace('+', '-')), right);
                assertRefused(url, "the user lacks a right: NOPERM", false);
                redis.ask("ACL", "SETUSER", "gateway", right);
            }
        }
    }

    @Test
    void aKeyThatIsNoStreamAndAServerThatIsAReplicaAreToldApart() {
        try (var redis = RedisServer.start();
                var replica = RedisServer.start("--replicaof", "127.0.0.1 " + redis.port())) {
            redis.ask("SET", "logs", "1");
            assertRefused(redis.url(), "the key is no stream: WRONGTYPE");
            assertRefused(replica.url(), "127.0.0.1:" + replica.port() + " is a replica: name its master");
        }
    }

    @Test
    void aServerThatIsTooOldOrNoRedisIsToldApart() throws Exception {
        assertRefusedBy("-ERR unknown command `HELLO`, with args beginning with: `2`, `SETNAME`, \r\n",
                "this Redis is older than 6.0: 6.2 is needed");
        assertRefusedBy("*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n6.0.16\r\n"
                + "$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:7\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaste"
                + "r\r\n$7\r\nmodules\r\n*0\r\n",
                "this Redis is 6.0.16: 6.2 is needed");
        assertRefusedBy("HTTP/1.1 400 Bad Request\r\n\r\n", "what answers is no Redis");
        assertRefusedBy("*1000000000\r\n", "a reply of more than");
        assertRefusedBy("$99999999999\r\n", "a reply of more than");
        assertRefusedBy("*1\r\n".repeat(100), "what answers is no Redis");
        assertRefusedBy("", "Redis has closed the connection");
    }

    @Test
    void overTlsTheServerMustBeTheOneThatItsCertificateNames() throws Exception {
        try (var files = TemporaryDirectory.create("tls")) {
            var own = certificate(files.path(), "own", "IP:127.0.0.1");
            var other = certificate(files.path(), "other", "DNS:redis.example.com");
            int port = Ports.free();
            try (var redis = overTls(port, own)) {
                try (var gateway = GatewayProcess.startWith(trusting(files.path(), own), "BUS_URL=rediss://127.0.0.1:"
                        + port)) {
                    var id = gateway.client().publish("w", "1");
                    assertTrue(redis.ask("XRANGE", "logs", id, id).contains("logs:etl:w"));
                }
                try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                    var refusals = List.of(
                            executor.submit(() -> assertRefused("rediss://127.0.0.1:" + port, "TLS fails: ")),
                            executor.submit(() -> assertRefused("rediss://127.0.0.1:" + redis.port(),
                            "TLS fails: no answer within 5 s")),
                            executor.submit(() -> assertRefused("redis://127.0.0.1:" + port,
                            "BUS_URL redis://127.0.0.1:" + port + " can not be used: ")));
                    for (var refusal : refusals) refusal.get();
                }
            }
            try (var redis = overTls(port, other)) {
                try (var process = GatewayProcess.launchWith(trusting(files.path(), other),
                        List.of("PORT=0", "HOST=127.0.0.1", "BUS_URL=rediss://127.0.0.1:" + port))) {
                    assertEquals(1, process.awaitExit());
                    assertTrue(process.err().contains("TLS fails: ") && process.err().contains("127.0.0.1"),
                            process.err());
                    assertEquals("PONG", redis.ask("PING"));
                }
            }
        }
    }

    @Test
    void aRedisThatIsStillReadingItsDataBackIsWaitedFor() {
        try (var redis = RedisServer.start("--appendonly", "yes", "--key-load-delay", "500",
                "--loading-process-events-interval-bytes", "1024")) {
            String last;
            try (var gateway = Gateway.start("BUS_URL=" + redis.url())) {
                for (int b = 0; b < 20; b++)
                    gateway.publishAll("w", Collections.nCopies(100, "\"" + "x".repeat(300) + "\""));
                last = gateway.publish("w", "1");
            }
            redis.kill();
            redis.restart();
            try (var gateway = Gateway.start("BUS_URL=" + redis.url());
                    var follower = gateway.follow("logs:etl:w&tail=1")) {
                assertEquals(last, follower.nextLog().id());
            }
        }
    }

    private static void assertRefused(String url, String line) {
        assertRefused(url, line, true);
    }

    /// In a process of its own, which tells and ends; or in this one, which is faster.
    private static void assertRefused(String url, String line, boolean process) {
        if (!process) {
            var refused = assertThrows(UncheckedIOException.class, () -> Gateway.start("BUS_URL=" + url).close());
            assertTrue(refused.getCause().getMessage().contains(line), refused.getCause().getMessage());
            return;
        }
        try (var gateway = GatewayProcess.launch(List.of("PORT=0", "HOST=127.0.0.1", "BUS_URL=" + url))) {
            assertEquals(1, gateway.awaitExit());
            assertEquals("", gateway.out());
            assertEquals(1, gateway.err().lines().count(), gateway.err());
            assertTrue(gateway.err().startsWith("gateway: BUS_URL ") && gateway.err().contains(line), gateway.err());
            assertFalse(gateway.err().contains("wrong-one") || gateway.err().contains("s3cret"), gateway.err());
        }
    }

    /// By something that answers like this, whatever it is asked.
    private static void assertRefusedBy(String answer, String line) throws IOException {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var thread = Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    socket.getInputStream().read(new byte[1024]);
                    socket.getOutputStream().write(answer.getBytes(US_ASCII));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException left) {
                    // which it does when it has read enough
                }
            });
            assertRefused("redis://127.0.0.1:" + server.getLocalPort(), line, false);
            thread.interrupt();
        }
    }

    private static RedisServer overTls(int port, Path certificate) {
        return RedisServer.start("--tls-port", String.valueOf(port), "--tls-cert-file", certificate.toString(),
                "--tls-key-file", certificate + ".key",
                "--tls-auth-clients", "no", "--tls-ca-cert-file", certificate.toString());
    }

    private static Path certificate(Path directory, String name, String subject) {
        var file = directory.resolve(name);
        run(Tool.path("openssl").toString(), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=" + name, "-addext", "subjectAltName=" + subject,
                "-keyout", file + ".key", "-out", file.toString());
        return file;
    }

    private static List<String> trusting(Path directory, Path certificate) throws IOException {
        var store = directory.resolve(certificate.getFileName() + ".p12");
        Files.deleteIfExists(store);
        run(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-importcert", "-noprompt", "-alias",
                "redis", "-file", certificate.toString(),
                "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit");
        return List.of("-Xmx512m", "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=changeit");
    }

    private static void run(String... command) {
        try (var child = Child.start(command)) {
            if (child.awaitExit() != 0) throw new AssertionError(child.toString());
        }
    }
}
