package com.datashop.gateway.log.shared.kafka;

import java.util.Optional;
import java.util.regex.Pattern;

/// A record that is no event: from it on the log has this birth, and perhaps it has lost something before.
///
/// Its writer says at which offset it expects to stand. It counts only when it stands there. So of several nodes that
/// find the log empty at the same time one gives the birth, and all read which one, also those that come when the
/// others are long gone.
///
/// @param birth a number above all that the log had before; milliseconds since 1970, about
/// @param at the offset that its writer expected
/// @param lost the offset from which on records were lost; -1 when none were
record Turn(long birth, long at, long lost) {
    static final long NOTHING = -1;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ([0-9]{1,18}) (-1|[0-9]{1,18})");

    static Optional<Turn> parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) return Optional.empty();
        return Optional.of(new Turn(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(3))));
    }

    /// Whether another node tells of the same loss.
    boolean isSameLoss(Turn other) {
        return other != null && birth == other.birth && lost == other.lost;
    }

    @Override
    public String toString() {
        return birth + " " + at + " " + lost;
    }
}
