package com.datashop.gateway.auth;

/// Where the keys come from that tokens are verified with.
public sealed interface KeySource extends AutoCloseable permits Keys, JwksSource {
    /// The keys as they are known now. It never waits.
    Keys keys();

    /// The keys after another look at where they come from, for a token that none of [#keys] verifies. It may wait for that look,
    /// and need not take one.
    Keys renewed();

    /// Whether they have ever been read. Until then nothing can be said about a token.
    boolean areKnown();

    /// Looks no more. The keys stay as they are.
    @Override
    void close();
}
