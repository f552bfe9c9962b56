package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogSettings;
import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.BusUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Where the log is in RabbitMQ, and how much of it is kept.
///
/// @param external whether the certificate of the gateway says who the user is
/// @param stream the name of the queue
/// @param retentionBytes the bytes that the stream may take on the server's disk, about
/// @param retentionAge the age up to which events are kept, about; null for as long as there is room
public record RabbitSettings(boolean tls, Address server, BusUrl.Login login, boolean external, String vhost,
        String stream, long retentionBytes, Duration retentionAge) implements LogSettings {
    private static final String STREAM = "logs";
    private static final String GUEST = "guest";
    private static final int PORT = 5672;
    private static final int TLS_PORT = 5671;
    /// A queue's name has at most 255 bytes, and one name is made by appending to this one.
    private static final int MAX_STREAM = 200;

    /// Reads a URL. A refusal does not quote the URL, since it may have a password.
    ///
    /// @throws IllegalArgumentException when the URL can not be read; its message follows the name of the option
    public static RabbitSettings parse(String url, long retentionBytes, Duration retentionAge) {
        var parts = BusUrl.parse(url);
        boolean tls = parts.scheme().equals("amqps");
        String vhost = parts.path(0).orElse("/");
        if (vhost.getBytes(UTF_8).length > Out.MAX_SHORT)
            throw new IllegalArgumentException("names a vhost of more than 255 bytes");
        var login = parts.login().orElse(new BusUrl.Login(GUEST, GUEST));
        if (login.user().isEmpty() || login.password() == null)
            throw new IllegalArgumentException("has a user without a password: amqp://user:password@host");
        String stream = parts.take("stream").orElse(STREAM);
        if (stream.isEmpty() || stream.getBytes(UTF_8).length > MAX_STREAM)
            throw new IllegalArgumentException("names a stream that has no character, or more than 200 bytes");
        if (stream.startsWith("amq."))
            throw new IllegalArgumentException(
                    "names a stream that begins with amq., as only RabbitMQ's own queues do");
        boolean external = isExternal(parts.take("auth_mechanism").orElse("plain"));
        if (external && !tls) throw new IllegalArgumentException("has auth_mechanism=external, which needs amqps://");
        parts.end(1, "stream and auth_mechanism");
        var server = parts.servers(tls ? TLS_PORT : PORT, 1, "servers").getFirst();
        return new RabbitSettings(tls, server, login, external, vhost, stream, retentionBytes, retentionAge);
    }

    /// The name of the server in messages, without the password.
    @Override
    public String toString() {
        return (tls ? "amqps" : "amqp") + "://" + server;
    }

    /// The arguments with which the queue is declared.
    Map<String, Object> arguments() {
        var arguments = new HashMap<String, Object>();
        arguments.put("x-queue-type", "stream");
        arguments.put("x-max-length-bytes", retentionBytes);
        arguments.put("x-stream-max-segment-size-bytes", segmentBytes());
        if (retentionAge != null) arguments.put("x-max-age", retentionAge.toHours() + "h");
        return arguments;
    }

    /// RabbitMQ drops whole segments, and never the newest. So they are a small part of the whole.
    private long segmentBytes() {
        return Math.clamp(retentionBytes / 16, 64 << 10, 256 << 20);
    }

    private static boolean isExternal(String mechanism) {
        return switch (mechanism.toLowerCase(Locale.ROOT)) {
            case "plain" -> false;
            case "external" -> true;
            default -> throw new IllegalArgumentException("has an auth_mechanism other than plain and external");
        };
    }

    @Override
    public EventLog open(long now, long warmBytes, int bodyBytes) throws IOException {
        return Rabbit.open(this, warmBytes, bodyBytes);
    }
}
