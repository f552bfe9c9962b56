package com.datashop.gateway.ingest;

import java.util.Optional;

/// A shipper's request without its body.
public interface Shipment {
    /// The path as it came, without the query.
    String path();

    /// The media type of the body in lower case, without parameters; empty when it is not said.
    Optional<String> mediaType();

    /// Refuses text in another character set than UTF-8.
    ///
    /// @throws Declined with `UNSUPPORTED_TYPE`
    void requireUtf8() throws Declined;

    /// The header's value without the blanks around it; empty when it is missing or blank.
    Optional<String> header(String name);

    /// The value of the parameter of the query; empty when it is missing or blank.
    ///
    /// @throws Declined with `BAD_PARAMETER` when it is given twice, or the query can not be decoded
    Optional<String> parameter(String name) throws Declined;
}
