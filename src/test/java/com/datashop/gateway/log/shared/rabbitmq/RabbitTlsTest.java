package com.datashop.gateway.log.shared.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.RabbitServer;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// RabbitMQ behind TLS: the gateway verifies its certificate, and can say by its own who it is.
class RabbitTlsTest {
    private static final String USER = "gateway-tls";

    @Test
    void aCertificateThatIsVerifiedIsTalkedToWithAPasswordOrWithACertificate() {
        var server = RabbitServer.shared();
        var certificates = server.certificates();
        var trusting = certificates.trusting();
        certificates.sign(USER, "DNS:" + USER);
        var showing = new ArrayList<>(trusting);
        showing.addAll(certificates.showing(USER));
        String at = "@127.0.0.1:" + server.securePort() + "?stream=" + RabbitServer.freeStream();
        String external = "amqps://" + at.substring(1) + "&auth_mechanism=external";
        server.eval("rabbit_auth_backend_internal:add_user(<<\"" + USER + "\">>, <<\"unused-s3cret\">>, <<\"test\">>), "
                + "rabbit_auth_backend_internal:set_permissions(<<\"" + USER
                + "\">>, <<\"/\">>, <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"test\">>).");
        try (var known = GatewayProcess.startWith(showing, "BUS_URL=" + external);
                var login = GatewayProcess.startWith(trusting, "BUS_URL=amqps://guest:guest" + at)) {
            try (var follower = login.client().follow("logs:etl:w:r")) {
                follower.await(message -> message.event().equals("connection"));
                assertEquals(known.client().publish("w/r", "1"), follower.nextLog().id());
            }
            assertRefused(trusting, external, "wrong user or password: ");
            assertRefused(trusting, "amqps://localhost:" + server.securePort(), "TLS fails: ");
        } finally {
            server.eval("rabbit_auth_backend_internal:delete_user(<<\"" + USER + "\">>, <<\"test\">>).");
        }
        var untrusted = assertThrows(UncheckedIOException.class,
                () -> Gateway.start("BUS_URL=amqps://127.0.0.1:" + server.securePort()).close());
        assertTrue(untrusted.getMessage().contains("TLS fails: "), untrusted.getMessage());
    }

    private static void assertRefused(List<String> options, String url, String line) {
        try (var gateway = GatewayProcess.launchWith(options, List.of("PORT=0", "HOST=127.0.0.1", "BUS_URL=" + url))) {
            assertEquals(1, gateway.awaitExit());
            var lines = gateway.err().lines().filter(each -> !each.contains("level=info")).toList();
            assertEquals(1, lines.size(), gateway.err());
            assertTrue(lines.getFirst().startsWith("gateway: BUS_URL amqps://") && lines.getFirst().contains(line),
                    gateway.err());
        }
    }
}
