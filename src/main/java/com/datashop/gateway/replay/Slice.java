package com.datashop.gateway.replay;

import com.datashop.gateway.event.EventId;
import java.util.List;

/// A bounded piece of history, in log order.
///
/// @param end where the reader stands after it: everything it follows up to there is among the steps, found or lost
/// @param complete whether that is as far as it asked to read
public record Slice(List<Step> steps, EventId end, boolean complete) {
    /// Whether nothing is missing from it.
    public boolean isWhole() {
        return steps.stream().noneMatch(Step.Lost.class::isInstance);
    }
}
