package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A server of keys that does as a test says, a clock that it turns, and the sources that look there.
abstract class KeyServer {
    static final String OLD = set(Rfc.RS256.publicJwk("\"kid\":\"old\","));
    static final String NEW = set(Rfc.ES256.publicJwk("\"kid\":\"new\","));
    static final Instant START = Instant.ofEpochSecond(1_800_000_000);
    static final String CLAIMS = "{\"sub\":\"ann\",\"exp\":1800003600}";
    /// Signed once, because signing takes long without the second compiler.
    private static final String OLD_TOKEN =
            new Mint().token("rs256", "{\"alg\":\"RS256\",\"kid\":\"old\"}", CLAIMS);
    static final Duration TICK = Duration.ofMillis(5);
    static final Duration LATER = Duration.ofMinutes(10);

    final AtomicInteger fetches = new AtomicInteger();
    final List<JwksSource> sources = new ArrayList<>();
    final Mint mint = new Mint();
    volatile Answer answer = exchange -> send(exchange, 200, OLD);
    volatile Instant now = START;
    HttpServer server;
    String url;

    interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void open() throws IOException {
        open(0);
    }

    void open(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                fetches.incrementAndGet();
                answer.to(exchange);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        url = "http://localhost:" + server.getAddress().getPort() + "/jwks.json?secret=1";
    }

    @AfterEach
    void close() {
        sources.forEach(JwksSource::close);
        server.stop(0);
    }

    InstantSource clock() {
        return () -> now;
    }

    JwksSource source(String location) {
        return source(location, JwksSource.TIMEOUT);
    }

    JwksSource source(String location, Duration timeout) {
        var source = JwksSource.of(location, clock(), timeout, TICK);
        sources.add(source);
        return source;
    }

    JwtVerifier verifier(JwksSource source) {
        return new JwtVerifier(List.of(source), null, null, () -> START);
    }

    String oldToken() {
        return OLD_TOKEN;
    }

    /// A token that names a key which nobody has. So nobody looks at its signature, which is of another head.
    static String guess(int number) {
        return Mint.encoded(("{\"alg\":\"RS256\",\"kid\":\"guess-" + number + "\"}").getBytes(UTF_8))
                + OLD_TOKEN.substring(OLD_TOKEN.indexOf('.'));
    }

    String newToken() {
        return token("es256", "ES256", "new");
    }

    String token(String signature, String algorithm, String kid) {
        return mint.token(signature, "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}", CLAIMS);
    }

    static TokenRefusal refusal(JwtVerifier verifier, String token) {
        return assertThrows(TokenException.class, () -> verifier.verify(token)).refusal();
    }

    static String set(String jwk) {
        return "{\"keys\":[" + jwk + "]}";
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
