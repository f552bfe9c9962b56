package com.datashop.gateway.http.access;

import com.datashop.gateway.http.Problem;
import com.datashop.gateway.hub.Subscriber;
import java.util.Optional;

/// The answer to a newcomer: a seat, or a refusal by a limit on streams.
public sealed interface Admission {
    /// The seat; null when the newcomer is refused.
    Seat seat();

    /// The refusal; null when the newcomer has a seat.
    Refused refused();

    /// The right of one stream to be open. It is given back with [ConnectionLimits#leave].
    final class Seat implements Admission {
        final String address;
        final Optional<String> user;
        final long bytes;
        /// When the stream came, as [System#nanoTime()] counts.
        final long enteredAt = System.nanoTime();
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

        /// Notes the subscriber that uses the seat, when its stream has begun.
        public void noteSubscriber(Subscriber by) {
            subscriber = by;
        }

        /// Makes the stream write a few times, which shows whether its client has left.
        void probe() {
            var by = subscriber;
            if (by != null) by.probe();
        }

        /// Whether the stream has not written often enough yet for that.
        boolean isProbing() {
            var by = subscriber;
            return by != null && by.isProbing();
        }
    }

    /// The newcomer gets no seat.
    ///
    /// @param soon whether a seat may become free in a moment: too many wait for one, so this newcomer could not wait
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
