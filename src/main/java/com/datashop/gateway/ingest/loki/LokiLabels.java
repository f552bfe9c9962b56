package com.datashop.gateway.ingest.loki;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads labels as Prometheus and Loki write them: `{app="etl", level="info"}`.
///
/// The values are string literals of Go: in double quotes with escapes, or in backquotes without. An escape of a byte
/// stands for the character with that number.
final class LokiLabels {
    private static final int SHOWN = 64;

    private final String text;
    private int at;

    private LokiLabels(String text) {
        this.text = text;
    }

    /// The labels in order. If a name occurs twice, the last one counts.
    ///
    /// @throws Declined when the text has another form
    static Map<String, String> read(String text) throws Declined {
        var reader = new LokiLabels(text);
        var labels = new LinkedHashMap<String, String>();
        reader.pass('{');
        while (!reader.passed('}')) {
            String name = reader.name();
            reader.pass('=');
            labels.put(name, reader.value());
            if (!reader.passed(',')) {
                reader.pass('}');
                break;
            }
        }
        reader.blanks();
        if (reader.at < text.length()) throw reader.bad();
        return labels;
    }

    private String name() throws Declined {
        blanks();
        if (at < text.length() && text.charAt(at) == '"') return value(); // A name in UTF-8 is in quotes.
        int from = at;
        while (at < text.length() && isOfName(text.charAt(at))) at++;
        if (at == from) throw bad();
        return text.substring(from, at);
    }

    private static boolean isOfName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == ':' || c == '.';
    }

    private String value() throws Declined {
        blanks();
        if (at == text.length()) throw bad();
        char quote = text.charAt(at++);
        if (quote != '"' && quote != '`') throw bad();
        int from = at;
        int escape = -1;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && quote == '"') {
                if (escape < 0) escape = at;
                at++;
            }
            at++;
        }
        if (at >= text.length()) throw bad();
        String raw = text.substring(from, at++);
        return escape < 0 ? raw : unescaped(raw);
    }

    private String unescaped(String raw) throws Declined {
        var plain = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char kind = raw.charAt(++i);
            int single = "abfnrtv\\'\"".indexOf(kind);
            if (single >= 0) {
                plain.append("\u0007\b\f\n\r\t\u000b\\'\"".charAt(single));
                continue;
            }
            int base = kind >= '0' && kind <= '7' ? 8 : 16;
            int from = base == 8 ? i : i + 1;
            int digits = switch (kind) {
                case 'x' -> 2;
                case 'u' -> 4;
                case 'U' -> 8;
                case '0', '1', '2', '3', '4', '5', '6', '7' -> 3;
                default -> throw bad();
            };
            plain.appendCodePoint(code(raw, from, from + digits, base));
            i = from + digits - 1;
        }
        return plain.toString();
    }

    private int code(String raw, int from, int to, int base) throws Declined {
        if (to > raw.length()) throw bad();
        long code = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(raw.charAt(i), base);
            if (digit < 0) throw bad();
            code = code * base + digit;
        }
        if (code > Character.MAX_CODE_POINT) throw bad();
        return (int) code;
    }

    private void pass(char wanted) throws Declined {
        if (!passed(wanted)) throw bad();
    }

    private boolean passed(char wanted) {
        blanks();
        if (at == text.length() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private Declined bad() {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return new Declined(Reason.BAD_BODY, "the labels '" + shown.replaceAll("[^ -~]", "?")
                + "' are not of the form {name=\"value\"}: see character " + Math.min(at + 1, text.length()));
    }
}
