package com.datashop.gateway.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/// Finds the address that a request comes from, as far as it can be trusted.
///
/// Each proxy appends the address of its caller to `X-Forwarded-For`. So behind n trusted proxies the caller is the
/// n-th address from the right. Anyone may have written the text to the left of it.
public final class ClientAddress {
    /// The bytes of a customer's network. All of its addresses count as one caller (RFC 6177 recommends at least a
    /// /64).
    private static final int IPV6_NETWORK_BYTES = 8;

    /// The longest address, with brackets, a zone and a port.
    private static final int MAX_LITERAL = 80;

    private ClientAddress() { }

    /// The caller's address in one spelling. Only the /64 network of an IPv6 address counts.
    ///
    /// It is the peer's address when there are fewer addresses than proxies, or when the one that counts is malformed.
    ///
    /// @param forwarded the lines of `X-Forwarded-For`
    /// @param proxies how many proxies are trusted
    public static String of(InetAddress peer, List<String> forwarded, int proxies) {
        if (proxies == 0) return key(peer);
        String address = fromRight(String.join(",", forwarded), proxies);
        if (address.isEmpty() || address.length() > MAX_LITERAL) return key(peer);
        try {
            return key(InetAddress.ofLiteral(withoutPort(address)));
        } catch (IllegalArgumentException noAddress) {
            return key(peer);
        }
    }

    /// The n-th address from the right; empty when there are fewer. The text to the left of it is not looked at.
    private static String fromRight(String list, int n) {
        for (int to = list.length(), from; to >= 0; to = from) {
            from = list.lastIndexOf(',', to - 1);
            var address = list.substring(from + 1, to).strip();
            if (!address.isEmpty() && --n == 0) return address;
        }
        return "";
    }

    /// The text by which callers are told apart. An IPv6 address that wraps an IPv4 one was read as IPv4 already.
    private static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address)) return address.getHostAddress();
        var network = new StringBuilder();
        for (int i = 0; i < IPV6_NETWORK_BYTES; i += 2)
            network.append(Integer.toHexString((bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF)).append(':');
        return network.append(":/64").toString();
    }

    /// The address without the port that some proxies append: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static String withoutPort(String address) {
        if (address.startsWith("[")) return address.substring(1, Math.max(1, address.indexOf(']')));
        int colon = address.indexOf(':');
        return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
    }
}
