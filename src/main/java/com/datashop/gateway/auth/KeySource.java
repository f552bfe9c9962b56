package com.datashop.gateway.auth;

/// Where the keys come from that tokens are verified with.
public sealed interface KeySource permits Keys, JwksSource {
    /// The keys as they are known now. It never waits.
    Keys keys();

    /// The keys after another look at where they come from, for a token that none of [#keys] is named in. It may wait for that look,
    /// and need not take one.
    Keys renewed();
}
