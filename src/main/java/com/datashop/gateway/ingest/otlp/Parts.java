package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.ingest.Routing;
import java.util.ArrayList;
import java.util.List;

/// The parts of the channel that attributes give, by the names of [Routing].
final class Parts {
    private static final Names NAMES = names();
    private static final int WORKSPACE = Routing.SERVICE.size();
    private static final int RESOURCE = WORKSPACE + Routing.WORKSPACE.size();
    private static final int ALL = RESOURCE + Routing.RESOURCE.size();

    /// The value of each name; null where it is not given. Null as a whole until one is.
    private String[] values;

    private static Names names() {
        var names = new ArrayList<>(Routing.SERVICE);
        names.addAll(Routing.WORKSPACE);
        names.addAll(Routing.RESOURCE);
        return new Names(List.copyOf(names));
    }

    /// Forgets all values.
    void clear() {
        values = null;
    }

    /// The place of this name, or -1 when it says nothing of the channel.
    static int place(String name) {
        return NAMES.place(name);
    }

    /// The same, of a name in UTF-8.
    static int place(byte[] utf8, int from, int to) {
        return NAMES.place(utf8, from, to);
    }

    /// Notes the value of a name. The first counts, as in the data.
    ///
    /// @param place of the name; -1 is passed over
    /// @param value null when it is no text
    void note(int place, String value) {
        if (place < 0 || value == null) return;
        if (values == null) values = new String[ALL];
        if (values[place] == null) values[place] = value;
    }

    String service() {
        return first(0, WORKSPACE);
    }

    String workspace() {
        return first(WORKSPACE, RESOURCE);
    }

    String resource() {
        return first(RESOURCE, ALL);
    }

    private String first(int from, int to) {
        for (int i = from; values != null && i < to; i++) {
            if (values[i] != null && !values[i].isBlank()) return values[i];
        }
        return null;
    }
}
