package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.TemporaryDirectory;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

/// How a gateway meets its Kafka at the start, and how it tells in one line why it can not.
class KafkaStartTest {
    private static final int READ = 3;
    private static final int WRITE = 4;
    private static final int CREATE = 5;
    private static final int DESCRIBE = 8;

    @Test
    void aKafkaThatCanNotBeReachedIsNamed() {
        int nobody = Ports.free();
        assertRefused("kafka://127.0.0.1:" + nobody, "BUS_URL kafka://127.0.0.1:" + nobody
                + "/logs can not be used: Connection refused", true);
        assertRefused("kafka://nowhere.invalid/x",
                "BUS_URL kafka://nowhere.invalid:9092/x can not be used: no such host", false);
        try (var silent = new Cable(nobody)) {
            assertRefused("kafka://127.0.0.1:" + silent.port(), "Kafka has closed the connection|Connection reset",
                    false);
        }
        try (var cable = KafkaServer.shared().cable()) {
            cable.let(Cable.Flow.STOPPED);
            assertRefused("kafka://127.0.0.1:" + cable.port(), "Kafka has not answered for 5 s", false);
        }
        try (var gateway = Gateway.start("BUS_URL=kafka://127.0.0.1:" + nobody + ",127.0.0.1:" + KafkaServer.shared()
                .port()
                + "/" + KafkaServer.topic())) {
            gateway.publish("w", "1");
        }
    }

    @Test
    void aTopicThatIsNoLogIsToldApart() {
        var wide = KafkaServer.topic();
        new Admin(KafkaServer.shared(), wide).create(2, Map.of());
        assertRefused(KafkaServer.shared().url(wide), "topic " + wide + " has 2 partitions: the log needs one order",
                true);
        for (var policy : List.of("compact", "compact,delete")) {
            var compact = KafkaServer.topic();
            new Admin(KafkaServer.shared(), compact).create(1, Map.of("cleanup.policy", policy));
            assertRefused(KafkaServer.shared().url(compact), "topic " + compact
                    + " has cleanup.policy=.*set it to delete", false);
        }
    }

