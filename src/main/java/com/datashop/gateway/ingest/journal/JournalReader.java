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
import java.util.stream.Collectors;

/// Reads an upload of a journal while it arrives, and stores it in batches.
///
/// ```
///   next ─▶ an entry ─▶ the batch ──full, or no more bytes have come, or at the end──▶ the log
/// ```
///
/// It belongs to one thread.
public final class JournalReader {
    /// Puts a batch into the log, all of it or nothing.
    @FunctionalInterface
    public interface BatchStore {
        /// Stores the batch.
        ///
        /// @throws Declined when it can not be stored now
        void store(List<Draft> batch) throws Declined, InterruptedException;
    }

    /// An entry that is not stored yet.
    ///
    /// @param number null when its journal does not number it
    private record NewEntry(Draft draft, SequenceNumber number) { }

    private static final int MOST_ENTRIES = 500;
    /// The most channels of an upload for which it looks into the log.
    private static final int MOST_LOOKS = 16;
    /// The heap of a full batch, in bytes.
    private static final int FULL_BATCH = 512 << 10;

    private final ExportReader in;
    private final JournalDrafts entries;
    private final StoredEntries stored;
    private final BatchStore log;
    private final List<NewEntry> batch = new ArrayList<>();
    private final Set<SequenceNumber> numbers = new HashSet<>();
    private final NewestCursors newest;
    private final Set<Channel> looked = new HashSet<>();
    private long batchBytes;

    /// @param most the most bytes of an entry
    /// @param stored what has been stored of all uploads
    /// @param newest tells what the log has of a channel about which `stored` knows nothing
    /// @param log takes the batches
    public JournalReader(InputStream in, int most, Routing routing, StoredEntries stored, NewestCursors newest,
            BatchStore log) {
        this.in = new ExportReader(in, most);
        this.log = log;
        entries = new JournalDrafts(routing);
        this.stored = stored;
        this.newest = newest;
    }

    /// Reads an entry and adds it to the batch, unless it has been stored before.
    ///
    /// @return false when the body has ended, and all of it is stored
    /// @throws Declined when it is not an entry, with its place; or when the log can not store the batch now
    /// @throws IOException when the connection broke; then the whole entries that came before are stored
    public boolean next() throws Declined, IOException, InterruptedException {
        var entry = nextEntry();
        if (entry == null) {
            store();
            return false;
        }
        add(entry);
        if (batch.size() >= MOST_ENTRIES || batchBytes >= FULL_BATCH || !in.hasMore()) store();
        return true;
    }

    private JournalEntry nextEntry() throws Declined, IOException, InterruptedException {
        try {
            return in.next();
        } catch (IOException cut) {
            store();
            throw cut;
        }
    }

    private void add(JournalEntry entry) throws Declined, InterruptedException {
        try {
            var draft = entries.draft(entry, System.currentTimeMillis());
            var number = SequenceNumber.of(draft.channel().text(), entry.first("__CURSOR"));
            if (number != null && (isStored(draft.channel(), number) || !numbers.add(number))) return;
            batch.add(new NewEntry(draft, number));
            batchBytes += Footprint.of(draft);
        } catch (Declined refused) {
            throw refused.reason() == Reason.LOG_UNAVAILABLE ? refused : refused.at(in.index());
        }
    }

    /// Whether the entry is in the log.
    ///
    /// If this process knows neither the entry nor the one before it, it did not store the entries before: it was
    /// restarted, or the sender has come from another node. Then it looks into the log, once for each channel of an
    /// upload. Where other nodes use the log too, it also looks when it knows the entry before: they may have stored
    /// this one.
    private boolean isStored(Channel channel, SequenceNumber number) throws Declined, InterruptedException {
        if (stored.contains(number)) return true;
        boolean isNew = !newest.isLogShared() && stored.contains(number.previous());
        if (isNew || looked.size() == MOST_LOOKS || !looked.add(channel)) return false;
        try {
            newest.of(channel, cursor -> learn(SequenceNumber.of(channel.text(), cursor), number));
            return stored.contains(number);
        } catch (LogUnavailableException unreadable) {
            throw new Declined(Reason.LOG_UNAVAILABLE, unreadable.getMessage()).retryAfter(Declined.RETRY_SECONDS);
        }
    }

    /// Notes that the log has an entry.
    ///
    /// @return whether older entries may be unknown too; not when this one was known and is of the same sequence
    private boolean learn(SequenceNumber inLog, SequenceNumber wanted) {
        boolean known = inLog.sequence().equals(wanted.sequence()) && stored.contains(inLog);
        stored.add(inLog);
        return !known;
    }

    /// The heap that is held, in bytes.
    public long held() {
        return in.held() + batchBytes;
    }

    /// Stores the batch, without the entries that another upload has stored meanwhile.
    private void store() throws Declined, InterruptedException {
        if (batch.isEmpty()) return;
        var sequences = numbers.stream().map(SequenceNumber::sequence).collect(Collectors.toSet());
        try (var _ = stored.turn(sequences)) {
            batch.removeIf(entry -> entry.number() != null && stored.contains(entry.number()));
            if (!batch.isEmpty()) log.store(batch.stream().map(NewEntry::draft).toList());
            numbers.forEach(stored::add);
        }
        numbers.clear();
        batch.clear();
        batchBytes = 0;
    }
}
