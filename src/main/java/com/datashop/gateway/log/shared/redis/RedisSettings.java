package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Says where the log is in Redis, and how much is kept there.
///
/// @param servers one server, or the sentinels
/// @param master the name that the sentinels know the server by; null when there are no sentinels
/// @param login the login at the server
/// @param sentinelLogin the login at the sentinels
/// @param stream the key of the stream
/// @param retentionBytes about how much memory of the server the stream may take
/// @param retentionAge about how long events are kept; null for as long as there is room
public record RedisSettings(List<Server> servers, String master, boolean tls, Login login, Login sentinelLogin,
        int database, String stream, long retentionBytes, Duration retentionAge) {
    private static final String STREAM = "logs";
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int MAX_SERVERS = 16;
    private static final int MAX_NAME = 512;

    /// Reads a URL. A message about a wrong one does not quote it, because it may contain a password.
    ///
    /// @throws IllegalArgumentException when it is wrong; its message follows the name of the option
    public static RedisSettings parse(String url, long retentionBytes, Duration retentionAge) {
        int slashes = url.indexOf("://");
        String scheme = slashes < 0 ? "" : url.substring(0, slashes);
        boolean sentinels = scheme.endsWith("+sentinel");
        String rest = url.substring(slashes + 3);
        int question = rest.indexOf('?');
        var parameters = parameters(question < 0 ? "" : rest.substring(question + 1));
        if (question >= 0) rest = rest.substring(0, question);
        int at = rest.lastIndexOf('@');
        var login = at < 0 ? Login.NONE : Login.parse(rest.substring(0, at));
        var parts = rest.substring(at + 1).split("/", -1);
        if (parts.length > (sentinels ? 3 : 2)) throw new IllegalArgumentException("has too many slashes");
        var servers = new ArrayList<Server>();
        for (var server : parts[0].split(",")) servers.add(Server.parse(server, sentinels ? SENTINEL_PORT : PORT));
        if (servers.size() > (sentinels ? MAX_SERVERS : 1)) throw new IllegalArgumentException(sentinels
                ? "names more than " + MAX_SERVERS + " sentinels" : "names more than one server");
        String master = sentinels && parts.length > 1 && !parts[1].isEmpty() ? decoded(parts[1]) : null;
        if (sentinels && master == null) throw new IllegalArgumentException(
                "lacks the name that the sentinels know the server by: redis+sentinel://host:26379/NAME");
        int index = sentinels ? 2 : 1;
        int database = parts.length > index && !parts[index].isEmpty() ? database(parts[index]) : 0;
        var sentinelLogin = new Login(parameters.remove("sentinel-user"), parameters.remove("sentinel-password"));
        String stream = parameters.getOrDefault("stream", STREAM);
        parameters.remove("stream");
        if (stream.isEmpty() || stream.length() > MAX_NAME) throw new IllegalArgumentException(
                "names a stream that has no character, or more than " + MAX_NAME);
        if (!parameters.isEmpty()) throw new IllegalArgumentException(
                "has a parameter that is not known; there are stream, sentinel-user and sentinel-password");
        return new RedisSettings(List.copyOf(servers), master, scheme.startsWith("rediss"), login, sentinelLogin,
                database, stream, retentionBytes, retentionAge);
    }

    /// The URL for messages, without passwords.
    @Override
    public String toString() {
        return (tls ? "rediss" : "redis") + (master == null ? "" : "+sentinel") + "://"
                + String.join(",", servers.stream().map(Server::toString).toList())
                + (master == null ? "" : "/" + master);
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

    private static int database(String text) {
        if (!text.matches("[0-9]{1,5}")) throw new IllegalArgumentException("names a database that is no number");
        return Integer.parseInt(text);
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
        private static Server parse(String text, int otherwise) {
            int colon = text.lastIndexOf(':');
            if (text.endsWith("]") || colon < 0) colon = text.length();
            String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
            if (host.isEmpty() || host.matches(".*[\\s\\[\\]].*"))
                throw new IllegalArgumentException("lacks a host: redis://host:6379");
            if (colon == text.length()) return new Server(host, otherwise);
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

    /// The name and the password that the gateway logs in with.
    ///
    /// @param user null for the default user
    /// @param password null for none
    public record Login(String user, String password) {
        static final Login NONE = new Login(null, null);

        private static Login parse(String text) {
            var parts = text.split(":", 2);
            if (parts.length < 2) throw new IllegalArgumentException(
                    "has a user without a password: redis://user:password@host, or redis://:password@host");
            return new Login(parts[0].isEmpty() ? null : decoded(parts[0]), decoded(parts[1]));
        }

        @Override
        public String toString() {
            return user == null ? "default" : user;
        }
    }
}
