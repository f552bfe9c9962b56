package com.datashop.gateway.auth;

/// A source of the keys that verify tokens.
public sealed interface KeySource extends AutoCloseable permits Keys, JwksSource {
    /// The keys that are known now. It never waits.
    Keys keys();

    /// The keys after another look, for a token that none of [#keys] verifies.
    ///
    /// It may wait for that look. It need not take one.
    Keys renewed();

    /// Whether the keys have ever been read. Until then no token can be judged.
    boolean areKnown();

    /// Stops looking. The keys stay as they are.
    @Override
    void close();
}
