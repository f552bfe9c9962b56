package com.datashop.gateway.event;

import java.util.List;

/// The channels and patterns that a subscriber follows, each once, in the order it named them.
public record ChannelSet(List<ChannelPattern> patterns) {
    public ChannelSet {
        patterns = patterns.stream().distinct().toList();
    }

    /// Whether every one names one channel, so that nothing else can ever match.
    public boolean isExact() {
        return patterns.stream().allMatch(ChannelPattern::isExact);
    }

    /// Whether any of them matches.
    public boolean matches(Channel channel) {
        for (var pattern : patterns) if (pattern.matches(channel)) return true;
        return false;
    }
}
