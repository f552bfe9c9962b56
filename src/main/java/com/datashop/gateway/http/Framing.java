package com.datashop.gateway.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.regex.Pattern;

/// Checks where a request ends and for which host it is.
final class Framing {
    private static final Pattern VERSION = Pattern.compile("HTTP/1\\.[0-9]");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private Framing() { }

    /// Refuses a request if a proxy and this server could disagree on its end or its host (RFC 9112, 2.3, 3.2 and 6.3).
    ///
    /// The JDK's server accepts signs, repeated headers, both ways of framing at once, and any version. This class does
    /// not look at the bytes after the request.
    ///
    /// @throws Problem with `BAD_FRAMING`, which closes the connection
    static void check(HttpExchange exchange) throws Problem {
        var headers = exchange.getRequestHeaders();
        boolean isHttp10 = exchange.getProtocol().equals(Request.HTTP_1_0);
        var hosts = lines(headers, "Host");
        var lengths = lines(headers, "Content-Length");
        var codings = lines(headers, "Transfer-Encoding");
        if (!VERSION.matcher(exchange.getProtocol()).matches())
            throw misframed("the version is not HTTP/1.1 or HTTP/1.0");
        if (hosts.size() > 1) throw misframed("Host is given twice");
        if (hosts.isEmpty() && !isHttp10) throw misframed("Host is missing");
        if (lengths.size() > 1) throw misframed("Content-Length is given twice");
        if (!lengths.isEmpty() && !DIGITS.matcher(lengths.getFirst()).matches())
            throw misframed("Content-Length is not a number of bytes");
        if (!lengths.isEmpty() && !codings.isEmpty())
            throw misframed("Content-Length and Transfer-Encoding exclude each other");
        if (!codings.isEmpty() && isHttp10) throw misframed("HTTP/1.0 knows no Transfer-Encoding");
        if (!codings.isEmpty() && (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")))
            throw misframed("the only Transfer-Encoding is chunked");
    }

    /// The values of all lines with this header. `getOrDefault` would look up each name twice.
    static List<String> lines(Headers headers, String name) {
        var lines = headers.get(name);
        return lines == null ? List.of() : lines;
    }

    private static Problem misframed(String detail) {
        return new Problem(Refusal.BAD_FRAMING, detail).with("Connection", "close");
    }
}
