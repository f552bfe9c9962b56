package com.datashop.gateway.ingest;

import java.util.List;
import java.util.Optional;

/// A protocol that log shippers speak: it reads a request into records, and writes the answer.
///
/// ```
///   (token, rate) ─▶ check ─▶ (the body comes) ─▶ read ─▶ (the records are stored) ─▶ Reading.answer
///         └────────────┴─────────────┴──────────────┴──────────────┴──▶ refused
/// ```
///
/// What stands in brackets is the same for all. One object serves all requests: what belongs to one is in its
/// [Reading].
public interface Dialect {
    /// A request that was read.
    @FunctionalInterface
    interface Reading {
        /// The answer, once the good records are stored.
        Answer answer(Taken taken);
    }

    /// Its name in the metrics.
    Protocol protocol();

    /// The paths that it answers a `POST` on.
    List<String> paths();

    /// The roots of its protocol's paths. A refusal there is told in its words, also of a path that does not exist.
    List<String> roots();

    /// Looks at what comes before the body, as its type.
    ///
    /// @throws Declined when no body could be good
    default void check(Shipment shipment) throws Declined { }

    /// Whether it undoes this content coding, in lower case, itself. The coding gzip is undone for all.
    default boolean decodes(String coding) {
        return false;
    }

    /// Reads the body into `records`.
    ///
    /// @param body inflated; not to be changed
    /// @throws Declined when it can not be read, or a record of it is bad and the protocol knows no partial success
    Reading read(Shipment shipment, byte[] body, Records records) throws Declined;

    /// A refusal in the words of the protocol. Empty for `application/problem+json`.
    default Optional<Answer> refused(Shipment shipment, Refused refused) {
        return Optional.empty();
    }
}
