package com.datashop.gateway.http.access;

import com.datashop.gateway.http.Problem;
import com.datashop.gateway.hub.Subscriber;
import java.util.Optional;

/// The answer to a newcomer: a seat among the streams, or a refusal.
public sealed interface Admission {
    /// The newcomer's seat; null when it was refused.
    Seat seat();

    /// The newcomer's refusal; null when it has a seat.
    Refused refused();

    /// The newcomer has a seat. It gives the seat back with [ConnectionLimits#leave].
    final class Seat implements Admission {
        final String address;
        final Optional<String> user;
        final long bytes;
        private volatile Subscriber subscriber;

        /// @param user empty when the user is not proven
        /// @param bytes the heap that the stream counts for
        Seat(String address, Optional<String> user, long bytes) {
            this.address = address;
            this.user = user;
            this.bytes = bytes;
        }

        @Override
        public Seat seat() {
            return this;
        }

        @Override
        public Refused refused() {
            return null;
        }

        /// Notes the subscriber when its stream has begun.
        public void taken(Subscriber by) {
            subscriber = by;
        }

        /// Makes the stream write something.
        void probe() {
            var by = subscriber;
            if (by != null) by.probe();
        }
    }

    /// The newcomer has no seat.
    ///
    /// @param soon whether a seat may be free a moment later: this newcomer could not wait, because too many did
    record Refused(Problem problem, boolean soon) implements Admission {
        @Override
        public Seat seat() {
            return null;
        }

        @Override
        public Refused refused() {
            return this;
        }
    }
}
