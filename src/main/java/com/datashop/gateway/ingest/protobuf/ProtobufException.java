package com.datashop.gateway.ingest.protobuf;

/// Says what is wrong with bytes that should be protobuf, and where. It carries no stack trace: it is about the input.
public final class ProtobufException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtobufException(String what, int position) {
        super(what + " at byte " + position, null, false, false);
    }

    /// A refusal of what the message says, by a reader that knows its meaning.
    public ProtobufException(String what) {
        super(what, null, false, false);
    }
}
