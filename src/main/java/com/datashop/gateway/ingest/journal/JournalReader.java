package com.datashop.gateway.ingest.journal;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Footprint;
import com.datashop.gateway.ingest.Routing;
import com.datashop.gateway.ingest.journal.StoredEntries.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Reads an upload of a journal in batches, while it arrives.
///
/// ```
///   while (reader.next()) {          an entry came
///       if (reader.isDue()) store(reader.batch()), reader.stored()
///   }
/// ```
///
/// It belongs to one thread.
public final class JournalReader {
    private static final int MOST_ENTRIES = 500;
    /// A batch of that size goes, in bytes of heap.
    private static final int FULL_BATCH = 512 << 10;

    private final ExportReader in;
    private final JournalDrafts entries;
    private final StoredEntries stored;
    private final List<Draft> batch = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private long batchBytes;

    /// @param most the most bytes of an entry
    /// @param stored what has been stored of all uploads
    public JournalReader(InputStream in, int most, Routing routing, StoredEntries stored) {
        this.in = new ExportReader(in, most);
        entries = new JournalDrafts(routing);
        this.stored = stored;
    }

    /// Reads an entry and adds it to the batch, unless it has been stored before.
    ///
    /// @return false when the body has ended
    /// @throws Declined when it is not one, naming its place
    public boolean next() throws Declined, IOException {
        var entry = in.next();
        if (entry == null) return false;
        try {
            var draft = entries.draft(entry, System.currentTimeMillis());
            var place = Place.of(draft.channel().text(), entry.first("__CURSOR"));
            if (place != null && stored.contains(place)) return true;
            if (place != null) places.add(place);
            batch.add(draft);
            batchBytes += Footprint.of(draft);
            return true;
        } catch (Declined refused) {
            throw refused.at(in.index());
        }
    }

    /// Whether the batch is to be stored now: it is full, or nothing more is here.
    public boolean isDue() throws IOException {
        if (batch.isEmpty()) return false;
        return batch.size() >= MOST_ENTRIES || batchBytes >= FULL_BATCH || !in.hasMore();
    }

    /// The entries that are not stored yet, and not a copy of them.
    public List<Draft> batch() {
        return batch;
    }

    /// The heap that is held, in bytes.
    public long held() {
        return in.held() + batchBytes;
    }

    /// The batch has been stored.
    public void stored() {
        places.forEach(stored::add);
        places.clear();
        batch.clear();
        batchBytes = 0;
    }
}
