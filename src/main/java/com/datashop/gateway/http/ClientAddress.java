package com.datashop.gateway.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/// Where a request comes from, as far as it can be believed.
///
/// Each proxy appends the address that it was called from to `X-Forwarded-For`; so with n proxies of one's own in front, the caller is the
/// n-th address from the right, and whatever stands left of it anyone may have written.
public final class ClientAddress {
    /// A network that one customer is given: its addresses are one caller's (RFC 6177 recommends no less).
    private static final int IPV6_NETWORK_BYTES = 8;

    /// No address is longer, with brackets, a zone and a port.
    private static final int MAX_LITERAL = 80;

    private ClientAddress() { }

    /// The caller's address, in one spelling for all that mean the same, and of IPv6 the /64 network alone.
    ///
    /// @param forwarded the lines of `X-Forwarded-For`
    /// @param proxies how many proxies are believed; when fewer addresses are named, or the one that counts is none, it is the peer
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

    /// The n-th address from the right, not looking at what stands left of it; empty when there are fewer.
    private static String fromRight(String list, int n) {
        for (int to = list.length(), from; to >= 0; to = from) {
            from = list.lastIndexOf(',', to - 1);
            var address = list.substring(from + 1, to).strip();
            if (!address.isEmpty() && --n == 0) return address;
        }
        return "";
    }

    /// An IPv6 address that only wraps an IPv4 one was read as that already.
    private static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address)) return address.getHostAddress();
        var network = new StringBuilder();
        for (int i = 0; i < IPV6_NETWORK_BYTES; i += 2) network.append(Integer.toHexString((bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF)).append(':');
        return network.append(":/64").toString();
    }

    /// Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static String withoutPort(String address) {
        if (address.startsWith("[")) return address.substring(1, Math.max(1, address.indexOf(']')));
        int colon = address.indexOf(':');
        return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
    }
}
