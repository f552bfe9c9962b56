package com.datashop.gateway.ingest;

import java.util.List;
import java.util.Optional;

/// A protocol that log shippers speak: it reads a request into records, and writes the answer.
///
/// ```
///   (token, rate) ─▶ check ─▶ (the body comes) ─▶ read ─▶ (the records are stored) ─▶ AnswerWriter.answer
///         └────────────┴─────────────┴──────────────┴──────────────┴──▶ refused
/// ```
///
/// The gateway does the steps in brackets in the same way for every dialect. One object serves all requests. The state
/// of one request is in its [AnswerWriter].
public interface Dialect {
    /// A request whose body was read. It can write the answer.
    @FunctionalInterface
    interface AnswerWriter {
        /// Returns the answer. The good records are stored by then.
        Answer answer(Taken taken);
    }

    /// Its name in the metrics.
    Protocol protocol();

    /// The paths that it answers a `POST` on.
    List<String> paths();

    /// The roots of its protocol's paths. Refusals below them have its form, even for paths that do not exist.
    List<String> roots();

    /// Checks the request before its body is read, such as the type of the body.
    ///
    /// @throws Declined when no body could make this request good
    default void check(Shipment shipment) throws Declined { }

    /// Whether this dialect decodes the content coding itself. The gateway decodes gzip for every dialect.
    default boolean decodes(String coding) {
        return false;
    }

    /// Reads the body into `records`.
    ///
    /// @param body inflated; the dialect must not change it
    /// @throws Declined when the body cannot be read, or one record is bad and the protocol knows no partial success
    AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined;

    /// Writes a refusal in the form of the protocol; empty to answer with `application/problem+json`.
    default Optional<Answer> refused(Shipment shipment, Refused refused) {
        return Optional.empty();
    }
}
