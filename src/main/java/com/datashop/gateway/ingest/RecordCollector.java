package com.datashop.gateway.ingest;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Declined.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects the records of one request, and makes a draft of each.
///
/// It bounds their size. Their bytes together may not exceed `MAX_BODY_BYTES`: many records can share one set of
/// labels, and each gets a copy. It claims heap for the records while they come. It belongs to one thread.
public final class RecordCollector {
    /// The fate of a request with a bad record.
    public enum Partial {
        /// The whole request is refused.
        NO,
        /// The good records are stored. If there is none, the request is refused for the reason of its first bad
        /// record.
        YES,
        /// The good records are stored. The request succeeds even if there is none.
        ALWAYS
    }

    /// The claim grows in steps of this many bytes, because each step takes a lock.
    private static final long STEP = 256 << 10;

    private final Routing routing;
    private final int most;
    private final BodyRoom.Claim claim;
    private final long now;
    private final List<Draft> drafts = new ArrayList<>();
    /// The heap that the body and the entries take, and what is claimed for them.
    private long needed;
    private long claimed;
    private long bytes;
    private long answerBytes;
    private int count;
    private Partial partial = Partial.NO;
    private Rejections rejections;

    /// @param body the length of the body in bytes
    /// @param most the most bytes that the data of all entries may have together
    /// @param claim the claim on heap for the body, which grows with the entries
    /// @param now the time of records that have none, in milliseconds since 1970
    public RecordCollector(Routing routing, int body, int most, BodyRoom.Claim claim, long now) {
        this.routing = routing;
        this.most = most;
        this.claim = claim;
        this.now = now;
        needed = Footprint.ofArray(body);
    }

    /// Sets the fate of a request with a bad record. At first it is [Partial#NO].
    public void partial(Partial partial) {
        this.partial = partial;
        rejections = partial == Partial.NO ? null : new Rejections();
    }

    /// The time of records that have none, in milliseconds since 1970.
    public long now() {
        return now;
    }

    /// The index of the next record in the request, counted from 0.
    public int count() {
        return count;
    }

    /// The channel of a record, as [Routing#channel] finds it.
    public Channel channel(String service, String workspace, String resource) throws Declined {
        return routing.channel(service, workspace, resource);
    }

    /// Adds a record.
    ///
    /// @param timestamp a plausible time, in milliseconds since 1970
    /// @param data compact JSON in UTF-8
    /// @throws Declined when the request has become too large
    public void add(Channel channel, long timestamp, byte[] data) throws Declined {
        add(channel, timestamp, data, data.length);
    }

    /// Adds a record that shares nothing with others. It counts with the bytes that it took in the body, `own`.
    public void add(Channel channel, long timestamp, byte[] data, int own) throws Declined {
        var draft = new Draft(channel, timestamp, data);
        bytes += own;
        if (bytes > most) throw new Declined(Reason.TOO_LARGE, "the entries that this request makes have more than the "
                + most + " bytes that MAX_BODY_BYTES allows: send fewer records at once");
        needed += Footprint.of(draft);
        if (needed > claimed) {
            long step = Math.min(needed, STEP);
            claim.raiseNow(needed + step);
            claimed = needed + step;
        }
        drafts.add(draft);
        count++;
    }

    /// Claims heap for a body that is inflated once more, to this number of bytes.
    ///
    /// @throws Declined when a body may not have this number
    public void inflating(long bytes) throws Declined {
        if (bytes > most) throw new Declined(Reason.TOO_LARGE, "the body has more than the " + most
                + " bytes that MAX_BODY_BYTES allows");
        hold(Footprint.ofArray(bytes));
    }

    /// Claims this number of bytes more for the answer.
    ///
    /// @throws Declined when there is no room for them
    public void holdForAnswer(long bytes) throws Declined {
        answerBytes += bytes;
        hold(bytes);
    }

    /// The heap that is held for the answer.
    public long answerBytes() {
        return answerBytes;
    }

    private void hold(long bytes) throws Declined {
        needed += bytes;
        if (needed <= claimed) return;
        claim.raiseNow(needed + STEP);
        claimed = needed + STEP;
    }

    /// Rejects the record that would have been next.
    ///
    /// @throws Declined when the bad record refuses the whole request
    public void reject(Declined why) throws Declined {
        boolean ofOneRecord = why.reason() == Reason.BAD_BODY || why.reason() == Reason.NOT_ALLOWED;
        if (rejections == null && ofOneRecord) throw why.at(count);
        if (!ofOneRecord) throw why;
        rejections.add(count++, why);
    }

    /// The good records, in order.
    ///
    /// @throws Declined when there is none and the request needs one
    public List<Draft> drafts() throws Declined {
        if (partial == Partial.YES && drafts.isEmpty() && rejections.count() > 0)
            throw rejections.first().at(0).with(rejections);
        return drafts;
    }

    /// The bad records; empty when one bad record refuses the request.
    public Optional<Rejections> rejections() {
        return Optional.ofNullable(rejections);
    }
}
