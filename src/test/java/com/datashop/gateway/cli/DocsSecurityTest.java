package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Nginx;
import com.datashop.gateway.support.Tokens;
import com.datashop.gateway.support.Tool;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The documents' ways to mint a token and to put nginx in front, run as they are shown.
class DocsSecurityTest {
    /// The gateway keeps an idle connection for this long, or longer.
    private static final int LEAST_IDLE_SECONDS = 75;

    @Test
    void aTokenMintedInNodePythonOrAShellOpensAStream() throws Exception {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET)) {
            Tool.path("openssl"); // for the shell's
            var minted = List.of(
                    run(Docs.block("js", "// Node"), Tool.path("node").toString(), "--input-type=module", "-"),
                    run(Docs.block("python", "# Python"), Tool.path("python3").toString(), "-"),
                    run(Docs.block("bash", "# shell"), "bash"));
            for (var token : minted) {
                try (var follower = gateway.follow("logs:etl:workspace123,logs:etl:other", "Authorization: Bearer "
                        + token.strip())) {
                    var connection = Gateway.object(follower.await(message -> message.event().equals("connection"))
                            .data());
                    assertEquals("ann", Gateway.string(connection, "userId"));
                    assertEquals("[\"logs:etl:other\"]", connection.get("denied").toString());
                }
            }
        }
    }

    @Test
    void theProxyInFrontPassesAddressesAndKeepsQueriesOutOfItsLog() throws Exception {
        try (var gateway = Gateway.start("TRUST_PROXY=1", "MAX_CONNECTIONS_PER_IP=1");
                var nginx = Nginx.start(config(Docs.block("nginx", "log_format"), gateway.port())
                        .replace("/dev/stdout", "/dev/stderr"))) {
            try (var first = follow(nginx, "logs:etl:w&access_token=not-for-logs", "X-Forwarded-For: 1.1.1.1");
                    var second = follow(nginx, "logs:etl:w", "X-Forwarded-For: 2.2.2.2")) {
                assertEquals(List.of(200, 429), List.of(first.status(), second.status()),
                        "what the client says of itself does not count");
                var id = gateway.publish("w", "1");
                assertEquals(id, first.nextLog().id());
            }
            Await.until("the log has the requests", () -> nginx.err().contains("/api/logs/stream 429"));
            assertFalse(nginx.err().contains("not-for-logs"), nginx.err());
        }
    }

    @Test
    void aProxyThatAsksTheSitesOwnSessionLetsItsUsersReadTheirWorkspaces() throws Exception {
        var session = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        session.createContext("/session", exchange -> {
            var user = exchange.getRequestHeaders().getFirst("Cookie");
            if (user != null) exchange.getResponseHeaders().set("X-User-Id", user.substring(user.indexOf('=') + 1));
            if (user != null) exchange.getResponseHeaders().set("X-Workspace-Ids", "w1,w2");
            exchange.sendResponseHeaders(user == null ? 401 : 200, -1);
        });
        session.start();
        try (var gateway = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET=the PROXY_SECRET");
                var nginx = Nginx.start(config(Docs.block("nginx", "auth_request /session"), gateway.port())
                        .replace("127.0.0.1:4000", "127.0.0.1:" + session.getAddress().getPort()))) {
            try (var follower = follow(nginx, "logs:etl:w1,logs:etl:w3", "Cookie: session=ann", "X-User-Id: root",
                    "X-Workspace-Ids: w3")) {
                var connection = Gateway.object(follower.await(message -> message.event().equals("connection")).data());
                assertEquals("ann", Gateway.string(connection, "userId"));
                assertEquals("[\"logs:etl:w1\"]", connection.get("channels").toString());
            }
            try (var stranger = follow(nginx, "logs:etl:w1");
                    var direct = gateway.follow("logs:etl:w1", "X-User-Id: ann", "X-Workspace-Ids: w1")) {
                assertEquals(List.of(401, 401), List.of(stranger.status(), direct.status()));
            }
        } finally {
            session.stop(0);
        }
    }

    /// Else a publish meets a reset: the gateway has closed a connection that nginx takes for open.
    @Test
    void everyNginxThatKeepsConnectionsClosesThemBeforeTheGatewayDoes() {
        var keeping = Docs.blocks().stream().filter(block -> block.is("nginx", "keepalive ")).toList();
        assertEquals(2, keeping.size(), keeping::toString);
        for (var block : keeping) {
            var timeout = Pattern.compile("keepalive_timeout (\\d+)s;").matcher(block.text());
            assertTrue(timeout.find(), block::toString);
            assertTrue(Integer.parseInt(timeout.group(1)) < LEAST_IDLE_SECONDS, block::toString);
        }
    }

    private static Follower follow(Nginx nginx, String channels, String... headers) {
        var follower = Follower.open(nginx.port(), "/api/logs/stream?channels=" + channels, headers.length == 0
                || !headers[0].startsWith("Cookie")
                ? java.util.stream.Stream.concat(java.util.stream.Stream.of("Accept: */*"),
                java.util.stream.Stream.of(headers)).toArray(String[]::new) : headers);
        follower.status();
        return follower;
    }

    private static String config(String block, int port) {
        return block.replace("listen 8080;", "listen 127.0.0.1:@PORT@;").replace("127.0.0.1:3002", "127.0.0.1:" + port);
    }

    private static String run(String script, String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JWT_SECRET", Tokens.SECRET);
        var process = builder.start();
        try (var in = process.outputWriter()) {
            in.write(script);
        }
        var output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0, output);
        return output;
    }
}
