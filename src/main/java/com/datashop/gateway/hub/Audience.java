package com.datashop.gateway.hub;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The followers of each channel and pattern.
///
/// Only the holder of the hub's lock adds and removes. Any thread may look.
final class Audience {
    private final ConcurrentHashMap<String, Followers> followers = new ConcurrentHashMap<>();
    /// The patterns with a star that are followed, counted for each subscriber. While there are none, only the channel
    /// itself is looked up.
    private volatile int wildcards;
    /// The subscribers whose own patterns may match the same channel twice.
    private volatile int overlapping;

    void add(Subscriber subscriber) {
        var patterns = subscriber.subscription().channels().patterns();
        for (var pattern : patterns) {
            followers.computeIfAbsent(pattern.text(), _ -> new Followers()).add(subscriber);
            if (!pattern.isExact()) wildcards = wildcards + 1;
        }
        if (overlap(patterns)) overlapping = overlapping + 1;
    }

    void remove(Subscriber subscriber) {
        var patterns = subscriber.subscription().channels().patterns();
        for (var pattern : patterns) {
            followers.computeIfPresent(pattern.text(), (_, all) -> {
                all.remove(subscriber);
                return all.isEmpty() ? null : all;
            });
            if (!pattern.isExact()) wildcards = wildcards - 1;
        }
        if (overlap(patterns)) overlapping = overlapping - 1;
    }

    /// The followers of the channel, and those of each pattern that matches it.
    List<Followers> of(Channel channel) {
        if (wildcards == 0) {
            var all = followers.get(channel.text());
            return all == null ? List.of() : List.of(all);
        }
        var matching = new ArrayList<Followers>();
        for (var key : channel.keys()) {
            var all = followers.get(key);
            if (all != null) matching.add(all);
        }
        return matching;
    }

    /// Counts the subscribers of each event, without a walk over them.
    ///
    /// @param counts gets the numbers
    /// @return the largest number; -1 when some subscribers may be counted twice
    int count(List<Event> events, int[] counts) {
        if (overlapping > 0) return -1;
        int most = 0;
        for (int i = 0; i < counts.length; i++) {
            int count = 0;
            for (var all : of(events.get(i).channel())) count += all.size();
            counts[i] = count;
            most = Math.max(most, count);
        }
        return most;
    }

    /// The channels and patterns that have subscribers now, with these subscribers.
    Map<String, Set<Subscriber>> channels() {
        return Collections.unmodifiableMap(followers);
    }

    private static boolean overlap(List<ChannelPattern> patterns) {
        return patterns.size() > 1 && !patterns.stream().allMatch(ChannelPattern::isExact);
    }
}
