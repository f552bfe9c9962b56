package com.datashop.gateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The names of members that a reader looks for.
///
/// A scanner finds them in the bytes, so that the other names cost no strings.
public final class JsonNames {
    /// The result for every name that is not looked for.
    public static final int OTHER = -1;
    /// The result at the end of the object.
    public static final int END = -2;

    /// The longest escape of one character, in bytes.
    private static final int ESCAPE = 6;

    private final List<String> names;
    private final byte[][] bytes;
    /// The index of the first name of each length, and of the next name of that length after each name; -1 is none.
    private final int[] first;
    private final int[] next;

    /// @param names ASCII names without duplicates
    public JsonNames(List<String> names) {
        this.names = List.copyOf(names);
        bytes = new byte[names.size()][];
        int longest = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = names.get(i).getBytes(StandardCharsets.US_ASCII);
            longest = Math.max(longest, bytes[i].length);
        }
        next = new int[bytes.length];
        first = new int[longest + 1];
        Arrays.fill(first, OTHER);
        for (int i = bytes.length - 1; i >= 0; i--) {
            next[i] = first[bytes[i].length];
            first[bytes[i].length] = i;
        }
    }

    /// The index in the list of the name in `a[from, to)`, the inside of a string; [#OTHER] when it is not in the list.
    int find(byte[] a, int from, int to) {
        int length = to - from;
        if (length > first.length * ESCAPE) return OTHER;
        for (int i = from; i < to; i++) if (a[i] == '\\') return names.indexOf(Tokens.decoded(a, from, to));
        if (length >= first.length) return OTHER;
        int i = first[length];
        while (i >= 0 && !Arrays.equals(a, from, to, bytes[i], 0, length)) i = next[i];
        return i;
    }
}
