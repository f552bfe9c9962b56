package com.datashop.gateway.metrics;

import java.util.HashSet;
import java.util.Locale;

/// A label whose values are the constants of an enum. The texts are made once.
///
/// @param <E> the enum
final class Labels<E extends Enum<E>> {
    private final E[] constants;
    private final String[] texts;

    /// @throws IllegalArgumentException when `name` is not a label name, or two constants are the same in kebab case
    Labels(String name, Class<E> values) {
        Names.checkLabel(name);
        constants = values.getEnumConstants();
        texts = new String[constants.length];
        var seen = new HashSet<String>();
        for (var constant : constants) {
            var value = kebab(constant);
            if (!seen.add(value)) {
                String type = values.getSimpleName();
                throw new IllegalArgumentException(type + " has two constants that read " + value);
            }
            texts[constant.ordinal()] = "{" + pair(name, value) + "}";
        }
    }

    int size() {
        return texts.length;
    }

    E constant(int ordinal) {
        return constants[ordinal];
    }

    /// The label in braces, for example `{reason="client-gone"}`.
    String text(int ordinal) {
        return texts[ordinal];
    }

    /// The label, escaped, for example `reason="client-gone"`.
    static String pair(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    /// The constant's name in kebab case, for example `client-gone`.
    static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
