package com.datashop.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.List;

/// A reader's request: channels, filters, and where to begin.
///
/// @param channels channels or patterns, at least one
/// @param filters further parameters, such as `level` and `info`; a name may occur several times
/// @param begin `tail` or `since` with its value; empty to begin with the next event
public record LogQuery(List<String> channels, List<Parameter> filters, List<Parameter> begin) {
    /// One parameter of the query.
    public record Parameter(String name, String value) { }

    /// The query without a beginning.
    String text() {
        var text = new StringBuilder("channels=").append(encoded(String.join(",", channels)));
        for (var filter : filters) append(text, filter);
        return text.toString();
    }

    /// The query with its beginning.
    String textWithBegin() {
        var text = new StringBuilder(text());
        for (var parameter : begin) append(text, parameter);
        return text.toString();
    }

    private static void append(StringBuilder text, Parameter parameter) {
        text.append('&').append(encoded(parameter.name())).append('=').append(encoded(parameter.value()));
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }
}
