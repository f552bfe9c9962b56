package com.datashop.gateway.ingest.logplex;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.json.Utf8;

/// A message as Logplex writes it: RFC 5424 without the structured data, not even the `-` for it.
///
/// A field that is `-` becomes null. The message may be any bytes (RFC 5424, 6.4): Heroku cuts long lines anywhere,
/// even within a character. Bytes that are not UTF-8 become U+FFFD.
///
/// @param severity 0 to 7
/// @param time the text of the timestamp
record SyslogMessage(int severity, String time, String host, String app, String proc, String message) {
    private static final int MOST_PRIORITY = 191;
    /// The longest word of a header. The longest that RFC 5424 allows has 255 characters.
    private static final int LONGEST_WORD = 1024;

    /// Reads the message in `body[from, to)`.
    ///
    /// @throws Declined when it is malformed; the detail says what is wrong
    static SyslogMessage read(byte[] body, int from, int to, int frame) throws Declined {
        return new Reader(body, from, to, frame).read();
    }

    private static final class Reader {
        private final byte[] body;
        private final int to;
        private final int frame;
        private int at;

        Reader(byte[] body, int from, int to, int frame) {
            this.body = body;
            this.to = to;
            this.frame = frame;
            at = from;
        }

        SyslogMessage read() throws Declined {
            int priority = priority();
            if (!"1".equals(word("version"))) throw bad("its version is not 1");
            var time = word("time");
            var host = word("host");
            var app = word("app");
            var proc = word("process");
            word("message id");
            return new SyslogMessage(priority & 7, time, host, app, proc, message());
        }

        private int priority() throws Declined {
            if (at == to || body[at++] != '<') throw bad("it does not begin with its priority, as <190>");
            int from = at;
            int priority = 0;
            while (at < to && at - from < 3 && body[at] >= '0' && body[at] <= '9')
                priority = priority * 10 + body[at++] - '0';
            if (at == from || priority > MOST_PRIORITY || at == to || body[at++] != '>')
                throw bad("its priority is not a number from 0 to 191 between < and >");
            return priority;
        }

        /// Reads a word and the blank after it. The last word may have no blank.
        private String word(String what) throws Declined {
            int from = at;
            while (at < to && body[at] != ' ' && at - from <= LONGEST_WORD) at++;
            if (at - from > LONGEST_WORD) throw bad("its " + what + " is longer than " + LONGEST_WORD + " bytes");
            if (at == from || body[from] == '\n') throw bad("its " + what + " is missing");
            var word = new String(body, from, at - from, UTF_8);
            if (at < to) at++;
            return word.equals("-") ? null : word;
        }

        /// The remaining text. It leaves out the byte order mark that RFC 5424 asks for, and the line end that Logplex
        /// adds.
        private String message() {
            int from = Utf8.start(body, at, to);
            int end = to;
            if (end > from && body[end - 1] == '\n') end--;
            if (end > from && body[end - 1] == '\r') end--;
            return new String(body, from, end - from, UTF_8);
        }

        private Declined bad(String detail) {
            return new Declined(Reason.BAD_BODY, detail).at(frame);
        }
    }
}
