package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers at the gateway's door, whatever their tokens are signed with, and while the keys are away.
class JwtDoorTest {
    private static final String PATH = "/api/logs/stream?channels=logs:etl:w";
    private static final String SET = "{\"keys\":["
            + String.join(",", Rfc.RS256.publicJwk("\"kid\":\"rsa\","), Rfc.ES256.publicJwk("\"kid\":\"ec\","),
            Rfc.ES384.publicJwk("\"kid\":\"ec384\","), Rfc.ES512.publicJwk("\"kid\":\"ec521\","),
            Rfc.EDDSA.publicJwk("\"kid\":\"ed\","),
            Rfc.ED448.publicJwk("\"kid\":\"ed448\",")) + "]}";
    private static final String SECRET = "thirty-two-bytes-are-enough-here";

    private final Mint mint = new Mint();

    @TempDir
    private Path directory;

    @Test
    void everyAlgorithmOpensAStreamWithTheKeyOfItsKind() throws IOException {
        var file = Files.writeString(directory.resolve("jwks.json"), SET);
        var text = Files.writeString(directory.resolve("secret"), "\uFEFF" + SECRET + "\r\n");
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_JWKS=" + file, "JWT_SECRET_FILE=" + text)) {
            int opened = 0;
            for (var row : List.of("rs256 RS256 rsa", "rs384 RS384 rsa", "rs512 RS512 rsa", "ps256 PS256 rsa",
                    "ps384 PS384 rsa", "ps512 PS512 rsa",
                    "es256 ES256 ec", "es384 ES384 ec384", "es512 ES512 ec521", "eddsa EdDSA ed",
                            "ed448 EdDSA ed448")) {
                var words = row.split(" ");
                var bearer = "Authorization: Bearer "
                        + mint.token(words[0], "{\"alg\":\"" + words[1] + "\",\"kid\":\"" + words[2] + "\"}", claims());
                try (var follower = gateway.follow("logs:etl:w", bearer)) {
                    assertEquals(200, follower.status(), row);
                    assertEquals(gateway.publish("w", "1"), follower.nextLog().id(), row);
                    opened++;
                }
            }
            assertEquals(11, opened);
            for (var bits : List.of("256", "384", "512")) {
                var token = mint.mac("HmacSHA" + bits, SECRET.getBytes(UTF_8), "{\"alg\":\"HS" + bits + "\"}",
                        claims());
                assertEquals(200, gateway.get("/api/logs/channels", "Authorization: Bearer " + token)
                        .statusCode(), bits);
            }
        }
    }

    @Test
    void whileTheKeysAreAwayReadersAreToldToComeBackAndPublishersAreServed() throws IOException {
        var fetches = new AtomicInteger();
        HttpServer issuer = null;
        var away = new Socket(); // holds the port, and does not listen
        away.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = away.getLocalPort();
        try (away; var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_JWKS=http://localhost:" + port + "/jwks")) {
            var bearer = "Authorization: Bearer "
                    + mint.token("es384", "{\"alg\":\"ES384\",\"kid\":\"ec384\"}", claims());
            for (var path : List.of(PATH, "/api/logs/channels")) {
                var reply = gateway.get(path, bearer);
                assertEquals(503, reply.statusCode(), path);
                assertTrue(Integer.parseInt(reply.headers().firstValue("Retry-After").orElseThrow()) >= 1);
                assertTrue(reply.body().contains("JWT_JWKS"), reply.body());
                assertEquals("application/problem+json", reply.headers().firstValue("Content-Type").orElseThrow());
                assertEquals(401, gateway.get(path).statusCode(), "no keys are needed to see that there is no token");
                assertEquals(401, gateway.get(path, "Authorization: Bearer x").statusCode(), "nor that it is none");
                assertEquals(401, gateway.get(path, "Authorization: Bearer "
                        + mint.token("zeros", "{\"alg\":\"none\"}", claims())).statusCode());
            }
            try (var browser = gateway.follow("logs:etl:w&access_token=" + bearer.replaceFirst(".* ", ""))) {
                assertEquals(200, browser.status());
                var refused = Gateway.object(browser.await(message -> message.event().equals("refused")).data());
                assertEquals("keys-unavailable", Gateway.string(refused, "reason"));
                assertEquals(503, Gateway.number(refused, "status"));
                assertTrue(browser.retry() >= 1000 * Gateway.number(refused, "retryAfter"));
                assertEquals(Follower.End.COMPLETE, browser.awaitEnd());
            }
            var id = gateway.publish("w", "1");
            assertEquals(200, gateway.get("/health").statusCode());
            assertTrue(gateway.get("/metrics").body()
                    .contains("gateway_refusals_total{reason=\"keys-unavailable\"} 3"));

            away.close();
            issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            issuer.createContext("/jwks", exchange -> {
                fetches.incrementAndGet();
                exchange.sendResponseHeaders(200, SET.length());
                exchange.getResponseBody().write(SET.getBytes(UTF_8));
                exchange.close();
            });
            issuer.start();
            Await.until("the keys to be read", () -> gateway.get("/api/logs/channels", bearer).statusCode() == 200);
            try (var follower = gateway.follow("logs:etl:w&tail=1", bearer)) {
                assertEquals(id, follower.nextLog().id());
            }
            assertEquals(1, fetches.get());
        } finally {
            if (issuer != null) issuer.stop(0);
        }
    }

    private static String claims() {
        return "{\"sub\":\"ann\",\"workspaces\":[\"w\"],\"exp\":" + (System.currentTimeMillis() / 1000 + 300) + "}";
    }
}
