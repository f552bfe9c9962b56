package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Where the log is in Kafka, and what is kept there.
///
/// @param servers those that are asked first; the cluster names the others
/// @param login null when the brokers do not ask who the gateway is
/// @param retentionBytes what a topic that the gateway creates may take of the brokers' disks, about
/// @param retentionAge how long such a topic keeps events; null for as long as there is room
public record KafkaSettings(List<Server> servers, boolean tls, Login login, String topic, long retentionBytes,
        Duration retentionAge) {
    private static final String TOPIC = "logs";
    private static final int PORT = 9092;
    private static final int MAX_SERVERS = 16;
    /// What Kafka takes as a topic's name.
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
    private static final String SASL = "sasl";
    private static final String FORM = "kafka://user:password@host:9092,host:9092/topic?sasl=plain";

    /// Reads a URL. What is wrong with it is told without quoting it, since there may be a password in it.
    ///
    /// @throws IllegalArgumentException when it is none; its message follows the name of the option
    public static KafkaSettings parse(String url, long retentionBytes, Duration retentionAge) {
        int slashes = url.indexOf("://");
        boolean tls = url.startsWith("kafkas:");
        String rest = url.substring(slashes + 3);
        int question = rest.indexOf('?');
        var parameters = parameters(question < 0 ? "" : rest.substring(question + 1));
        if (question >= 0) rest = rest.substring(0, question);
        int at = rest.lastIndexOf('@');
        String mechanism = parameters.remove(SASL);
        if (!parameters.isEmpty())
            throw new IllegalArgumentException("has a parameter that is not known; there is sasl");
        if (at < 0 && mechanism != null) throw new IllegalArgumentException("has sasl without a user: " + FORM);
        var login = at < 0 ? null : Login.parse(rest.substring(0, at), Mechanism.parse(mechanism));
        var parts = rest.substring(at + 1).split("/", -1);
        if (parts.length > 2) throw new IllegalArgumentException("has too many slashes");
        var servers = new ArrayList<Server>();
        for (var server : parts[0].split(",", -1)) servers.add(Server.parse(server));
        if (servers.size() > MAX_SERVERS)
            throw new IllegalArgumentException("names more than " + MAX_SERVERS + " servers");
        String topic = parts.length == 2 && !parts[1].isEmpty() ? decoded(parts[1]) : TOPIC;
        if (!NAME.matcher(topic).matches())
            throw new IllegalArgumentException("names a topic that Kafka can not have: 1 to 249 of A-Z a-z 0-9 . _ -");
        return new KafkaSettings(List.copyOf(servers), tls, login, topic, retentionBytes, retentionAge);
    }

    /// What to call it in messages: no password is in it.
    @Override
    public String toString() {
        return (tls ? "kafkas" : "kafka") + "://" + String.join(",", servers.stream().map(Server::toString).toList())
                + "/" + topic;
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

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("has a % that no two hexadecimal digits follow");
        }
    }

    /// A host and its port.
    public record Server(String host, int port) {
        private static Server parse(String text) {
            int colon = text.lastIndexOf(':');
            if (text.endsWith("]") || colon < 0) colon = text.length();
            String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
            if (host.isEmpty() || host.matches(".*[\\s\\[\\]].*"))
                throw new IllegalArgumentException("lacks a host: kafka://host:9092");
            if (colon == text.length()) return new Server(host, PORT);
            String port = text.substring(colon + 1);
            if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)
                throw new IllegalArgumentException("has a port that is no number from 1 to 65535");
            return new Server(host, Integer.parseInt(port));
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /// How the gateway proves who it is (RFC 4422).
    public enum Mechanism {
        PLAIN,
        SCRAM_SHA_256,
        SCRAM_SHA_512;

        private static Mechanism parse(String name) {
            if (name == null) return PLAIN;
            for (var mechanism : values())
                if (mechanism.saslName().equals(name.toUpperCase(Locale.ROOT))) return mechanism;
            throw new IllegalArgumentException("has a sasl that is not known; there are plain, scram-sha-256 and"
                    + " scram-sha-512");
        }

        /// Its name on the wire.
        public String saslName() {
            return name().replace('_', '-');
        }
    }

    /// Who the gateway is to the brokers. Its password is never shown.
    public record Login(String user, String password, Mechanism mechanism) {
        private static Login parse(String text, Mechanism mechanism) {
            var parts = text.split(":", 2);
            if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty())
                throw new IllegalArgumentException("has a user without a password, or a password without a user: "
                        + FORM);
            return new Login(decoded(parts[0]), decoded(parts[1]), mechanism);
        }

        @Override
        public String toString() {
            return user;
        }
    }
}
