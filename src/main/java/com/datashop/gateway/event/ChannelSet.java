package com.datashop.gateway.event;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The channels and patterns that a subscriber follows, each once, in the order in which they were named.
public final class ChannelSet {
    private final List<ChannelPattern> patterns;
    private final Set<String> texts;

    /// @param patterns each counts once
    public ChannelSet(List<ChannelPattern> patterns) {
        this.patterns = List.copyOf(new LinkedHashSet<>(patterns));
        var names = new String[this.patterns.size()];
        for (int i = 0; i < names.length; i++) names[i] = this.patterns.get(i).text();
        texts = Set.of(names);
    }

    public List<ChannelPattern> patterns() {
        return patterns;
    }

    /// Whether each names one channel. Then no other channel can ever match.
    public boolean isExact() {
        for (var pattern : patterns) if (!pattern.isExact()) return false;
        return true;
    }

    /// Whether any of them matches. It looks up the keys of the channel, so the size of the set does not matter.
    public boolean matches(Channel channel) {
        for (var key : channel.keys()) if (texts.contains(key)) return true;
        return false;
    }

    /// The number of them that match. It looks up the keys of the channel, too.
    public int matching(Channel channel) {
        int matching = 0;
        for (var key : channel.keys()) if (texts.contains(key)) matching++;
        return matching;
    }

    /// Whether both have the same channels and patterns, in any order.
    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelSet set && texts.equals(set.texts);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
    }

    @Override
    public String toString() {
        return patterns.toString();
    }
}
