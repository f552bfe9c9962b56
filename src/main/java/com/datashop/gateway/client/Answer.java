package com.datashop.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/// What a gateway answered, read whole under a bound.
///
/// @param body empty when there is none
/// @param retryAfter how long it asks to wait; empty when it does not say
record Answer(int status, String body, Optional<Duration> retryAfter) {
    /// In bytes: the gateway's own problems are far shorter, and a page of the past is asked for in bounded parts.
    private static final int LONGEST = 256 << 20;
    private static final int LONGEST_DETAIL = 500;

    /// Sends what is to be sent, and reads the answer to its end, so that the connection can serve again.
    ///
    /// @throws IOException when the connection broke
    static Answer of(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        var retry = retryAfter(connection);
        try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, in == null ? "" : read(in), retry);
        }
    }

    static Optional<Duration> retryAfter(HttpURLConnection connection) {
        var text = connection.getHeaderField("Retry-After");
        if (text == null || !text.strip().matches("[0-9]{1,6}")) return Optional.empty();
        return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
    }

    /// What went wrong, in one line: the problem's detail, else the status.
    String detail() {
        try {
            if (JsonValue.parse(body) instanceof JsonObject problem && problem.get("detail") instanceof JsonString(var detail))
                return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + " ...";
        } catch (JsonException noProblem) {
            // another program's answer
        }
        return "answered " + status + ", but not as a gateway does";
    }

    private static String read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) throw new IOException("the answer has more than " + LONGEST + " bytes");
        return new String(bytes, UTF_8);
    }
}
