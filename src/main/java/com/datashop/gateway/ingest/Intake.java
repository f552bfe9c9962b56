package com.datashop.gateway.ingest;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.auth.ServiceTokens;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.log.BatchTooLargeException;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Takes the entries of every protocol into the log.
///
/// ```
///   token ─▶ authenticate ─▶ requireRate ─▶ (the body is read) ─▶ allowed, for each entry ─▶ store ─▶ Stored
///                └───────────────┴──────────────────────────────────┴──────────────────────────┴─▶ Declined
/// ```
public final class Intake {
    /// Counts the entries that were stored.
    @FunctionalInterface
    public interface Tally {
        /// @param nanoseconds the time from the request's head until the entries were stored
        void published(int events, long nanoseconds);
    }

    /// Entries that are in the log.
    ///
    /// @param standing the state of the caller's rate; empty when it has no limit
    public record Stored(Receipt receipt, Optional<RateStanding> standing) { }

    private final Supplier<ServiceTokens> tokens;
    private final PublishRate rate;
    private final EventLog log;
    private final Tally tally;

    /// @param tokens gives the current tokens
    public Intake(Supplier<ServiceTokens> tokens, PublishRate rate, EventLog log, Tally tally) {
        this.tokens = tokens;
        this.rate = rate;
        this.log = log;
        this.tally = tally;
    }

    /// Authenticates the bearer of the token, and returns what it may publish.
    ///
    /// @throws Declined when there is no token, or it is not known
    public Grant authenticate(Optional<String> token) throws Declined {
        var presented = token.orElseThrow(() -> new Declined(Reason.NO_TOKEN,
                "publishing needs a service token: X-Service-Token: T, or Authorization: Bearer T"));
        return tokens.get().grant(presented)
                .orElseThrow(() -> new Declined(Reason.UNKNOWN_TOKEN, "the service token is not known"));
    }

    /// Refuses a publisher that has used up its rate, before its body is read. It charges nothing.
    public void requireRate(Grant publisher) throws Declined {
        rate.take(publisher.caller(), 0);
    }

    /// Returns the draft when the publisher may publish it.
    ///
    /// @throws Declined when it may not; the detail names the service or the workspace
    public Draft allowed(Grant publisher, Draft draft) throws Declined {
        requireAllowed(publisher, draft.channel());
        return draft;
    }

    /// Refuses a publisher that may not publish to this channel; the detail names the service or the workspace.
    public void requireAllowed(Grant publisher, Channel channel) throws Declined {
        if (publisher.covers(channel.service(), channel.workspace())) return;
        throw new Declined(Reason.NOT_ALLOWED, publisher.coversService(channel.service())
                ? "the service token may not publish for workspace_id " + channel.workspace()
                : "the service token may not publish for service " + channel.service());
    }

    /// Charges the publisher's rate for the entries and stores them, all of them or none.
    ///
    /// @param drafts at least one, each of them allowed
    /// @param began when the request's head was read, by [System#nanoTime()]
    /// @throws Declined when the rate is used up, when the log can store nothing now, or never so much at once
    /// @throws InterruptedException when the gateway stops; whether they were stored is then unknown
    public Stored store(Grant publisher, List<Draft> drafts, long began) throws Declined, InterruptedException {
        var standing = rate.take(publisher.caller(), drafts.size());
        try {
            var receipt = log.append(drafts);
            tally.published(drafts.size(), System.nanoTime() - began);
            return new Stored(receipt, standing);
        } catch (LogUnavailableException unavailable) {
            throw new Declined(Reason.LOG_UNAVAILABLE, unavailable.getMessage()).retryAfter(Declined.RETRY_SECONDS);
        } catch (BatchTooLargeException never) {
            throw new Declined(Reason.TOO_LARGE, never.getMessage());
        }
    }
}
