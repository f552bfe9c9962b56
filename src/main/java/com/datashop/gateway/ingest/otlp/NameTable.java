package com.datashop.gateway.ingest.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Finds names in a list, given as a string or as bytes.
///
/// @param names ASCII names, each once
record NameTable(List<String> names, byte[][] bytes) {
    NameTable(List<String> names) {
        this(names, names.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new));
    }

    /// The index of this name in the list, or -1.
    int indexOf(String name) {
        return names.indexOf(name);
    }

    /// The index of the name in `utf8[from, to)`, or -1.
    int indexOf(byte[] utf8, int from, int to) {
        for (int i = 0; i < bytes.length; i++)
            if (bytes[i].length == to - from && Arrays.equals(bytes[i], 0, to - from, utf8, from, to)) return i;
        return -1;
    }
}
