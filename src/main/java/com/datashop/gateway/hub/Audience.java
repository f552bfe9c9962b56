package com.datashop.gateway.hub;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
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
    /// The most looks at a set until a count is given up: this takes 2 ms, and a walk over a crowd takes as long.
    private static final int MOST_LOOKS = 20_000;

    private final ConcurrentHashMap<String, Followers> followers = new ConcurrentHashMap<>();
    /// The patterns with a star that are followed, counted for each subscriber. While there are none, only the channel
    /// itself is looked up.
    private volatile int wildcards;
    /// The sets that may match the same channel twice, each with the number of its subscribers.
    private final ConcurrentHashMap<ChannelSet, Integer> overlapping = new ConcurrentHashMap<>();

    void add(Subscriber subscriber) {
        var channels = subscriber.subscription().channels();
        var patterns = channels.patterns();
        for (var pattern : patterns) {
            followers.computeIfAbsent(pattern.text(), _ -> new Followers()).add(subscriber);
            if (!pattern.isExact()) wildcards = wildcards + 1;
        }
        if (overlap(patterns)) overlapping.merge(channels, 1, Integer::sum);
    }

    void remove(Subscriber subscriber) {
        var channels = subscriber.subscription().channels();
        var patterns = channels.patterns();
        for (var pattern : patterns) {
            followers.computeIfPresent(pattern.text(), (_, all) -> {
                all.remove(subscriber);
                return all.isEmpty() ? null : all;
            });
            if (!pattern.isExact()) wildcards = wildcards - 1;
        }
        if (overlap(patterns)) overlapping.computeIfPresent(channels, (_, count) -> count == 1 ? null : count - 1);
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

    /// Counts the followers of each event, without a walk over them. Whoever follows by two patterns counts twice.
    ///
    /// @param counts gets the numbers
    /// @return the largest number
    int count(List<Event> events, int[] counts) {
        int most = 0;
        for (int i = 0; i < counts.length; i++) {
            int count = 0;
            for (var all : of(events.get(i).channel())) count += all.size();
            counts[i] = count;
            most = Math.max(most, count);
        }
        return most;
    }

    /// Corrects the counts so that everyone counts once.
    ///
    /// @param counts the numbers of [#count]
    /// @return false when there are so many different sets that a walk would not take longer
    boolean countOnce(List<Event> events, int[] counts) {
        if ((long) overlapping.size() * counts.length > MOST_LOOKS) return false;
        for (var set : overlapping.entrySet()) {
            for (int i = 0; i < counts.length; i++) {
                int matching = set.getKey().matching(events.get(i).channel());
                if (matching > 1) counts[i] = Math.max(0, counts[i] - (matching - 1) * set.getValue());
            }
        }
        return true;
    }

    /// The channels and patterns that have subscribers now, with these subscribers.
    Map<String, Set<Subscriber>> channels() {
        return Collections.unmodifiableMap(followers);
    }

    private static boolean overlap(List<ChannelPattern> patterns) {
        return patterns.size() > 1 && !patterns.stream().allMatch(ChannelPattern::isExact);
    }
}
