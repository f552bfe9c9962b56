package com.datashop.gateway.http.pages;

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

/// A file of the gateway's own pages: read from the jar once, when the gateway starts, and asked for again only by its `ETag`.
public final class Asset implements Handler {
    /// A page loads what lies beside it and talks to this gateway, and nothing else: no inline script or style, no frame around it, and no way from a
    /// string to HTML or code (`trusted-types 'none'`), since what a viewer shows is written by others.
    public static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    private static final String FOLDER = "/com/datashop/gateway/http/pages/";
    /// In bytes of SHA-256, and enough that no two files share a tag.
    private static final int TAG_BYTES = 16;

    private final String contentType;
    private final String vary;
    private final Form plain;
    private final Form gzipped;

    /// One way in which the file is sent, with the tag that is its alone (RFC 9110, 8.8.3.3).
    private record Form(byte[] body, String tag) { }

    private Asset(String contentType, byte[] bytes, String vary) {
        String tag = tag(bytes);
        this.contentType = contentType;
        this.vary = vary;
        plain = new Form(bytes, '"' + tag + '"');
        gzipped = new Form(gzip(bytes), '"' + tag + "-gzip\"");
    }

    /// The file of this name.
    ///
    /// @throws IllegalStateException when the jar does not have it
    public static Asset of(String name) {
        return of(name, "Origin, Accept-Encoding");
    }

    /// The same, for a path that answers with something else to those who accept other types.
    static Asset negotiated(String name) {
        return of(name, "Origin, Accept, Accept-Encoding");
    }

    private static Asset of(String name, String vary) {
        try (var in = Asset.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) throw new IllegalStateException("the jar has no " + FOLDER + name);
            return new Asset(contentType(name), in.readAllBytes(), vary);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public Reply handle(Request request) {
        var form = request.quality("Accept-Encoding", "gzip") > 0 ? gzipped : plain;
        var headers = headers(form.tag());
        if (request.header("If-None-Match").filter(known -> matches(known, form.tag())).isPresent()) return Reply.notModified(headers);
        if (form == gzipped) headers.put("Content-Encoding", "gzip");
        return new Reply.Whole(200, contentType, form.body(), headers);
    }

    /// RFC 9110, 13.1.2: a list of tags compared weakly, or `*`.
    private static boolean matches(String list, String tag) {
        return Arrays.stream(list.split(",")).map(String::strip).map(known -> known.startsWith("W/") ? known.substring(2) : known)
                .anyMatch(known -> known.equals(tag) || known.equals("*"));
    }

    private Map<String, String> headers(String tag) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("ETag", tag);
        headers.put("Cache-Control", "no-cache"); // kept, but asked for each time: so a page and its scripts are never of two versions
        headers.put("Vary", vary);
        headers.put("Content-Security-Policy", POLICY);
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        return headers;
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
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
