package com.datashop.gateway.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.LiveBody;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Refusals;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.Routing;
import com.datashop.gateway.ingest.Traffic;
import com.datashop.gateway.ingest.journal.JournalReader;
import com.datashop.gateway.ingest.journal.NewestCursors;
import com.datashop.gateway.ingest.journal.StoredEntries;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `POST /journal/upload`: stores a journal in batches while it arrives, however long that takes.
///
/// ```
///   (token, rate) ─▶ read an entry ─▶ ... ─▶ the batch is full, or no more bytes have come ─▶ store ─▶ ... ─▶ 200
/// ```
///
/// A sender that was cut, or got an error, sends everything again since its last 200. The gateway knows by the cursors
/// which entries it has stored, and skips them. After a restart, or where other nodes store too, it reads the newest
/// cursors from the log.
final class JournalUpload implements Handler, Refusals {
    private static final String TYPE = "application/vnd.fdo.journal";
    private static final byte[] OK = "OK.\n".getBytes(UTF_8);
    /// The bytes by which the batch may grow before it claims heap.
    private static final int STEP = 64 << 10;

    private final Publishers publishers;
    private final Intake intake;
    private final Traffic traffic;
    private final NewestCursors newest;
    private final StoredEntries stored = new StoredEntries();

    /// @param newest tells the newest entries of the log when this process does not know them
    JournalUpload(Publishers publishers, Intake intake, Traffic traffic, NewestCursors newest) {
        this.publishers = publishers;
        this.intake = intake;
        this.traffic = traffic;
        this.newest = newest;
    }

    /// The gateway's own form. The protocol has none, and the sender writes any text into its own log.
    @Override
    public Reply.Whole reply(Request request, Problem problem) {
        traffic.countRefused(Protocol.JOURNAL, problem.refusal().status());
        return problem.reply();
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        var grant = publishers.admitShipper(request);
        if (!request.mediaTypeOfAnyCharset().equals(Optional.of(TYPE)))
            throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Type must be " + TYPE);
        try (var body = request.liveBody(); var claim = request.bodyBounds().room().receive(STEP, STEP)) {
            var routing = new Routing(intake, grant, new ShipmentHead(request));
            var patience = request.bodyBounds().time();
            var reader = new JournalReader(body, request.bodyBounds().bytes(), routing, stored, newest,
                    batch -> store(batch, grant, patience));
            receive(body, reader, claim);
            return new Reply.Whole(200, "text/plain; charset=utf-8", OK, Map.of("Cache-Control", "no-store"));
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    private static void receive(LiveBody body, JournalReader reader, BodyRoom.Claim claim)
            throws Declined, IOException, InterruptedException {
        long claimed = STEP;
        while (reader.next()) {
            body.progress();
            long held = reader.held();
            if (held > claimed) {
                claimed = held + STEP;
                claim.earn(claimed);
            } else if (held + STEP < claimed) { // The batch was stored.
                claimed = Math.max(STEP, held);
                claim.lower(claimed);
            }
        }
    }

    /// Stores the batch. A sender over its rate has to wait, because a refused sender would send everything again.
    private void store(List<Draft> batch, Grant grant, Duration patience) throws Declined, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                intake.store(grant, batch, began);
                traffic.countTaken(Protocol.JOURNAL, batch.size(), 0);
                return;
            } catch (Declined declined) {
                if (declined.reason() != Reason.OVER_RATE || System.nanoTime() - began > patience.toNanos())
                    throw declined;
                Thread.sleep(Duration.ofSeconds(declined.retrySeconds()));
            }
        }
    }
}
