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
    /// The fewest characters of a token that is hidden. A shorter one may be a part of common words.
    private static final int LEAST_HIDDEN = 8;

    /// Sends the request, and reads the answer to its end, so that the connection can serve again.
    ///
    /// @param token the token of the request, which is hidden in a refusal that repeats it
    /// @throws IOException when the connection broke
    static HttpAnswer of(HttpURLConnection connection, Optional<String> token) throws IOException {
        int status = connection.getResponseCode();
        var retry = retryAfter(connection);
        try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            var body = in == null ? "" : read(in);
            if (status != 200 && token.isPresent() && token.get().length() >= LEAST_HIDDEN)
                body = body.replace(token.get(), "***");
            return new HttpAnswer(status, body, retry);
        }
    }

    private static Optional<Duration> retryAfter(HttpURLConnection connection) {
        var text = connection.getHeaderField("Retry-After");
        if (text == null || !text.strip().matches("[0-9]{1,6}")) return Optional.empty();
        long seconds = Long.parseLong(text.strip());
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /// Whether a gateway gave this answer. A proxy before it may give answers of its own while the gateway is away.
    ///
    /// The JDK drops the body of a 401 to a POST. So a 401 counts as a gateway's.
    boolean isOfGateway() {
        return status == 401 || object().isPresent();
    }

    /// Whether another try may get another answer.
    boolean isForNow() {
        return status >= 500 || status == 408 || status == 425 || status == 429;
    }

    /// The refusal that this answer is.
    RefusedException refusal() {
        return new RefusedException(status, status / 100 == 3
                ? "redirects to another address, where the token is not sent" : detail());
    }

    /// The body as a JSON object; empty when it is none.
    Optional<JsonObject> object() {
        try {
            if (JsonValue.parse(body) instanceof JsonObject object) return Optional.of(object);
        } catch (JsonException noObject) {
            // The answer is from another program.
        }
        return Optional.empty();
    }

    /// The failure in one line: the problem's detail, or else the status.
    String detail() {
        var object = object();
        if (object.isPresent() && object.get().get("detail") instanceof JsonString(var detail))
            return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + " ...";
        if (status == 401) return "answered 401: it asks for another token";
        return "answered " + status + ", and the answer is not a gateway's";
    }

    private static String read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) throw new IOException("the answer has more than " + LONGEST + " bytes");
        return new String(bytes, UTF_8);
    }
}
