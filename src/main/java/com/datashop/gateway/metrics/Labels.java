package com.datashop.gateway.metrics;

import java.util.HashSet;
import java.util.Locale;

/// A label whose values are the constants of an enum, made ready to be written.
///
/// @param <E> the enum
final class Labels<E extends Enum<E>> {
    private final E[] constants;
    private final String[] texts;

    /// @throws IllegalArgumentException when `name` is no label name, or two constants read the same
    Labels(String name, Class<E> values) {
        Names.checkLabel(name);
        constants = values.getEnumConstants();
        texts = new String[constants.length];
        var seen = new HashSet<String>();
        for (var constant : constants) {
            var value = kebab(constant);
            if (!seen.add(value)) throw new IllegalArgumentException(values.getSimpleName() + " has two constants that read " + value);
            texts[constant.ordinal()] = "{" + pair(name, value) + "}";
        }
    }

    int size() {
        return texts.length;
    }

    E constant(int ordinal) {
        return constants[ordinal];
    }

    /// As `{reason="client-gone"}`.
    String text(int ordinal) {
        return texts[ordinal];
    }

    /// As `reason="client-gone"`, escaped.
    static String pair(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    /// As `client-gone`.
    static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
