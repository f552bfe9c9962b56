package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The place of the log in RabbitMQ, and how much is kept there.
///
/// @param external whether the certificate of the gateway says who the user is
/// @param stream the name of the queue
/// @param retentionBytes the bytes that the stream may take on the server's disk, about
/// @param retentionAge the age up to which events are kept, about; null for as long as there is room
public record RabbitSettings(boolean tls, String host, int port, String user, String password, boolean external,
        String vhost, String stream, long retentionBytes, Duration retentionAge) {
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
        int slashes = url.indexOf("://");
        boolean tls = url.startsWith("amqps:");
        String rest = url.substring(slashes + 3);
        int question = rest.indexOf('?');
        var parameters = parameters(question < 0 ? "" : rest.substring(question + 1));
        if (question >= 0) rest = rest.substring(0, question);
        int slash = rest.indexOf('/', Math.max(0, rest.lastIndexOf('@')));
        String vhost = slash < 0 || slash == rest.length() - 1 ? "/" : decoded(rest.substring(slash + 1));
        if (slash >= 0 && rest.indexOf('/', slash + 1) >= 0)
            throw new IllegalArgumentException("has too many slashes: write %2F for one in the name of a vhost");
        if (vhost.getBytes(UTF_8).length > Out.MAX_SHORT)
            throw new IllegalArgumentException("names a vhost of more than 255 bytes");
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        var login = at < 0 ? new String[] {GUEST, GUEST} : authority.substring(0, at).split(":", 2);
        if (login.length < 2 || login[0].isEmpty())
            throw new IllegalArgumentException("has a user without a password: amqp://user:password@host");
        String stream = parameters.getOrDefault("stream", STREAM);
        parameters.remove("stream");
        if (stream.isEmpty() || stream.getBytes(UTF_8).length > MAX_STREAM)
            throw new IllegalArgumentException("names a stream that has no character, or more than 200 bytes");
        if (stream.startsWith("amq."))
            throw new IllegalArgumentException(
                    "names a stream that begins with amq., as only RabbitMQ's own queues do");
        String mechanism = parameters.getOrDefault("auth_mechanism", "plain");
        parameters.remove("auth_mechanism");
        if (!mechanism.equalsIgnoreCase("plain") && !mechanism.equalsIgnoreCase("external"))
            throw new IllegalArgumentException("has an auth_mechanism other than plain and external");
        if (!parameters.isEmpty())
            throw new IllegalArgumentException("has a parameter that is not known; there are stream, auth_mechanism");
        boolean external = mechanism.equalsIgnoreCase("external");
        if (external && !tls) throw new IllegalArgumentException("has auth_mechanism=external, which needs amqps://");
        var server = server(authority.substring(at + 1));
        int port = server.getValue() == 0 ? tls ? TLS_PORT : PORT : server.getValue();
        return new RabbitSettings(tls, server.getKey(), port, decoded(login[0]), decoded(login[1]), external, vhost,
                stream, retentionBytes, retentionAge);
    }

    /// The name of the server in messages, without the password.
    @Override
    public String toString() {
        return (tls ? "amqps" : "amqp") + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /// How the queue is to be declared.
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

    private static Map<String, String> parameters(String query) {
        var parameters = new HashMap<String, String>();
        for (var parameter : query.split("&")) {
            if (parameter.isEmpty()) continue;
            var parts = parameter.split("=", 2);
            if (parts.length < 2 || parameters.put(parts[0], decoded(parts[1])) != null)
                throw new IllegalArgumentException("has a parameter without a value, or twice");
        }
        return parameters;
    }

    /// A host and its port; 0 when none is named.
    private static Map.Entry<String, Integer> server(String text) {
        if (text.contains(",")) throw new IllegalArgumentException("names more than one server");
        int colon = text.lastIndexOf(':');
        if (text.endsWith("]") || colon < 0) colon = text.length();
        String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
        if (host.isEmpty() || host.matches(".*[\\s\\[\\]].*"))
            throw new IllegalArgumentException("lacks a host: amqp://host:5672");
        if (colon == text.length()) return Map.entry(host, 0);
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)
            throw new IllegalArgumentException("has a port that is no number from 1 to 65535");
        return Map.entry(host, Integer.parseInt(port));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("has a % that no two hexadecimal digits follow");
        }
    }
}
