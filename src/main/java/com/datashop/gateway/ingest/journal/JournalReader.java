package com.datashop.gateway.ingest.journal;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Footprint;
import com.datashop.gateway.ingest.Routing;
import com.datashop.gateway.ingest.journal.StoredEntries.SequenceNumber;
import com.datashop.gateway.log.LogUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads an upload of a journal in batches, while it arrives.
///
/// ```
///   while (reader.next()) {          an entry came
///       if (reader.isDue()) store(reader.batch()), reader.noteStored()
///   }
/// ```
///
/// It belongs to one thread.
public final class JournalReader {
    private static final int MOST_ENTRIES = 500;
    /// The most channels of an upload for which it looks into the log.
    private static final int MOST_LOOKS = 16;
    /// The heap of a full batch, in bytes.
    private static final int FULL_BATCH = 512 << 10;

    private final ExportReader in;
    private final JournalDrafts entries;
    private final StoredEntries stored;
    private final List<Draft> batch = new ArrayList<>();
    private final List<SequenceNumber> numbers = new ArrayList<>();
    private final NewestCursors newest;
    private final Set<Channel> looked = new HashSet<>();
    private long batchBytes;

    /// @param most the most bytes of an entry
    /// @param stored what has been stored of all uploads
    /// @param newest tells what the log has of a channel about which `stored` knows nothing
    public JournalReader(InputStream in, int most, Routing routing, StoredEntries stored, NewestCursors newest) {
        this.in = new ExportReader(in, most);
        entries = new JournalDrafts(routing);
        this.stored = stored;
        this.newest = newest;
    }

    /// Reads an entry and adds it to the batch, unless it has been stored before.
    ///
    /// @return false when the body has ended
    /// @throws Declined when it is not one, naming its place
    public boolean next() throws Declined, IOException, InterruptedException {
        var entry = in.next();
        if (entry == null) return false;
        try {
            var draft = entries.draft(entry, System.currentTimeMillis());
            var number = SequenceNumber.of(draft.channel().text(), entry.first("__CURSOR"));
            if (number != null && isStored(draft.channel(), number)) return true;
            if (number != null) numbers.add(number);
            batch.add(draft);
            batchBytes += Footprint.of(draft);
            return true;
        } catch (Declined refused) {
            throw refused.reason() == Reason.LOG_UNAVAILABLE ? refused : refused.at(in.index());
        }
    }

    /// Whether the entry is in the log.
    ///
    /// If this process knows neither the entry nor the one before it, it did not store the entries before: it was
    /// restarted, or the sender has come from another node. Then it looks into the log, once for each channel of an
    /// upload.
    private boolean isStored(Channel channel, SequenceNumber number) throws Declined, InterruptedException {
        if (stored.contains(number)) return true;
        if (stored.contains(number.previous()) || looked.size() == MOST_LOOKS || !looked.add(channel)) return false;
        try {
            newest.of(channel, cursor -> stored.add(SequenceNumber.of(channel.text(), cursor)));
            return stored.contains(number);
        } catch (LogUnavailableException unreadable) {
            throw new Declined(Reason.LOG_UNAVAILABLE, unreadable.getMessage()).retryAfter(Declined.RETRY_SECONDS);
        }
    }

    /// Whether it is time to store the batch: it is full, or no more bytes have come.
    public boolean isDue() throws IOException {
        if (batch.isEmpty()) return false;
        return batch.size() >= MOST_ENTRIES || batchBytes >= FULL_BATCH || !in.hasMore();
    }

    /// The entries that are not stored yet. It is the list itself, not a copy.
    public List<Draft> batch() {
        return batch;
    }

    /// The heap that is held, in bytes.
    public long held() {
        return in.held() + batchBytes;
    }

    /// Notes that the batch is stored.
    public void noteStored() {
        numbers.forEach(stored::add);
        numbers.clear();
        batch.clear();
        batchBytes = 0;
    }
}
