package com.datashop.gateway.log.shared;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The URL of a broker, in its parts: each kind of broker takes those that it knows.
///
/// ```
///   scheme://user:password@host:port,host:port/path/path?name=value&name=value
/// ```
///
/// A message about a wrong URL does not quote it, because it may contain a password.
public final class BusUrl {
    private final String scheme;
    private final Login login;
    private final String hosts;
    private final List<String> path;
    private final Map<String, String> parameters;

    private BusUrl(String scheme, Login login, String hosts, List<String> path, Map<String, String> parameters) {
        this.scheme = scheme;
        this.login = login;
        this.hosts = hosts;
        this.path = path;
        this.parameters = parameters;
    }

    /// Reads a URL.
    ///
    /// @throws IllegalArgumentException when it is wrong; its message follows the name of the option
    public static BusUrl parse(String url) {
        int slashes = url.indexOf("://");
        if (slashes < 0) throw new IllegalArgumentException("is no URL");
        String rest = url.substring(slashes + 3);
        int question = rest.indexOf('?');
        var parameters = parameters(question < 0 ? "" : rest.substring(question + 1));
        if (question >= 0) rest = rest.substring(0, question);
        int at = rest.lastIndexOf('@');
        var login = at < 0 ? null : Login.parse(rest.substring(0, at));
        var parts = rest.substring(at + 1).split("/", -1);
        var path = Arrays.stream(parts).skip(1).map(BusUrl::decoded).toList();
        return new BusUrl(url.substring(0, slashes), login, parts[0], path, parameters);
    }

    /// The part before `://`.
    public String scheme() {
        return scheme;
    }

    /// The user and the password, if there are any.
    public Optional<Login> login() {
        return Optional.ofNullable(login);
    }

    /// The servers, at least one.
    ///
    /// @param otherwise the port of a server that names none
    /// @param most the most servers
    /// @param name the word for several servers, in a message
    public List<Address> servers(int otherwise, int most, String name) {
        var servers = new ArrayList<Address>();
        for (var server : hosts.split(",", -1)) servers.add(Address.parse(server, otherwise, scheme));
        if (servers.size() > most) throw new IllegalArgumentException(
                most == 1 ? "names more than one server" : "names more than " + most + " " + name);
        return List.copyOf(servers);
    }

    /// A part of the path, with its percent signs decoded; empty when it is not there or has no character.
    ///
    /// @param index 0 for the first
    public Optional<String> path(int index) {
        return Optional.of(index).filter(i -> i < path.size()).map(path::get).filter(part -> !part.isEmpty());
    }

    /// Takes a parameter out, with its percent signs decoded.
    public Optional<String> take(String name) {
        return Optional.ofNullable(parameters.remove(name));
    }

    /// Checks that nothing is left that this kind of broker does not know.
    ///
    /// @param parts the most parts of the path
    /// @param known the parameters that there are, for the message
    public void end(int parts, String known) {
        if (path.size() > parts) throw new IllegalArgumentException("has too many slashes: write %2F for one in a name");
        if (!parameters.isEmpty())
            throw new IllegalArgumentException("has a parameter that is not known; there is " + known);
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new LinkedHashMap<String, String>();
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

    /// The name and the password before the host. The password is never shown.
    ///
    /// @param user may be empty
    /// @param password null when no colon precedes it
    public record Login(String user, String password) {
        private static Login parse(String text) {
            var parts = text.split(":", 2);
            return new Login(decoded(parts[0]), parts.length < 2 ? null : decoded(parts[1]));
        }

        @Override
        public String toString() {
            return user;
        }
    }
}
