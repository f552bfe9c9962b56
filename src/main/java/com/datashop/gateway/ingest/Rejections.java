package com.datashop.gateway.ingest;

import com.datashop.gateway.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/// The entries of a batch that were not taken while the good ones were.
///
/// A megabyte can hold half a million bad lines. So the first [#LISTED] are listed, each in at most [#DETAIL]
/// characters, and all are counted.
public final class Rejections {
    /// A batch of shippers has at most so many entries, as a rule.
    public static final int LISTED = 1000;
    /// The characters of a detail that are shown.
    public static final int DETAIL = 200;

    private record Rejected(int index, String detail) { }

    private final List<Rejected> listed = new ArrayList<>();
    private Declined first;
    private int count;

    /// Notes that this entry, counted from 0, was not taken.
    public void add(int index, Declined why) {
        if (count++ == 0) first = why;
        if (listed.size() == LISTED) return;
        String detail = why.getMessage();
        int end = Math.min(detail.length(), DETAIL);
        if (end < detail.length() && Character.isHighSurrogate(detail.charAt(end - 1))) end--;
        listed.add(new Rejected(index, detail.substring(0, end)));
    }

    /// How many there are, listed or not.
    public int count() {
        return count;
    }

    /// Why the first of them was not taken; null when all were.
    public Declined first() {
        return first;
    }

    /// Writes `rejected`, and `rejectedCount` when that lists only the first of them, as members of an open object.
    public void writeTo(JsonWriter out) {
        out.name("rejected").beginArray();
        for (var one : listed) out.beginObject().member("index", one.index()).member("detail", one.detail())
                .endObject();
        out.endArray();
        if (count > listed.size()) out.member("rejectedCount", count);
    }
}
