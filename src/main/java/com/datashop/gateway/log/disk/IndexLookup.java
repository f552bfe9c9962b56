package com.datashop.gateway.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Finds the records of wanted channels in one part of an index.
final class IndexLookup {
    /// When more than one record in this many is wanted, reading all of them is faster than reading each by itself.
    private static final int SPARSE = 32;
    private static final int FEW = 16;
    private static final int AHEAD_BYTES = 200 * Index.ENTRY_BYTES;
    /// The number of channels whose reading takes as long as a binary search.
    private static final int CHANNELS_A_SEARCH = 1000;

    private final Volume.Input in;
    private final Index.Part part;
    private final byte[] window;
    private final ByteBuffer fields;
    private final int most;
    /// The runs of postings that were found: the beginning and the length of each.
    private int[] runs = new int[8];
    private int count;
    private int found;
    private long bufferedFrom;
    private int buffered;

    IndexLookup(Volume.Input in, Index.Part part, byte[] window) {
        this.in = in;
        this.part = part;
        this.window = window;
        fields = ByteBuffer.wrap(window);
        most = part.records() / SPARSE + FEW;
    }

    long[] find(Selection selection) throws IOException {
        boolean all = (long) selection.wanted().size() * CHANNELS_A_SEARCH > part.channels()
                || selection.wanted().stream().anyMatch(wanted -> wanted.is(Selection.Wanted.ANY_SERVICE));
        if (all) takeFrom(0, selection, null);
        else for (var wanted : selection.wanted()) takeFrom(firstNotBelow(wanted), selection, wanted);
        return found > most ? null : postings();
    }

    /// The first channel that is not below the wanted ones.
    private int firstNotBelow(Selection.Wanted wanted) throws IOException {
        boolean anyWorkspace = wanted.is(Selection.Wanted.ANY_WORKSPACE);
        int workspace = anyWorkspace ? 0 : wanted.workspace();
        int resource = anyWorkspace || wanted.is(Selection.Wanted.ANY_RESOURCE) ? 0 : wanted.resource();
        int low = 0;
        int high = part.channels();
        while (low < high) {
            int middle = low + high >>> 1;
            int at = entry(middle);
            int order = Integer.compareUnsigned(fields.getInt(at), wanted.service());
            if (order == 0) order = Integer.compareUnsigned(fields.getInt(at + 4), workspace);
            if (order == 0) order = Integer.compareUnsigned(fields.getInt(at + 8), resource);
            if (order < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// Takes the selected channels from this one on.
    ///
    /// @param range the channels to look for; it ends behind them; null to look at all
    private void takeFrom(int from, Selection selection, Selection.Wanted range) throws IOException {
        for (int i = from; i < part.channels() && found <= most; i++) {
            int at = entry(i);
            int service = fields.getInt(at);
            int workspace = fields.getInt(at + 4);
            int resource = fields.getInt(at + 8);
            if (range != null && !range.reaches(service, workspace, resource)) return;
            boolean wanted = range == null ? selection.mayHold(service, workspace, resource)
                    : range.mayBe(service, workspace, resource);
            if (wanted) add(fields.getInt(at + 12), fields.getInt(at + 16));
        }
    }

    private void add(int first, int records) throws IOException {
        if (first < 0 || records < 0 || first > part.records() - records)
            throw contradiction();
        if (count == runs.length) runs = Arrays.copyOf(runs, 2 * count);
        runs[count++] = first;
        runs[count++] = records;
        found += records;
    }

    /// Reads the postings that were found. Those of a channel ascend, and begin within the part.
    ///
    /// The reader believes a posting only when the record there confirms it. When a posting is out of order, the reader
    /// has passed that record.
    private long[] postings() throws IOException {
        var places = new long[found];
        int size = 0;
        long postings = part.position() + (long) part.channels() * Index.ENTRY_BYTES;
        buffered = 0;
        for (int i = 0; i < count; i += 2) {
            long before = -1;
            for (int at = runs[i]; at < runs[i] + runs[i + 1]; ) {
                int some = Math.min(runs[i] + runs[i + 1] - at, window.length / Index.POSTING_BYTES);
                read(postings + (long) at * Index.POSTING_BYTES, 0, some * Index.POSTING_BYTES);
                for (int j = 0; j < some; j++) {
                    long place = part.from() + Integer.toUnsignedLong(fields.getInt(j * Index.POSTING_BYTES));
                    if (place <= before || place >= part.to()) throw contradiction();
                    places[size++] = place;
                    before = place;
                }
                at += some;
            }
        }
        Arrays.sort(places);
        return Arrays.stream(places).distinct().toArray();
    }

    private static IOException contradiction() {
        return new IOException("an index that contradicts itself");
    }

    /// Reads a channel's entry, and some that follow, into the window, and returns where it is.
    private int entry(int number) throws IOException {
        long position = part.position() + (long) number * Index.ENTRY_BYTES;
        if (buffered == 0 || position < bufferedFrom || position + Index.ENTRY_BYTES > bufferedFrom + buffered) {
            int length = (int) Math.min(AHEAD_BYTES, (long) (part.channels() - number) * Index.ENTRY_BYTES);
            buffered = 0;
            read(position, 0, length);
            bufferedFrom = position;
            buffered = length;
        }
        return (int) (position - bufferedFrom);
    }

    private void read(long position, int into, int length) throws IOException {
        if (in.read(position, window, into, length) < length)
            throw new IOException("an index that is shorter than it was");
    }
}
