package com.datashop.gateway.log.disk;

import java.io.IOException;

/// Lets others read during a long piece of work.
@FunctionalInterface
interface Pause {
    /// The work calls this each time it has read this many records: some 64 KB when they are of the usual length.
    int RECORDS = 256;

    /// Pauses if it is time to.
    ///
    /// @throws java.io.InterruptedIOException when the work should end
    void ifDue() throws IOException;
}
