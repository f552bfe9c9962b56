package com.datashop.gateway.ingest.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import java.io.IOException;
import java.io.InputStream;

/// Reads entries of the journal's export format (systemd.io/JOURNAL_EXPORT_FORMATS) while they arrive.
///
/// ```
///   NAME=value LF                    a value of one line
///   NAME LF length(8, lowest first) value LF      any bytes
///   LF                               the entry ends
/// ```
///
/// It holds one entry and a small buffer. It compares a length with the bound of an entry before it allocates anything.
final class ExportReader {
    /// The bytes that are read at once.
    private static final int BUFFER = 16 << 10;
    /// The journal's own names have 64 bytes at the most.
    private static final int LONGEST_NAME = 255;
    private static final int LENGTH_BYTES = 8;

    private final InputStream in;
    private final JournalEntry entry;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long entries;

    /// @param mostBytes the most bytes of an entry, names and values together
    ExportReader(InputStream in, int mostBytes) {
        this.in = in;
        entry = new JournalEntry(mostBytes);
    }

    /// Reads the next entry. It is valid until the next call.
    ///
    /// @return null at the end of the body
    /// @throws Declined when the body is not in this format, or the entry is too large
    JournalEntry next() throws Declined, IOException {
        if (!entry.isEmpty()) entries++;
        entry.clear();
        while (true) {
            int first = read();
            if (first < 0) return entry.isEmpty() ? null : entry;
            if (first != '\n') field(first);
            else if (!entry.isEmpty()) return entry;
        }
    }

    /// Whether more of the body has arrived, so that the next entry can be read soon.
    boolean hasMore() throws IOException {
        return at < end || in.available() > 0;
    }

    /// The bytes that are held for the current entry.
    int held() {
        return BUFFER + entry.held();
    }

    /// The index of the current entry in the body, counted from 0.
    int index() {
        return (int) Math.min(entries, Integer.MAX_VALUE);
    }

    private void field(int first) throws Declined, IOException {
        var name = new byte[LONGEST_NAME];
        int length = 0;
        int b = first;
        for (; b != '=' && b != '\n'; b = read()) {
            if (b < 0) throw bad("the body ends in the name of a field");
            if (b <= ' ' || b > '~') throw bad("the name of a field has a character other than ASCII's visible ones");
            if (length == LONGEST_NAME) throw bad("the name of a field is longer than " + LONGEST_NAME + " bytes");
            name[length++] = (byte) b;
        }
        if (length == 0) throw bad("a field has no name");
        entry.begin(new String(name, 0, length, US_ASCII));
        if (b == '=') line();
        else bytes();
        entry.endValue();
    }

    /// Reads a value that ends with its line or with the body.
    private void line() throws Declined, IOException {
        while (at < end || fill()) {
            int from = at;
            while (at < end && buffer[at] != '\n') at++;
            entry.append(buffer, from, at - from, this);
            if (at < end) {
                at++;
                return;
            }
        }
    }

    /// Reads a value that follows its length.
    private void bytes() throws Declined, IOException {
        long length = 0;
        for (int i = 0; i < LENGTH_BYTES; i++) length |= (long) readInside() << 8 * i;
        if (length < 0 || length > entry.room())
            throw tooLarge(Long.toUnsignedString(length) + " bytes of " + entry.name());
        while (length > 0) {
            if (at == end && !fill()) throw bad("the body ends in " + entry.name());
            int part = (int) Math.min(length, end - at);
            entry.append(buffer, at, part, this);
            at += part;
            length -= part;
        }
        if (readInside() != '\n') throw bad("no line end is behind the bytes of " + entry.name());
    }

    private int readInside() throws Declined, IOException {
        int b = read();
        if (b < 0) throw bad("the body ends in " + entry.name());
        return b;
    }

    private int read() throws IOException {
        return at < end || fill() ? buffer[at++] & 0xFF : -1;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer, 0, BUFFER));
        return end > 0;
    }

    Declined tooLarge(String what) {
        return new Declined(Reason.TOO_LARGE, "the entry has " + what + ": it may have the " + entry.most()
                + " bytes that MAX_BODY_BYTES allows").at(index());
    }

    private Declined bad(String detail) {
        return new Declined(Reason.BAD_BODY, detail).at(index());
    }
}
