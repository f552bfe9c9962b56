package com.datashop.gateway.log.shared.rabbitmq;

import java.util.LinkedHashMap;
import java.util.Map;

/// The headers of a message of a gateway.
///
/// | header | |
/// | --- | --- |
/// | `kind` | `events`; `life`: the log begins, or begins anew after a loss; `fence`: marks a place and says nothing |
/// | `life` | in `events`, the life that they belong to; in a `life`, the life that begins |
/// | `after` | in a `life`, the life that it ends; 0 for none |
/// | `token` | the name of a fence; in `events`, the token of their first batch |
///
/// @param kind null when no gateway has written the message
record MessageHead(Kind kind, long life, long after, String token) {
    /// The kinds of messages.
    enum Kind { EVENTS, LIFE, FENCE }

    static final MessageHead FOREIGN = new MessageHead(null, 0, 0, "");
    private static final int MAX_TOKEN = 64;
    /// The flags of a content header which say that headers and the delivery mode follow.
    private static final int HEADERS_AND_MODE = 1 << 13 | 1 << 12;
    private static final int PERSISTENT = 2;

    /// Reads the headers. They are foreign when no gateway writes such headers.
    static MessageHead of(Map<String, Object> headers) {
        long life = headers.get("life") instanceof Long number ? number : 0;
        long after = headers.get("after") instanceof Long number ? number : -1;
        String token = headers.get("token") instanceof String text && text.length() <= MAX_TOKEN ? text : null;
        return switch (String.valueOf(headers.get("kind"))) {
            case "events" -> life > 0 && token != null ? new MessageHead(Kind.EVENTS, life, 0, token) : FOREIGN;
            case "life" -> life > 0 && after >= 0 ? new MessageHead(Kind.LIFE, life, after, "") : FOREIGN;
            case "fence" -> token != null ? new MessageHead(Kind.FENCE, 0, 0, token) : FOREIGN;
            default -> FOREIGN;
        };
    }

    /// The headers as properties of a message.
    Out properties() {
        var headers = new LinkedHashMap<String, Object>();
        headers.put("kind", kind.name().toLowerCase(java.util.Locale.ROOT));
        if (life > 0) headers.put("life", life);
        if (kind == Kind.LIFE) headers.put("after", after);
        if (!token.isEmpty()) headers.put("token", token);
        return new Out().uint16(HEADERS_AND_MODE).table(headers).octet(PERSISTENT);
    }
}
