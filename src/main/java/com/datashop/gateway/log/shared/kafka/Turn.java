package com.datashop.gateway.log.shared.kafka;

import java.util.Optional;
import java.util.regex.Pattern;

/// A record that is no event. From it on the log has this birth, and it may tell of a loss before it.
///
/// Its writer names the offset that it expects the record to get. The record counts only if it got this offset. So when
/// several nodes find the log empty at the same time, only one of them gives the birth. All nodes read which one it is,
/// even those that start much later.
///
/// @param birth a number above all that the log had before; milliseconds since 1970, about
/// @param at the offset that its writer has expected
/// @param lost the first offset of the records that were lost; -1 when none were
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
