package com.datashop.gateway.ingest.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.ingest.Declined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One entry of the journal: fields in the order in which they came, of which a name may occur several times.
final class Entry {
    /// One field, its value being bytes of the entry.
    ///
    /// @param from where the value begins
    /// @param to where it ends
    record Field(String name, int from, int to) { }

    /// The size, in bytes, up to which a buffer is kept between entries.
    private static final int SMALL = 16 << 10;
    /// The heap bytes of a field beside its own.
    private static final int FIELD_BYTES = 100;

    private final int most;
    private final List<Field> fields = new ArrayList<>();
    private byte[] bytes = new byte[SMALL];
    private int length;
    private int used;
    private String name;
    private int from;

    Entry(int most) {
        this.most = most;
    }

    void clear() {
        fields.clear();
        if (bytes.length > SMALL) bytes = new byte[SMALL];
        length = 0;
        used = 0;
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    List<Field> fields() {
        return fields;
    }

    /// The value's bytes.
    byte[] copy(Field field) {
        return Arrays.copyOfRange(bytes, field.from(), field.to());
    }

    /// The value of the first field of this name; null when there is none.
    String first(String name) {
        for (var field : fields) if (field.name().equals(name)) return text(field);
        return null;
    }

    /// The value as text. What is not UTF-8 in it becomes U+FFFD.
    String text(Field field) {
        return new String(bytes, field.from(), field.to() - field.from(), UTF_8);
    }

    int most() {
        return most;
    }

    /// How many bytes it may still get.
    int room() {
        return most - used;
    }

    int held() {
        return bytes.length + FIELD_BYTES * fields.size();
    }

    /// The name of the field that is being read.
    String name() {
        return name;
    }

    void begin(String name) {
        this.name = name;
        from = length;
        used += name.length() + 2; // with what divides them, so that a thousand empty fields count too
    }

    void append(byte[] source, int offset, int count, ExportReader reader) throws Declined {
        if (count > room()) throw reader.tooLarge("too many bytes, of which the last are of " + name);
        if (length + count > bytes.length)
            bytes = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, length + count, Math.max(most, length + count)));
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        used += count;
    }

    void endValue() {
        fields.add(new Field(name, from, length));
    }
}
