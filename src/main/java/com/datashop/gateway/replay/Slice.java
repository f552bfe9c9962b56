package com.datashop.gateway.replay;

import com.datashop.gateway.event.EventId;
import java.util.List;

/// A bounded piece of history, in log order.
///
/// @param end the place that the reader has come to; everything up to here is among the steps, found or lost
/// @param complete whether this is as far as the caller asked to read
public record Slice(List<Step> steps, EventId end, boolean complete) {
    /// Whether no event is missing from it.
    public boolean isWhole() {
        return steps.stream().noneMatch(Step::isHole);
    }
}
