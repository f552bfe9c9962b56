package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// A channel's name as three numbers, one for each part. Readers compare them, and an index is sorted by them.
///
/// Two names may have the same numbers. So different numbers mean different channels, and equal ones prove nothing.
final class ChannelHash {
    /// The number for the resource of a channel without one.
    static final int NONE = 0;

    private static final byte[] ROOT = "logs:".getBytes(US_ASCII);
    private static final int FNV_PRIME = 0x01000193;
    private static final int FNV_BASIS = 0x811C9DC5;

    int service;
    int workspace;
    int resource;

    /// Reads the name in these bytes.
    void read(byte[] bytes, int from, int length) {
        int end = from + length;
        int first = colon(bytes, from + ROOT.length, end);
        int second = colon(bytes, first + 1, end);
        service = hash(bytes, from + ROOT.length, first);
        workspace = hash(bytes, first + 1, second);
        resource = second >= end ? NONE : hash(bytes, second + 1, end);
    }

    /// The number of one part of a name. It is never [#NONE].
    static int hash(String part) {
        byte[] bytes = part.getBytes(US_ASCII);
        return hash(bytes, 0, bytes.length);
    }

    private static int colon(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != ':') at++;
        return at;
    }

    /// Hashes with FNV-1a, and then with the finaliser of MurmurHash3.
    private static int hash(byte[] bytes, int from, int to) {
        int hash = FNV_BASIS;
        for (int i = from; i < to; i++) hash = (hash ^ bytes[i]) * FNV_PRIME;
        hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
        hash ^= hash >>> 16;
        return hash == NONE ? 1 : hash;
    }
}
