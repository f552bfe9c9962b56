package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Selects the events of its channels that a subscriber wants: those that meet all of its conditions.
///
/// It runs on the subscriber's own thread, for replay and live alike. Each condition takes time in proportion to the
/// data. Filters are equal when they have the same conditions, in whatever order.
public final class Filter {
    /// Lets everything through.
    public static final Filter NONE = new Filter(Level.TRACE, List.of(), List.of(), List.of());

    private final Level level;
    private final Needle[] wanted;
    private final Needle[] unwanted;
    private final Where[] members;
    private final int hash;

    /// @param level the least level; an event with no readable level passes only `TRACE`
    /// @param wanted the texts that the data must contain, all of them
    /// @param unwanted the texts that the data must not contain, none of them
    /// @param members the members that the data must have, all of them
    public Filter(Level level, List<Needle> wanted, List<Needle> unwanted, List<Where> members) {
        this.level = level;
        this.wanted = wanted.stream().distinct().toArray(Needle[]::new);
        this.unwanted = unwanted.stream().distinct().toArray(Needle[]::new);
        this.members = members.stream().distinct().toArray(Where[]::new);
        hash = Objects.hash(level, sum(this.wanted), sum(this.unwanted), sum(this.members));
    }

    private static int sum(Object[] conditions) {
        return Arrays.stream(conditions).mapToInt(Object::hashCode).sum();
    }

    /// Whether it holds nothing back. Only then can lost events be counted.
    public boolean isOpen() {
        return level == Level.TRACE && !readsData();
    }

    /// Whether it looks at more of an event than its level, which the event remembers.
    boolean readsData() {
        return wanted.length + unwanted.length + members.length > 0;
    }

    /// Whether the subscriber wants the event.
    public boolean accepts(Event event) {
        if (level != Level.TRACE && !event.level().filter(found -> found.isAtLeast(level)).isPresent()) return false;
        byte[] bytes = event.frame().bytes();
        int from = event.dataOffset();
        int to = event.dataEnd();
        for (var text : wanted) if (!text.isIn(bytes, from, to)) return false;
        for (var text : unwanted) if (text.isIn(bytes, from, to)) return false;
        for (var member : members) if (!member.isIn(bytes, from, to)) return false;
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Filter filter && hash == filter.hash && level == filter.level
                && isSame(wanted, filter.wanted) && isSame(unwanted, filter.unwanted)
                && isSame(members, filter.members);
    }

    private static boolean isSame(Object[] some, Object[] others) {
        return some.length == others.length && Arrays.asList(others).containsAll(Arrays.asList(some));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
