package com.datashop.gateway.http.api;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// The channels and patterns that a reader names in `channels`, each once.
final class AskedChannels {
    private final List<ChannelPattern> patterns;

    private AskedChannels(List<ChannelPattern> patterns) {
        this.patterns = patterns;
    }

    /// @param most the most channels and patterns
    /// @throws Problem when there are none or too many, or when one is malformed
    static AskedChannels of(Query query, int most) throws Problem {
        var channels = new LinkedHashSet<ChannelPattern>();
        for (var list : query.all("channels")) {
            for (var name : list.split(",")) {
                if (name.isBlank()) continue;
                try {
                    channels.add(ChannelPattern.parse(withoutBlanks(name)));
                } catch (InvalidChannelException invalid) {
                    throw bad("channels: " + invalid.getMessage());
                }
                if (channels.size() > most)
                    throw bad("channels names more than the " + most + " that MAX_CHANNELS_PER_STREAM allows");
            }
        }
        if (channels.isEmpty())
            throw bad("channels is missing: name one as channels=logs:{service}:{workspace_id}:{resource_id}");
        return new AskedChannels(List.copyOf(channels));
    }

    /// The channels that the caller may read.
    ///
    /// @throws Problem when there are none
    ChannelSet granted(Grant grant) throws Problem {
        var granted = those(grant, true);
        if (granted.isEmpty()) throw new Problem(Refusal.NOT_ALLOWED, "none of these channels may be read");
        return new ChannelSet(granted);
    }

    /// The channels that the caller may not read.
    List<ChannelPattern> denied(Grant grant) {
        return those(grant, false);
    }

    private List<ChannelPattern> those(Grant grant, boolean covered) {
        var those = new ArrayList<ChannelPattern>(patterns.size());
        for (var pattern : patterns)
            if (grant.covers(pattern.service(), pattern.workspace()) == covered) those.add(pattern);
        return List.copyOf(those);
    }

    /// The name without the blanks around it. A regular expression takes seconds for a name with 60,000 blanks inside.
    private static String withoutBlanks(String name) {
        int from = 0;
        int to = name.length();
        while (from < to && isBlank(name.charAt(from))) from++;
        while (from < to && isBlank(name.charAt(to - 1))) to--;
        return name.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static Problem bad(String detail) {
        return new Problem(Refusal.BAD_PARAMETER, detail);
    }
}
