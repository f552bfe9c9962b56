package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.GatewayProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One gateway in a process of its own for all tests of a class; each test fails unless it leaves the gateway well.
final class AbusedGateway implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    /// The JDK's server may keep so many connections alive when nobody is connected: a local variable of its dispatcher
    /// still holds the last one.
    static final int HELD = 3;
    private static final String CONNECTION = "sun.net.httpserver.HttpConnection";
    private GatewayProcess gateway;

    @Override
    public void beforeAll(ExtensionContext context) {
        gateway = GatewayProcess.start("REQUEST_TIMEOUT_SECONDS=2", "HEARTBEAT_SECONDS=1", "WRITE_TIMEOUT_SECONDS=2");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Await.until("no stream is left", () -> number(health(), "connections") == 0);
        assertEquals(0, number(health(), "channels"));
        assertFalse(gateway.err().contains("level=error"), gateway.err());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        gateway.close();
    }

    int port() {
        return gateway.port();
    }

    JsonObject health() {
        return object(ask(port(), request("GET", "/health")));
    }

    /// The number of events that it has published so far.
    long published() {
        return number((JsonObject) health().get("stats"), "logsPublished");
    }

    /// A connection to it, on which a read waits for six seconds at the most.
    Socket socket() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(6000);
        return socket;
    }

    /// Waits until its heap holds no connection of a client that has left.
    void assertNothingIsLeft() {
        long[] left = new long[1];
        Await.until(() -> left[0] + " connections are left", Duration.ofSeconds(12),
                () -> (left[0] = gateway.instances(CONNECTION)) <= HELD);
    }
}
