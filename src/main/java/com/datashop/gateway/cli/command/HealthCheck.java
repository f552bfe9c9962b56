package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.cli.config.Settings;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `health`: asks the gateway at HOST and PORT for its health, so that a container needs no curl.
public final class HealthCheck {
    static final String NAME = "health";
    /// The longest wait. It is below the 30 s that Docker and others allow by default. A slower gateway is not healthy.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /// The most bytes of an answer. The gateway's own has 300.
    private static final int LONGEST = 64 << 10;

    private HealthCheck() { }

    /// The status of a gateway that can take requests: `healthy` or `degraded`.
    ///
    /// @throws ConfigException when the environment or a flag is malformed
    /// @throws IOException when nobody answers there, or the status is another one
    public static String ask(Map<String, String> environment, List<String> args) throws ConfigException, IOException {
        var settings = new Settings(environment, args);
        int port = settings.number(Option.PORT, 0, 65535);
        if (port == 0) throw new ConfigException(
                "PORT is 0, which means any free port: give the port that the gateway took");
        var host = reachable(settings.get(Option.HOST).orElse(Option.HOST.otherwise()));
        String at = (host instanceof Inet6Address ? "[" + host.getHostAddress() + "]" : host.getHostAddress()) + ":"
                + port;
        try {
            return ask(URI.create("http://" + at + "/health"));
        } catch (IOException | IllegalArgumentException failed) {
            throw new IOException("not healthy: " + at + ": " + failed.getMessage(), failed);
        }
    }

    /// The address at which the gateway can be reached, also when it listens on all addresses.
    private static InetAddress reachable(String name) throws IOException {
        try {
            var host = InetAddress.getByName(name);
            if (!host.isAnyLocalAddress()) return host;
            return InetAddress.getByName(host instanceof Inet6Address ? "::1" : "127.0.0.1");
        } catch (UnknownHostException unknown) {
            throw new IOException("not healthy: HOST " + name + " is not known", unknown);
        }
    }

    /// Asks over `HttpURLConnection`, which starts faster than `HttpClient`. A check may run every few seconds.
    private static String ask(URI health) throws IOException {
        var connection = (HttpURLConnection) health.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        try {
            int code = connection.getResponseCode();
            try (var body = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String status = status(body == null ? "" : new String(body.readNBytes(LONGEST), UTF_8));
                if (code == 200 && !status.isEmpty()) return status;
                throw new IOException(status.isEmpty() ? "answers " + code + ", but is no gateway" : status);
            }
        } finally {
            connection.disconnect();
        }
    }

    private static String status(String body) {
        try {
            return JsonValue.parse(body) instanceof JsonObject object
                    && object.get("status") instanceof JsonString status ? status.value() : "";
        } catch (JsonException anotherProgram) {
            return "";
        }
    }
}
