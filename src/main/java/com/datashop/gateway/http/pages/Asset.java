package com.datashop.gateway.http.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// A file of the gateway's own pages: read from the jar once, when the gateway starts, and asked for again only by its
/// `ETag`.
public final class Asset implements Handler {
    private static final String FOLDER = "/web/";
    /// A year, which is as long as caches keep anything.
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";
    /// Kept, but asked for each time: so a page and its scripts are never of two versions.
    private static final String ASK_AGAIN = "no-cache";
    /// In bytes of SHA-256, and enough that no two files share a tag.
    private static final int TAG_BYTES = 16;

    private final String contentType;
    private final String vary;
    private final String caching;
    private final PagePolicy policy;
    private final Form plain;
    private final Form gzipped;

    /// One way in which the file is sent, with the tag that is its alone (RFC 9110, 8.8.3.3).
    private record Form(byte[] body, String tag) { }

    private Asset(String contentType, byte[] bytes, String vary, String caching, PagePolicy policy) {
        String tag = tag(bytes);
        this.contentType = contentType;
        this.vary = vary;
        this.caching = caching;
        this.policy = policy;
        plain = new Form(bytes, '"' + tag + '"');
        gzipped = new Form(gzip(bytes), '"' + tag + "-gzip\"");
    }

    /// The file of this name.
    ///
    /// @throws IllegalStateException when the jar does not have it
    static Asset of(String name, PagePolicy policy) {
        return new Asset(contentType(name), bytes(name), "Origin, Accept-Encoding", ASK_AGAIN, policy);
    }

    /// The same, for a path that answers with something else to those who accept other types.
    static Asset negotiated(String name, PagePolicy policy) {
        return new Asset(contentType(name), bytes(name), "Origin, Accept, Accept-Encoding", ASK_AGAIN, policy);
    }

    /// An asset that is made of several files.
    static Asset of(String contentType, String text, PagePolicy policy) {
        return new Asset(contentType, text.getBytes(UTF_8), "Origin, Accept-Encoding", ASK_AGAIN, policy);
    }

    /// The same, at an address where it never changes.
    static Asset copy(String contentType, String text, PagePolicy policy) {
        return new Asset(contentType, text.getBytes(UTF_8), "Origin, Accept-Encoding", FOR_GOOD, policy);
    }

    /// The text of a file of the jar.
    static String text(String name) {
        return new String(bytes(name), UTF_8);
    }

    private static byte[] bytes(String name) {
        try (var in = Asset.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) throw new IllegalStateException("the jar has no " + FOLDER + name);
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public Reply handle(Request request) {
        var form = request.quality("Accept-Encoding", "gzip") > 0 ? gzipped : plain;
        var headers = headers(form.tag());
        if (request.header("If-None-Match").filter(known -> matches(known, form.tag())).isPresent())
            return Reply.notModified(headers);
        if (form == gzipped) headers.put("Content-Encoding", "gzip");
        return new Reply.Whole(200, contentType, form.body(), headers);
    }

    /// RFC 9110, 13.1.2: a list of tags compared weakly, or `*`.
    private static boolean matches(String list, String tag) {
        return Arrays.stream(list.split(",")).map(String::strip)
                .map(known -> known.startsWith("W/") ? known.substring(2) : known)
                .anyMatch(known -> known.equals(tag) || known.equals("*"));
    }

    private Map<String, String> headers(String tag) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("ETag", tag);
        headers.put("Cache-Control", caching);
        headers.put("Vary", vary);
        headers.put("Content-Security-Policy", policy.text());
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        return headers;
    }

    static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "ts" -> "text/plain; charset=utf-8"; // types of TypeScript, which no browser loads
            case "js" -> "text/javascript; charset=utf-8"; // RFC 9239
            case "json" -> "application/json";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException(name + " is of no type that is served");
        };
    }

    private static String tag(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException toMemory) {
            throw new UncheckedIOException(toMemory);
        }
        return out.toByteArray();
    }
}
