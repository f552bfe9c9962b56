package com.datashop.gateway.ingest;

import java.util.Optional;
import java.util.OptionalInt;

/// The intake's refusal of a request or of one entry. Each dialect says it in the words of its protocol.
public final class Declined extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int NO_INDEX = -1;
    /// After a refusal for want of room or of the log, a client may come back after this time.
    static final long RETRY_SECONDS = 2;

    /// Why the intake refuses.
    public enum Reason {
        /// The request has no service token.
        NO_TOKEN,
        /// Nobody has this service token.
        UNKNOWN_TOKEN,
        /// The token may not publish to this channel.
        NOT_ALLOWED,
        /// The body, or an entry of it, is not what it has to be.
        BAD_BODY,
        /// The body can never be taken, because it is too large.
        TOO_LARGE,
        /// The token has used up its rate.
        OVER_RATE,
        /// The bodies under way leave no room in the heap now.
        BODIES_FULL,
        /// The log can not store anything now.
        LOG_UNAVAILABLE
    }

    private final Reason reason;
    private long retrySeconds;
    private transient RateStanding standing;
    private transient Rejections rejections;
    private int index = NO_INDEX;

    /// @param detail what is wrong, naming it; never a token
    public Declined(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /// The same, with the time after which it is worth trying again.
    Declined retryAfter(long seconds) {
        retrySeconds = seconds;
        return this;
    }

    /// The same, with how the caller's rate stands.
    Declined standing(RateStanding now) {
        standing = now;
        return this;
    }

    /// The same, of an entry of a batch, counted from 0.
    public Declined at(int entry) {
        index = entry;
        return this;
    }

    /// The same, with all entries that were rejected.
    public Declined with(Rejections all) {
        rejections = all;
        return this;
    }

    public Reason reason() {
        return reason;
    }

    /// In how many seconds to try again; 0 when that does not help.
    public long retrySeconds() {
        return retrySeconds;
    }

    /// How the caller's rate stands, when it was looked at.
    public Optional<RateStanding> standing() {
        return Optional.ofNullable(standing);
    }

    /// Which entry of the batch is meant; empty when it is the whole request.
    public OptionalInt index() {
        return index == NO_INDEX ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /// The rejected entries of a batch of which the good ones would have been taken.
    public Optional<Rejections> rejections() {
        return Optional.ofNullable(rejections);
    }
}
