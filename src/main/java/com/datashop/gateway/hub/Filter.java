package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.Level;
import java.util.List;

/// Selects the events of its channels that a subscriber wants: those that meet all of its conditions.
///
/// It runs on the subscriber's own thread, for replay and live alike. Each condition takes time in proportion to the
/// data.
public final class Filter {
    /// Lets everything through.
    public static final Filter NONE = new Filter(Level.TRACE, List.of(), List.of(), List.of());

    private final Level level;
    private final Needle[] wanted;
    private final Needle[] unwanted;
    private final Where[] members;

    /// @param level the least level; an event with no readable level passes only `TRACE`
    /// @param wanted the texts that the data must contain, all of them
    /// @param unwanted the texts that the data must not contain, none of them
    /// @param members the members that the data must have, all of them
    public Filter(Level level, List<Needle> wanted, List<Needle> unwanted, List<Where> members) {
        this.level = level;
        this.wanted = wanted.toArray(Needle[]::new);
        this.unwanted = unwanted.toArray(Needle[]::new);
        this.members = members.toArray(Where[]::new);
    }

    /// Whether it holds nothing back. Only then can lost events be counted.
    public boolean isOpen() {
        return level == Level.TRACE && wanted.length + unwanted.length + members.length == 0;
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
}
