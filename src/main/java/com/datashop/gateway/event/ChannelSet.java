package com.datashop.gateway.event;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The channels and patterns that a subscriber follows, each once, in the order in which they were named.
public final class ChannelSet {
    private final List<ChannelPattern> patterns;
    private final Set<String> texts;

    /// @param patterns each counts once
    public ChannelSet(List<ChannelPattern> patterns) {
        this.patterns = patterns.stream().distinct().toList();
        texts = this.patterns.stream().map(ChannelPattern::text).collect(Collectors.toUnmodifiableSet());
    }

    public List<ChannelPattern> patterns() {
        return patterns;
    }

    /// Whether each names one channel. Then no other channel can ever match.
    public boolean isExact() {
        return patterns.stream().allMatch(ChannelPattern::isExact);
    }

    /// Whether any of them matches. It looks up the keys of the channel, so the size of the set does not matter.
    public boolean matches(Channel channel) {
        for (var key : channel.keys()) if (texts.contains(key)) return true;
        return false;
    }

    @Override
    public String toString() {
        return patterns.toString();
    }
}
