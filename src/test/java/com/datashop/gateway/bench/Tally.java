package com.datashop.gateway.bench;

/// The events that the subscribers of one run have had, and the faults.
final class Tally {
    /// Events.
    long received;
    /// Events that did not come, announced or not.
    long lost;
    /// Events that came again.
    long doubled;
    /// Events that came after one that was published later.
    long late;
    /// Messages without a stamp, or with one of another lane.
    long foreign;
    /// How often a subscriber was told that events are gone, and how many in all, as far as it was told.
    long gaps;
    long announced;
    /// Streams that the server refused, and those that it ended.
    long refused;
    long ended;

    Tally copy() {
        var copy = new Tally();
        copy.received = received;
        copy.lost = lost;
        copy.doubled = doubled;
        copy.late = late;
        copy.foreign = foreign;
        copy.gaps = gaps;
        copy.announced = announced;
        copy.refused = refused;
        copy.ended = ended;
        return copy;
    }

    /// Whether every event came once and in order, on streams that stayed.
    boolean isClean() {
        return lost == 0 && doubled == 0 && late == 0 && foreign == 0 && gaps == 0 && refused == 0 && ended == 0;
    }

    /// The faults, in words; empty when there were none.
    String faults() {
        var faults = new StringBuilder();
        add(faults, lost, "lost");
        add(faults, announced, "of them announced");
        add(faults, gaps, "gaps");
        add(faults, doubled, "doubled");
        add(faults, late, "out of order");
        add(faults, foreign, "not ours");
        add(faults, refused, "streams refused");
        add(faults, ended, "streams ended");
        return faults.toString();
    }

    private static void add(StringBuilder faults, long count, String what) {
        if (count != 0) faults.append(faults.isEmpty() ? "" : ", ").append(count).append(' ').append(what);
    }
}
