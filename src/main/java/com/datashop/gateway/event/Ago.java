package com.datashop.gateway.event;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/// A duration that counts back from now: `30s`, `10m`, `2h` or `1d`.
final class Ago {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd])");

    private Ago() { }

    /// The duration in milliseconds. Empty when the text is not a duration.
    static OptionalLong of(String text) {
        var parts = DURATION.matcher(text);
        if (!parts.matches()) return OptionalLong.empty();
        long unit = switch (parts.group(2).charAt(0)) {
            case 's' -> 1_000L;
            case 'm' -> 60_000L;
            case 'h' -> 3_600_000L;
            default -> 86_400_000L;
        };
        return OptionalLong.of(Long.parseLong(parts.group(1)) * unit);
    }
}
