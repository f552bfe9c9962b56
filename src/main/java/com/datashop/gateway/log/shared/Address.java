package com.datashop.gateway.log.shared;

/// A host and its port.
///
/// @param host a name, an IPv4 address, or an IPv6 address without brackets
public record Address(String host, int port) {
    private static final int MAX_PORT = 65535;

    /// Reads `host`, `host:port` or `[IPv6]:port`.
    ///
    /// @param otherwise the port when the text has none
    /// @param scheme the scheme of the URL, for the message
    /// @throws IllegalArgumentException when it is wrong; its message follows the name of the option
    static Address parse(String text, int otherwise, String scheme) {
        int colon = text.lastIndexOf(':');
        if (text.endsWith("]") || colon < 0) colon = text.length();
        String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
        if (host.isEmpty() || host.matches(".*[\\s\\[\\]].*"))
            throw new IllegalArgumentException("lacks a host: " + scheme + "://host:" + otherwise);
        if (colon == text.length()) return new Address(host, otherwise);
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > MAX_PORT)
            throw new IllegalArgumentException("has a port that is no number from 1 to " + MAX_PORT);
        return new Address(host, Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
