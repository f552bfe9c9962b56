package com.datashop.gateway.http.access;

import com.datashop.gateway.http.Problem;
import com.datashop.gateway.hub.Subscriber;
import java.util.Optional;

/// What became of a newcomer at the limits on streams.
public sealed interface Admission {
    /// It is in. It gives its place back with [ConnectionLimits#leave].
    final class Place implements Admission {
        final String address;
        final Optional<String> user;
        final long bytes;
        private volatile Subscriber subscriber;

        /// @param user empty when nobody proved who the user is
        /// @param bytes the heap that the stream is counted with
        Place(String address, Optional<String> user, long bytes) {
            this.address = address;
            this.user = user;
            this.bytes = bytes;
        }

        /// The stream has begun.
        public void taken(Subscriber by) {
            subscriber = by;
        }

        /// Has the stream write something.
        void probe() {
            var by = subscriber;
            if (by != null) by.probe();
        }
    }

    /// It is not in.
    ///
    /// @param soon whether it may well be let in a moment later: so many wait for a place that this one could not wait too
    record Refused(Problem problem, boolean soon) implements Admission { }
}