    @Test
    void whatIsNoKafkaOrNotOneOfItsVersionsIsToldApart() throws Exception {
        assertRefusedBy(versions(3, 0, 4), "this Kafka is too old: it does not speak METADATA 7, and 2.1 does");
        assertRefusedBy(new Out(64).int32(28).int32(1).int16(0).int32(3).int16(0).int16(0).int16(3).int16(1).int16(0)
                .int16(11)
                .int16(2).int16(0).int16(5), "this Kafka is too old: it does not speak PRODUCE 7");
        assertRefusedBy(versions(0, 9, 13), "this Kafka is too new: it does not speak PRODUCE 8 any more");
        assertRefusedBy(new Out(64).raw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(), 0, 28),
                "an answer of more than");
        assertRefusedBy(new Out(64).int32(8).int32(7).int32(0), "what answers is no Kafka");
        assertRefusedBy(new Out(64).int32(2).int16(0), "what answers is no Kafka");
        assertRefusedBy(new Out(64).int32(-5), "what answers is no Kafka");
        assertRefusedBy(new Out(64).int32(10).int32(1).int16(0).int32(Integer.MAX_VALUE), "what answers is no Kafka");
        assertRefusedBy(new Out(64).int32(6).int32(1).int16(35), "does not speak this version");
        assertRefusedBy(new Out(0), "Kafka has closed the connection");
    }

    @Test
    void whoeverHasToSayWhoHeIsDoesSoAndAWrongPasswordIsToldWithoutBeingShown() throws Exception {
        try (var kafka =
                KafkaServer.start(
                "listener.security.protocol.map=PLAIN:SASL_PLAINTEXT,CABLE:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name=CABLE",
                        "listener.name.plain.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                "listener.name.plain.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule "
                + "required"
                        + " user_gateway=\"s3cret:with@signs\";",
                "listener.name.plain.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram."
                + "ScramLoginModule required;",
                "listener.name.plain.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram."
                + "ScramLoginModule required;",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users=User:ANONYMOUS")) {
            var admin = new Admin(kafka.cable().port(), "secured");
            byte[] salt = "some salt".getBytes();
            admin.scram("gateway", 1, salt, salted("SHA256", "s3cret:with@signs", salt, 256), 4096);
            admin.scram("gateway", 2, salt, salted("SHA512", "s3cret:with@signs", salt, 512), 4096);
            var url = "kafka://gateway:s3cret%3Awith%40signs@127.0.0.1:" + kafka.port() + "/secured?sasl=";
            assertRefused(url + "plain", "there is no such topic|lacks a right", true);
            admin.allow("gateway", CREATE, READ, WRITE, DESCRIBE);
            for (var mechanism : List.of("plain", "scram-sha-256", "scram-sha-512")) {
                Await.until("the password to be known", () -> starts(url + mechanism));
                var wrong = "kafka://gateway:wrong-one@127.0.0.1:" + kafka.port() + "/secured?sasl=" + mechanism;
                assertRefused(wrong, "wrong user or password", mechanism.equals("scram-sha-256"));
            }
            assertRefused("kafka://127.0.0.1:" + kafka.port() + "/secured",
                    "Kafka has closed the connection|Connection reset", false);
            assertRefused("kafka://gateway:x@127.0.0.1:" + kafka.openPort() + "/secured",
                    "asks? for no user|closed|does not speak|mechanism|Connection reset", false);
            try (var gateway = Gateway.start("BUS_URL=" + url + "plain"); var follower = gateway.follow("logs:etl:w")) {
                follower.await(Message::isConnection);
                gateway.publish("w", "1");
                admin.forbid("gateway");
                admin.allow("gateway", READ, DESCRIBE);
                Await.until("the lack to be told", () -> {
                    var reply = gateway.client().tryPublish("w", "2");
                    return reply.statusCode() == 503 && reply.body().contains("the user lacks a right");
                });
                admin.allow("gateway", WRITE);
                Await.until("the right to be noticed", () -> gateway.client().tryPublish("w", "3").statusCode() == 200);
            }
            admin.forbid("gateway");
            admin.allow("gateway", DESCRIBE);
            assertRefused(url + "plain", "the user lacks a right", false);
        }
    }

    @Test
    void overTlsTheServerMustBeTheOneThatItsCertificateNames() throws Exception {
        try (var files = TemporaryDirectory.create("tls")) {
            for (var subject : List.of("IP:127.0.0.1", "DNS:kafka.example.com")) {
                var certificate = certificate(files.path(), subject.substring(0, 2), subject);
                try (var kafka =
                        KafkaServer.start(
                        "listener.security.protocol.map=PLAIN:SSL,CABLE:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "inter.broker.listener.name=CABLE", "ssl.keystore.type=PEM", "ssl.keystore.location="
                                + certificate)) {
                    var url = "kafkas://127.0.0.1:" + kafka.port() + "/tls";
                    if (subject.startsWith("IP")) {
                        try (var gateway = GatewayProcess.startWith(trusting(files.path(), certificate), "BUS_URL="
                                + url)) {
                            gateway.client().publish("w", "1");
                        }
                        assertRefused(url, "TLS fails: ", false);
                        assertRefused("kafka://127.0.0.1:" + kafka.port(),
                                "closed the connection|no Kafka|Connection reset|an answer of more", false);
                    } else {
                        try (var process = GatewayProcess.launchWith(trusting(files.path(), certificate),
                                List.of("PORT=0", "HOST=127.0.0.1", "BUS_URL=" + url))) {
                            assertEquals(1, process.awaitExit());
                            assertTrue(process.err().contains("TLS fails: ") && process.err().contains("127.0.0.1"),
                                    process.err());
                        }
                    }
                }
            }
        }
    }

    private static boolean starts(String url) {
        try (var gateway = Gateway.start("BUS_URL=" + url)) {
            gateway.publish("w", "1");
            return true;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /// In a process of its own, which tells and ends; or in this one, which is faster.
    private static void assertRefused(String url, String line, boolean process) {
        var expected = java.util.regex.Pattern.compile(line.contains("|") || line.contains("*")
                ? line : java.util.regex.Pattern.quote(line));
        if (!process) {
            var refused = assertThrows(UncheckedIOException.class, () -> Gateway.start("BUS_URL=" + url).close());
            var message = refused.getCause().getMessage();
            assertTrue(expected.matcher(message).find(), message);
            assertFalse(message.contains("wrong-one") || message.contains("s3cret"), message);
            return;
        }
        try (var gateway = GatewayProcess.launch(List.of("PORT=0", "HOST=127.0.0.1", "BUS_URL=" + url))) {
            assertEquals(1, gateway.awaitExit());
            assertEquals("", gateway.out());
            var lines = gateway.err().lines().filter(each -> !each.contains("level=info")).toList();
            assertEquals(1, lines.size(), gateway.err());
            assertTrue(lines.getFirst().startsWith("gateway: BUS_URL ") && expected.matcher(lines.getFirst()).find(),
                    gateway.err());
            assertFalse(gateway.err().contains("wrong-one") || gateway.err().contains("s3cret"), gateway.err());
        }
    }

    /// All that is needed in the versions of 4.1, but one request.
    private static Out versions(int key, int least, int most) {
        int[][] offered = {{0, 3, 13}, {1, 4, 17}, {2, 1, 11}, {3, 0, 13}, {19, 2, 7}, {22, 0, 5}, {23, 2, 4},
                {32, 1, 4}};
        var body = new Out(256).int32(1).int16(0).int32(offered.length);
        for (int[] range : offered)
            body.int16(range[0]).int16(range[0] == key ? least : range[1]).int16(range[0] == key ? most : range[2]);
        return new Out(256).bytes(body.toBytes());
    }

    /// By something that answers like this, whatever it is asked.
    private static void assertRefusedBy(Out answer, String line) throws IOException {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var thread = Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    socket.getInputStream().read(new byte[1024]);
                    socket.getOutputStream().write(answer.toBytes());
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException left) {
                    // which it does when it has read enough
                }
            });
            assertRefused("kafka://127.0.0.1:" + server.getLocalPort(), line, false);
            thread.interrupt();
        }
    }

    private static byte[] salted(String hash, String password, byte[] salt, int bits) throws Exception {
        return SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash)
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 4096, bits)).getEncoded();
    }

    /// The key and the certificate in one file.
    private static Path certificate(Path directory, String name, String subject) throws IOException {
        var file = directory.resolve(name);
        run(Tool.path("openssl").toString(), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=" + name,
                "-addext", "subjectAltName=" + subject, "-keyout", file + ".key", "-out", file + ".crt");
        var both = directory.resolve(name + ".pem");
        Files.writeString(both, Files.readString(Path.of(file + ".key")) + Files.readString(Path.of(file + ".crt")));
        return both;
    }

    private static List<String> trusting(Path directory, Path certificate) {
        var store = directory.resolve(certificate.getFileName() + ".p12");
        run(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-importcert", "-noprompt", "-alias",
                "kafka",
                "-file", certificate.toString().replace(".pem", ".crt"), "-keystore", store.toString(), "-storetype",
                        "PKCS12", "-storepass", "changeit");
        return List.of("-Xmx512m", "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=changeit");
    }

    private static void run(String... command) {
        try (var child = Child.start(command)) {
            if (child.awaitExit() != 0) throw new AssertionError(child.toString());
        }
    }
}
