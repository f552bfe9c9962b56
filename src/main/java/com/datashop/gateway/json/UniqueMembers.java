package com.datashop.gateway.json;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Writes objects in which no name occurs twice: of two members of one name the first counts.
///
/// Objects may nest. An object of this type belongs to one thread.
public final class UniqueMembers {
    /// Up to this number, names are compared one by one. More are in a set: hostile input has as many as fit.
    private static final int COMPARED = 16;

    private final JsonWriter out;
    private Level[] levels = new Level[4];
    private int depth;

    /// @param out where the objects are written, and the values of their members
    public UniqueMembers(JsonWriter out) {
        this.out = out;
    }

    /// Opens an object, where a value may stand.
    public UniqueMembers beginObject() {
        out.beginObject();
        if (depth == levels.length) levels = Arrays.copyOf(levels, 2 * depth);
        if (levels[depth] == null) levels[depth] = new Level();
        levels[depth++].clear();
        return this;
    }

    /// Closes the object.
    public UniqueMembers endObject() {
        out.endObject();
        depth--;
        return this;
    }

    /// Begins a member, whose value must follow. Returns false, and begins none, if the object has the name already.
    public boolean name(String name) {
        int before = out.size();
        out.name(name);
        return isNew(before);
    }

    /// Begins a member as [#name(String)] does, with a name in UTF-8.
    ///
    /// @throws JsonException when it is not UTF-8
    public boolean name(byte[] utf8, int from, int to) throws JsonException {
        int before = out.size();
        out.name(utf8, from, to);
        return isNew(before);
    }

    private boolean isNew(int before) {
        if (levels[depth - 1].add(out, before)) return true;
        out.back(before);
        return false;
    }

    /// The names of one open object, as they stand in what was written: there equal names have equal bytes.
    private static final class Level {
        private final int[] starts = new int[COMPARED];
        private final int[] ends = new int[COMPARED];
        private int count;
        private Set<String> names = Set.of();

        void clear() {
            count = 0;
            names = Set.of();
        }

        boolean add(JsonWriter out, int before) {
            int start = out.nameStart(before);
            int end = out.size();
            if (count < COMPARED) {
                for (int i = 0; i < count; i++) if (out.equal(starts[i], ends[i], start, end)) return false;
                starts[count] = start;
                ends[count++] = end;
                return true;
            }
            if (names.isEmpty()) {
                names = new HashSet<>();
                for (int i = 0; i < count; i++) names.add(out.text(starts[i], ends[i]));
            }
            return names.add(out.text(start, end));
        }
    }
}
