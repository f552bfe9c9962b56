package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The channels that a reader wants. It compares the bytes of names, so channels that are not wanted cost no objects.
///
/// It keeps the channels and patterns that the reader has named, and none that it reads: a log may have a million.
/// An object of this type belongs to one thread.
final class Selection {
    private static final String ANY = "*";

    private final ChannelSet set;
    private final List<Wanted> wanted = new ArrayList<>();
    private final ChannelHash name = new ChannelHash();
    /// The masks that occur, and a hash table from key to pattern. `numbers` counts patterns from 1; 0 is a free slot.
    private final int[] masks;
    private final long[] keys;
    private final int[] numbers;

    Selection(ChannelSet set) {
        this.set = set;
        for (var pattern : set.patterns()) wanted.add(Wanted.of(pattern));
        masks = wanted.stream().mapToInt(Wanted::mask).distinct().toArray();
        int size = Integer.highestOneBit(wanted.size() * 4) * 2;
        keys = new long[size];
        numbers = new int[size];
        for (int i = 0; i < wanted.size(); i++) {
            long key = wanted.get(i).key();
            int at = place(key);
            while (numbers[at] != 0) at = at + 1 & size - 1;
            keys[at] = key;
            numbers[at] = i + 1;
        }
    }

    ChannelSet set() {
        return set;
    }

    /// The wanted channels and patterns.
    List<Wanted> wanted() {
        return wanted;
    }

    /// The channel whose name is in these bytes, if it is wanted; else null.
    Channel channel(byte[] bytes, int from, int length) {
        name.read(bytes, from, length);
        for (int mask : masks) {
            long key = key(mask, name);
            for (int at = place(key); numbers[at] != 0; at = at + 1 & keys.length - 1) {
                if (keys[at] != key) continue;
                var channel = wanted.get(numbers[at] - 1).channel(bytes, from, length);
                if (channel != null) return channel;
            }
        }
        return null;
    }

    /// Whether a channel of these hashes may be wanted.
    boolean mayHold(int service, int workspace, int resource) {
        name.service = service;
        name.workspace = workspace;
        name.resource = resource;
        for (int mask : masks) {
            long key = key(mask, name);
            for (int at = place(key); numbers[at] != 0; at = at + 1 & keys.length - 1) if (keys[at] == key) return true;
        }
        return false;
    }

    private int place(long key) {
        return (int) key & keys.length - 1;
    }

    /// The key of a name under a mask. Names of two and of three parts have different masks.
    private static long key(int mask, ChannelHash name) {
        boolean three = name.resource != ChannelHash.NONE;
        if (three != ((mask & Wanted.THREE) != 0)) return 0;
        return mix(mask, (mask & Wanted.ANY_SERVICE) != 0 ? 0 : name.service,
                (mask & Wanted.ANY_WORKSPACE) != 0 ? 0 : name.workspace,
                (mask & Wanted.ANY_RESOURCE) != 0 ? 0 : name.resource);
    }

    private static long mix(int mask, int service, int workspace, int resource) {
        long key = ((long) service << 32 | workspace & 0xFFFFFFFFL) * 0x9E3779B97F4A7C15L;
        key += resource * 0xC2B2AE3D27D4EB4FL + mask;
        key = (key ^ key >>> 32) * 0xFF51AFD7ED558CCDL;
        key ^= key >>> 33;
        return key == 0 ? 1 : key;
    }

    /// One wanted channel or pattern.
    ///
    /// @param mask which parts may be anything, and whether there are three
    /// @param bytes the name of the one channel, or null
    /// @param only the one channel, or null
    record Wanted(ChannelPattern pattern, int mask, int service, int workspace, int resource, byte[] bytes,
            Channel only) {
        static final int ANY_SERVICE = 1;
        static final int ANY_WORKSPACE = 2;
        static final int ANY_RESOURCE = 4;
        static final int THREE = 8;

        private static Wanted of(ChannelPattern pattern) {
            var parts = pattern.text().split(":", -1);
            boolean three = parts.length > 3;
            int mask = (parts[1].equals(ANY) ? ANY_SERVICE : 0) | (parts[2].equals(ANY) ? ANY_WORKSPACE : 0)
                    | (three ? THREE : 0) | (three && parts[3].equals(ANY) ? ANY_RESOURCE : 0);
            boolean exact = pattern.isExact();
            int resource = three ? ChannelHash.hash(parts[3]) : ChannelHash.NONE;
            return new Wanted(pattern, mask, ChannelHash.hash(parts[1]), ChannelHash.hash(parts[2]), resource,
                    exact ? pattern.text().getBytes(US_ASCII) : null, exact ? new Channel(pattern.text()) : null);
        }

        boolean is(int part) {
            return (mask & part) != 0;
        }

        /// Whether a channel of these hashes may match.
        boolean mayBe(int service, int workspace, int resource) {
            return is(THREE) == (resource != ChannelHash.NONE) && (is(ANY_SERVICE) || service == this.service)
                    && (is(ANY_WORKSPACE) || workspace == this.workspace)
                    && (is(ANY_RESOURCE) || resource == this.resource);
        }

        /// Whether another match may come at this one or after it, in the order of the hashes.
        ///
        /// The caller knows that this one is not before the first match.
        boolean reaches(int service, int workspace, int resource) {
            if (service != this.service) return false;
            if (is(ANY_WORKSPACE)) return true;
            return workspace == this.workspace && (is(ANY_RESOURCE) || resource == this.resource);
        }

        private long key() {
            return mix(mask, is(ANY_SERVICE) ? 0 : service, is(ANY_WORKSPACE) ? 0 : workspace,
                    is(ANY_RESOURCE) ? 0 : resource);
        }

        private Channel channel(byte[] name, int from, int length) {
            if (only != null) return Arrays.equals(bytes, 0, bytes.length, name, from, from + length) ? only : null;
            var channel = new Channel(new String(name, from, length, US_ASCII));
            return pattern.matches(channel) ? channel : null;
        }
    }
}
