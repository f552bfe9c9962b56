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

/// A gateway's answer, read whole within a bound.
///
/// @param body empty when there is none
/// @param retryAfter the wait that the gateway asks for; empty when it does not
record HttpAnswer(int status, String body, Optional<Duration> retryAfter) {
    /// The most bytes of a body. Problems are far shorter, and the client asks for the past in bounded pages.
    private static final int LONGEST = 256 << 20;
    private static final int LONGEST_DETAIL = 500;

    /// Sends the request, and reads the answer to its end, so that the connection can serve again.
    ///
    /// @throws IOException when the connection broke
    static HttpAnswer of(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        var retry = retryAfter(connection);
        try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new HttpAnswer(status, in == null ? "" : read(in), retry);
        }
    }

    static Optional<Duration> retryAfter(HttpURLConnection connection) {
        var text = connection.getHeaderField("Retry-After");
        if (text == null || !text.strip().matches("[0-9]{1,6}")) return Optional.empty();
        return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
    }

    /// The failure in one line: the problem's detail, or else the status.
    String detail() {
        try {
            if (JsonValue.parse(body) instanceof JsonObject problem
                    && problem.get("detail") instanceof JsonString(var detail))
                return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + " ...";
        } catch (JsonException noProblem) {
            // The answer is from another program.
        }
        return "answered " + status + ", and the answer is not a gateway's";
    }

    private static String read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) throw new IOException("the answer has more than " + LONGEST + " bytes");
        return new String(bytes, UTF_8);
    }
}
