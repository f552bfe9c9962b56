package com.datashop.gateway.client;

import java.util.List;
import java.util.Optional;

/// The publisher gave up before the gateway took these entries: time was over, it was stopped, or it was refused.
public final class UnpublishedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<EntryLine> entries;

    /// @param why in one line; never a token
    /// @param cause null, or the refusal
    UnpublishedException(List<EntryLine> entries, String why, RefusedException cause) {
        super(why, cause);
        this.entries = entries;
    }

    /// The entries that were not published, or whose fate is not known.
    public List<EntryLine> entries() {
        return entries;
    }

    /// The refusal that makes another try useless; empty when it was not refused.
    public Optional<RefusedException> refusal() {
        return getCause() instanceof RefusedException refused ? Optional.of(refused) : Optional.empty();
    }
}
