package com.datashop.gateway.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The parameters after a URL's `?`, decoded as `application/x-www-form-urlencoded` (WHATWG URL, 5.1).
///
/// It is strict: a broken escape is refused.
public final class Query {
    private final Map<String, List<String>> parameters = new HashMap<>();

    /// @param raw the query before decoding, or null when there is none
    /// @throws Problem when an escape is broken or does not decode to UTF-8
    Query(String raw) throws Problem {
        if (raw == null) return;
        for (var pair : raw.split("&")) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), "a parameter's name");
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), name);
            parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
    }

    /// All values of the parameter, in order.
    public List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /// The value of the parameter, or null when it is missing or blank.
    ///
    /// @throws Problem when it is given twice
    public String one(String name) throws Problem {
        var values = all(name);
        if (values.size() > 1) throw new Problem(Refusal.BAD_PARAMETER, name + " is given twice");
        return values.isEmpty() || values.getFirst().isBlank() ? null : values.getFirst();
    }

    private static String decode(String text, String name) throws Problem {
        if (isPlain(text)) return text; // Nearly all texts are plain, and a query may have thirty thousand.
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                // The JDK's server makes a char of every byte, and curl does not escape bytes beyond ASCII.
                bytes.write(c == '+' ? ' ' : c);
                continue;
            }
            boolean whole = i + 2 < text.length() && HexFormat.isHexDigit(text.charAt(i + 1))
                    && HexFormat.isHexDigit(text.charAt(i + 2));
            if (!whole)
                throw new Problem(Refusal.BAD_PARAMETER, shown(name)
                        + " has a '%' that two hexadecimal digits do not follow");
            bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException invalid) {
            throw new Problem(Refusal.BAD_PARAMETER, shown(name) + " is not UTF-8 after percent-decoding");
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c == '+' || c >= 0x80) return false;
        }
        return true;
    }

    /// The part of a parameter's name that an error shows. The name is the client's own text.
    private static String shown(String name) {
        return name.length() <= 32 ? name : name.substring(0, 32) + "...";
    }
}
