package com.datashop.gateway.log.shared.kafka;

import java.util.Optional;
import java.util.regex.Pattern;

/// A record that begins a life of the log, or tells of a loss before it. Its header is `log-turn`. It is no event.
///
/// Its writer names the offset that it expects the record to get. The record counts only if it got this offset. So when
/// several nodes find the log empty at the same time, the record of one node counts. All nodes read which one it is,
/// even those that start much later.
///
/// @param birth the number of the life, above all numbers before; milliseconds since 1970, about
/// @param at the offset that its writer has expected
/// @param lost the first offset of the records that were lost; -1 when none were
record LifeRecord(long birth, long at, long lost) {
    static final long NOTHING = -1;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ([0-9]{1,18}) (-1|[0-9]{1,18})");

    static Optional<LifeRecord> parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) return Optional.empty();
        return Optional.of(new LifeRecord(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(3))));
    }

    /// Whether another node tells of the same loss.
    boolean isSameLoss(LifeRecord other) {
        return other != null && birth == other.birth && lost == other.lost;
    }

    @Override
    public String toString() {
        return birth + " " + at + " " + lost;
    }
}
