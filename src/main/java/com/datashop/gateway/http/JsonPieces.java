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

    /// The writer for the next tokens.
    public JsonWriter json() {
        return json;
    }

    /// Sends the tokens when they fill a piece, and lets other threads run. Call it after every few tokens.
    ///
    /// Virtual threads are not time-sliced, so they must yield.
    public void sendFull() throws IOException {
        if (json.size() < PIECE_BYTES) return;
        json.flushTo(out);
        Thread.yield();
    }

    /// Sends the tokens that are left.
    void end() throws IOException {
        json.flushTo(out);
    }
}
