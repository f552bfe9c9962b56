package com.datashop.gateway.ingest;

import java.util.Optional;
import java.util.OptionalInt;

/// The intake's refusal of a request or of one entry. Each dialect says it in the terms of its protocol.
public final class Declined extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int NO_INDEX = -1;
    /// The time after which a client may come back, when there was no room or the log was unavailable.
    public static final long RETRY_SECONDS = 2;

    /// The reason for the refusal.
    public enum Reason {
        /// The request has no service token.
        NO_TOKEN,
        /// Nobody has this service token.
        UNKNOWN_TOKEN,
        /// The token may not publish to this channel.
        NOT_ALLOWED,
        /// The body, or an entry of it, is malformed.
        BAD_BODY,
        /// A parameter of the query, or a header, is malformed.
        BAD_PARAMETER,
        /// The gateway does not understand the type or the coding of the body.
        UNSUPPORTED_TYPE,
        /// The body is too large. It can never be taken.
        TOO_LARGE,
        /// The token has used up its rate.
        OVER_RATE,
        /// The bodies under way leave no room in the heap now.
        BODIES_FULL,
        /// The log cannot store anything now.
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

    /// The same refusal, with the time after which it is worth trying again.
    public Declined retryAfter(long seconds) {
        retrySeconds = seconds;
        return this;
    }

    /// The same refusal, with the state of the caller's rate.
    Declined standing(RateStanding now) {
        standing = now;
        return this;
    }

    /// The same refusal, for one entry of a batch, counted from 0.
    public Declined at(int entry) {
        index = entry;
        return this;
    }

    /// The same refusal, with all entries that were rejected.
    public Declined with(Rejections all) {
        rejections = all;
        return this;
    }

    public Reason reason() {
        return reason;
    }

    /// The seconds after which to try again; 0 when that does not help.
    public long retrySeconds() {
        return retrySeconds;
    }

    /// The state of the caller's rate, if it was checked.
    public Optional<RateStanding> standing() {
        return Optional.ofNullable(standing);
    }

    /// The entry of the batch that is refused; empty when the whole request is.
    public OptionalInt index() {
        return index == NO_INDEX ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /// The rejected entries, when the publisher asked to store the good ones without them.
    public Optional<Rejections> rejections() {
        return Optional.ofNullable(rejections);
    }
}
