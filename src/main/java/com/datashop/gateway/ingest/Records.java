package com.datashop.gateway.ingest;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Declined.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The records of one shipper's request, on their way to become entries.
///
/// It bounds what they take. Their bytes together may not be more than `MAX_BODY_BYTES`: a label set that many records
/// share must not multiply. And the heap that they take is claimed while they come. It is for one thread.
public final class Records {
    /// The fate of a request with a bad record.
    public enum Partial {
        /// It is refused whole.
        NO,
        /// Its good records are taken. When there is none, it is refused as the first bad one is.
        YES,
        /// Its good records are taken, even if there is none.
        ALWAYS
    }

    /// The claim grows in steps of at most so many bytes, for each takes a lock.
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

    /// @param body how long the body is, in bytes
    /// @param most how many bytes the data of all entries may have together
    /// @param claim holds heap for the body, and perhaps for some of what is made of it
    /// @param now the time of records that have none, in milliseconds since 1970
    public Records(Routing routing, int body, int most, BodyRoom.Claim claim, long now) {
        this.routing = routing;
        this.most = most;
        this.claim = claim;
        this.now = now;
        needed = Footprint.ofArray(body);
    }

    /// Says what happens when a record is bad. At first that is [Partial#NO].
    public void partial(Partial partial) {
        this.partial = partial;
        rejections = partial == Partial.NO ? null : new Rejections();
    }

    /// The time of records that have none, in milliseconds since 1970.
    public long now() {
        return now;
    }

    /// The place of the next record in the request, counted from 0.
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

    /// Adds a record that shares nothing with others: in the body it took `own` bytes, and these count.
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

    /// The body is about to become so many bytes, when it is inflated once more: claims heap for them.
    ///
    /// @throws Declined when that is more than a body may have
    public void inflating(long bytes) throws Declined {
        if (bytes > most) throw new Declined(Reason.TOO_LARGE, "the body has more than the " + most
                + " bytes that MAX_BODY_BYTES allows");
        hold(Footprint.ofArray(bytes));
    }

    /// So many bytes more are held for the answer.
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

    /// Leaves out the record that would have been next.
    ///
    /// @throws Declined when that refuses the request
    public void reject(Declined why) throws Declined {
        boolean ofOneRecord = why.reason() == Reason.BAD_BODY || why.reason() == Reason.NOT_ALLOWED;
        if (rejections == null && ofOneRecord) throw why.at(count);
        if (!ofOneRecord) throw why;
        rejections.add(count++, why);
    }

    /// The good records, in order.
    ///
    /// @throws Declined when there is none, and that refuses the request
    public List<Draft> drafts() throws Declined {
        if (partial == Partial.YES && drafts.isEmpty() && rejections.count() > 0)
            throw rejections.first().at(0).with(rejections);
        return drafts;
    }

    /// The bad records; empty when one refuses the request.
    public Optional<Rejections> rejections() {
        return Optional.ofNullable(rejections);
    }
}
