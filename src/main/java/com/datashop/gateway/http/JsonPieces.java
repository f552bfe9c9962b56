package com.datashop.gateway.http;

import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;

/// Writes a JSON document of any length piece by piece, as its client reads it.
public final class JsonPieces {
    private static final int PIECE_BYTES = 8 << 10;

    private final JsonWriter json = new JsonWriter();
    private final OutputStream out;

    JsonPieces(OutputStream out) {
        this.out = out;
    }

    /// What takes the next tokens.
    public JsonWriter json() {
        return json;
    }

    /// To be called after every few tokens: sends them when they make a piece, and lets other threads run, for virtual
    /// ones are not time-sliced.
    public void rest() throws IOException {
        if (json.size() < PIECE_BYTES) return;
        json.flushTo(out);
        Thread.yield();
    }

    /// Sends what is left.
    void end() throws IOException {
        json.flushTo(out);
    }
}
