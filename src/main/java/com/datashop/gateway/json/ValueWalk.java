package com.datashop.gateway.json;

import java.util.Arrays;

/// A walk over one value of any nesting that keeps a bit for each open level and nothing else, so that depth costs no stack.
final class ValueWalk {

    private static final byte[] NOTHING = {};
    private static final int FIRST_KEPT = 256;

    private final byte[] bytes;
    private final int to;
    /// A bit for each open level but the innermost, set for an object; doubled when needed.
    private long[] objects = new long[1];

    /// Whether what is walked is also kept: the runs of bytes without white space before `run`, the first `size` bytes of `kept`.
    private boolean keeping;
    private int run;
    private int size;
    /// Grown by doubling and reused from value to value. As long as the rest of the input from the start, it would cost a
    /// batch the square of its length; counting the white space first, and copying in a second pass, measured half as fast.
    private byte[] kept = NOTHING;

    ValueWalk(byte[] bytes, int to) {
        this.bytes = bytes;
        this.to = to;
    }

    /// The index after the value that starts at `start`, checked, in which nothing nests deeper than `maxDepth`.
    int end(int start, int maxDepth) throws JsonException {
        keeping = false;
        return walked(start, maxDepth);
    }

    /// The same, and ready for [#compacted(int)].
    int endKeeping(int start, int maxDepth) throws JsonException {
        keeping = true;
        run = start;
        size = 0;
        return walked(start, maxDepth);
    }

    /// The bytes of the value walked last, which ended at `end`, without the white space between its tokens.
    byte[] compacted(int end) {
        byte[] compact = new byte[size + end - run];
        System.arraycopy(kept, 0, compact, 0, size);
        System.arraycopy(bytes, run, compact, size, end - run);
        return compact;
    }

    private int walked(int start, int maxDepth) throws JsonException {
        byte[] a = bytes;
        int to = this.to;
        int depth = 0;
        boolean inObject = false;
        int i = start;
        while (true) {
            // A value starts at i.
            if (i >= to) {
                throw Tokens.expected("a value", a, i, to);
            }
            byte b = a[i];
            boolean opened = false;
            switch (b) {
                case '"' -> i = Tokens.stringEnd(a, i, to);
                case '{', '[' -> {
                    if (depth >= maxDepth) {
                        throw JsonException.at("nesting deeper than " + maxDepth, a, i);
                    }
                    remember(depth++, inObject);
                    inObject = b == '{';
                    opened = true;
                    i++;
                }
                case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> i = Tokens.numberEnd(a, i, to);
                case 't' -> i = Tokens.literalEnd("true", a, i, to);
                case 'f' -> i = Tokens.literalEnd("false", a, i, to);
                case 'n' -> i = Tokens.literalEnd("null", a, i, to);
                default -> throw Tokens.expected("a value", a, i, to);
            }
            // Behind a value or an opening bracket: close what ends here, until another value must follow.
            while (true) {
                if (depth == 0) {
                    return i;
                }
                i = passed(i, Tokens.spaceEnd(a, i, to));
                String wanted = opened
                        ? inObject ? "a name or '}'" : "a value or ']'"
                        : inObject ? "',' or '}'" : "',' or ']'";
                if (i >= to) {
                    throw Tokens.expected(wanted, a, i, to);
                }
                b = a[i];
                if (b == (inObject ? '}' : ']')) {
                    inObject = remembered(--depth);
                    opened = false;
                    i++;
                    continue;
                }
                if (!opened) {
                    if (b != ',') {
                        throw Tokens.expected(wanted, a, i, to);
                    }
                    i = passed(i + 1, Tokens.spaceEnd(a, i + 1, to));
                    wanted = "a name";
                }
                if (inObject) {
                    int name = Tokens.nameEnd(wanted, a, i, to);
                    int value = Tokens.colonEnd(a, name, to);
                    passed(name, value - 1);
                    i = passed(value, Tokens.spaceEnd(a, value, to));
                }
                break;
            }
        }
    }

    /// Passes the white space `[from, end)` between two tokens, if there is any, and is `end`.
    private int passed(int from, int end) {
        if (from != end && keeping) {
            keep(from);
            run = end;
        }
        return end;
    }

    private void keep(int end) {
        int length = end - run;
        if (length > kept.length - size) {
            kept = Arrays.copyOf(kept, Math.clamp(2L * kept.length, Math.max(size + length, FIRST_KEPT), Integer.MAX_VALUE));
        }
        System.arraycopy(bytes, run, kept, size, length);
        size += length;
    }

    private void remember(int level, boolean object) {
        int word = level >> 6;
        if (word == objects.length) {
            objects = Arrays.copyOf(objects, 2 * word);
        }
        long bit = 1L << level;
        objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
    }

    private boolean remembered(int level) {
        return (objects[level >> 6] & 1L << level) != 0;
    }
}
