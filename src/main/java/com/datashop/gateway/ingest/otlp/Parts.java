package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.ingest.Routing;
import java.util.ArrayList;
import java.util.List;

/// The parts of the channel that attributes name; see [Routing].
final class Parts {
    private static final NameTable NAMES = names();
    private static final int WORKSPACE = Routing.SERVICE.size();
    private static final int RESOURCE = WORKSPACE + Routing.WORKSPACE.size();
    private static final int ALL = RESOURCE + Routing.RESOURCE.size();

    /// The value of each name; null where there is none. The array is null until there is a value.
    private String[] values;

    private static NameTable names() {
        var names = new ArrayList<>(Routing.SERVICE);
        names.addAll(Routing.WORKSPACE);
        names.addAll(Routing.RESOURCE);
        return new NameTable(List.copyOf(names));
    }

    /// Forgets all values.
    void clear() {
        values = null;
    }

    /// The index of this name; -1 when it names no part of the channel.
    static int indexOf(String name) {
        return NAMES.indexOf(name);
    }

    /// The index of this name, which is in UTF-8.
    static int indexOf(byte[] utf8, int from, int to) {
        return NAMES.indexOf(utf8, from, to);
    }

    /// Notes the value of a name. The first one counts, as in the data.
    ///
    /// @param index the index of the name; -1 is ignored
    /// @param value null when it is not text
    void note(int index, String value) {
        if (index < 0 || value == null) return;
        if (values == null) values = new String[ALL];
        if (values[index] == null) values[index] = value;
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
