package com.datashop.gateway.http;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Rejections;
import com.datashop.gateway.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// A refusal on its way to the client, in the form of RFC 9457.
public final class Problem extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int NO_INDEX = -1;

    private final Refusal refusal;
    private final transient Map<String, String> headers = new LinkedHashMap<>(Map.of("Cache-Control", "no-store"));
    private int index = NO_INDEX;
    /// Null unless the publisher asked to store the good entries of a batch alone.
    private transient Rejections rejections;

    /// @param detail what is wrong, naming it; never a token, nor anything else that must not be shown
    public Problem(Refusal refusal, String detail) {
        super(detail, null, false, false);
        this.refusal = refusal;
    }

    /// A refusal of the intake, as an answer of HTTP.
    public static Problem of(Declined declined) {
        var problem = new Problem(refusal(declined.reason()), declined.getMessage());
        if (problem.refusal.status() == 401) problem.with("WWW-Authenticate", "Bearer realm=\"publish\"");
        if (declined.retrySeconds() > 0) problem.with("Retry-After", String.valueOf(declined.retrySeconds()));
        RateHeaders.of(declined.standing()).forEach(problem::with);
        declined.index().ifPresent(problem::at);
        problem.rejections = declined.rejections().orElse(null);
        return problem;
    }

    private static Refusal refusal(Declined.Reason reason) {
        return switch (reason) {
            case NO_TOKEN -> Refusal.NO_CREDENTIAL;
            case UNKNOWN_TOKEN -> Refusal.BAD_CREDENTIAL;
            case NOT_ALLOWED -> Refusal.NOT_ALLOWED;
            case BAD_BODY -> Refusal.BAD_BODY;
            case BAD_PARAMETER -> Refusal.BAD_PARAMETER;
            case UNSUPPORTED_TYPE -> Refusal.UNSUPPORTED_TYPE;
            case TOO_LARGE -> Refusal.BODY_TOO_LARGE;
            case OVER_RATE -> Refusal.RATE_LIMIT;
            case BODIES_FULL -> Refusal.BODIES_FULL;
            case LOG_UNAVAILABLE -> Refusal.LOG_UNAVAILABLE;
        };
    }

    /// The same refusal, with a header on the reply.
    public Problem with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /// The same refusal, for one entry of a batch, counted from 0.
    public Problem at(int entry) {
        index = entry;
        return this;
    }

    public Refusal refusal() {
        return refusal;
    }

    /// The entry of the batch that is refused, counted from 0; empty when the whole request is.
    public OptionalInt index() {
        return index == NO_INDEX ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /// The headers that this refusal adds to the reply.
    public Map<String, String> headers() {
        return headers;
    }

    /// The `application/problem+json` reply. `error` repeats the detail for clients of the original gateway.
    public Reply.Whole reply() {
        String detail = index == NO_INDEX ? getMessage() : "entry " + index + ": " + getMessage();
        var body = new JsonWriter().beginObject().member("type", "about:blank").member("title", refusal.title())
                .member("status", refusal.status()).member("detail", detail).member("error", detail);
        if (index != NO_INDEX) body.member("index", index);
        if (rejections != null) rejections.writeTo(body);
        return new Reply.Whole(refusal.status(), "application/problem+json", body.endObject().toBytes(), headers);
    }
}
