package com.datashop.gateway.ingest.protobuf;

/// Says what is wrong with bytes that should be protobuf, and where.
///
/// It has no stack trace, because the fault is in the input.
public final class ProtobufException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtobufException(String what, int position) {
        super(what + " at byte " + position, null, false, false);
    }

    /// A message that a reader cannot accept, although it is valid protobuf.
    public ProtobufException(String what) {
        super(what, null, false, false);
    }
}
