package com.datashop.gateway.ingest;

import com.datashop.gateway.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/// The entries of a batch that were rejected. The good ones were stored.
///
/// A megabyte can hold half a million bad lines. So the first [#LISTED] are listed, each in at most [#DETAIL]
/// characters, and all are counted.
public final class Rejections {
    /// The most entries that are listed. Shippers rarely send larger batches.
    public static final int LISTED = 1000;
    /// The most characters of a detail that are shown.
    public static final int DETAIL = 200;

    private record Rejected(int index, String detail) { }

    private final List<Rejected> listed = new ArrayList<>();
    private Declined first;
    private int firstIndex;
    private int count;

    /// Adds an entry, counted from 0, that was rejected.
    public void add(int index, Declined why) {
        if (count++ == 0) {
            first = why;
            firstIndex = index;
        }
        if (listed.size() == LISTED) return;
        String detail = why.getMessage();
        int end = Math.min(detail.length(), DETAIL);
        if (end < detail.length() && Character.isHighSurrogate(detail.charAt(end - 1))) end--;
        listed.add(new Rejected(index, detail.substring(0, end)));
    }

    /// The number of rejected entries, listed or not.
    public int count() {
        return count;
    }

    /// The reason for the first rejection; null when there is none.
    public Declined first() {
        return first;
    }

    /// The index of the first rejected entry, counted from 0.
    public int firstIndex() {
        return firstIndex;
    }

    /// Writes `rejected` into an open object, and `rejectedCount` when the list is not complete.
    public void writeTo(JsonWriter out) {
        out.name("rejected").beginArray();
        for (var one : listed) out.beginObject().member("index", one.index()).member("detail", one.detail())
                .endObject();
        out.endArray();
        if (count > listed.size()) out.member("rejectedCount", count);
    }
}
