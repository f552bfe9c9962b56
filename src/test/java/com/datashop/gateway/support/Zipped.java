package com.datashop.gateway.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/// Bodies as senders compress them.
public final class Zipped {
    private Zipped() { }

    /// The body as one member of gzip (RFC 1952).
    public static byte[] gzip(byte[] body) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException fromMemory) {
            throw new UncheckedIOException(fromMemory);
        }
        return out.toByteArray();
    }
}
