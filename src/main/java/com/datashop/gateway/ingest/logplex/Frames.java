package com.datashop.gateway.ingest.logplex;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;

/// Steps through syslog messages that each follow their length in bytes (RFC 6587, 3.4.1).
///
/// It ignores line ends before a length: people who write such a body by hand do not count them.
final class Frames {
    /// No body is longer.
    private static final int MOST_DIGITS = 9;
    private static final int SHOWN = 12;

    private final byte[] body;
    private int to;
    private int count;

    Frames(byte[] body) {
        this.body = body;
    }

    /// Moves on to the next message, if there is one.
    ///
    /// @return where it begins, or -1 at the end of the body
    /// @throws Declined when the next bytes are not a length and a message
    int next() throws Declined {
        int at = to;
        while (at < body.length && (body[at] == '\n' || body[at] == '\r')) at++;
        if (at == body.length) return -1;
        int length = 0;
        int from = at;
        while (at < body.length && body[at] >= '0' && body[at] <= '9' && at - from < MOST_DIGITS)
            length = length * 10 + body[at++] - '0';
        if (at == from || at == body.length || body[at] != ' ' || length == 0)
            throw bad("it does not begin with its length in bytes and a blank, but with '" + shown(from) + "'");
        at++;
        if (length > body.length - at)
            throw bad("it has " + length + " bytes by its length, and only " + (body.length - at) + " came");
        to = at + length;
        count++;
        return at;
    }

    /// The end of the current message.
    int end() {
        return to;
    }

    private String shown(int from) {
        int end = Math.min(body.length, from + SHOWN);
        return new String(body, from, end - from, ISO_8859_1).replaceAll("[^ -~]", "?");
    }

    private Declined bad(String detail) {
        return new Declined(Reason.BAD_BODY, detail).at(count);
    }
}
