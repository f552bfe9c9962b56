package com.datashop.gateway.http.pages;

import java.util.regex.Pattern;

/// The rights of the gateway's own pages (Content Security Policy, level 3).
///
/// A page loads its own files and talks to this gateway, and nothing else. It contains no script and no style. No text
/// becomes HTML or code, because others write the text that the viewer shows. The policy of Trusted Types makes one
/// thing only: `logs-worker` gives the address of the worker that all tabs share.
///
/// @param text the header's value
public record PagePolicy(String text) {
    private static final String REST = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
            + "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            + "require-trusted-types-for 'script'; trusted-types logs-worker; frame-ancestors ";
    /// The form of a source: `'self'`, a scheme, or a host with its scheme, port and path. A `;` or `,` would begin
    /// another directive or policy.
    private static final Pattern ANCESTOR = Pattern.compile("'self'|\\*|[a-z][a-z0-9+.-]*:"
            + "|(?:[a-z][a-z0-9+.-]*://)?(?:\\*\\.)?[A-Za-z0-9.\\[\\]:_-]+(?::\\*)?(?:/[!-~&&[^;,'\"]]*)?");
    private static final String NONE = "'none'";

    /// The policy of a page that no other page may show in a frame.
    public static final PagePolicy UNFRAMED = new PagePolicy(REST + NONE);

    /// Reads the sources that may show our pages in a frame: `'none'`, or sources with blanks between them.
    ///
    /// @throws IllegalArgumentException when one is malformed; the message names it
    public static PagePolicy framedBy(String ancestors) {
        var sources = ancestors.strip().split("\\s+");
        if (sources.length == 1 && sources[0].equals(NONE)) return UNFRAMED;
        for (var source : sources)
            if (!ANCESTOR.matcher(source).matches())
                throw new IllegalArgumentException("\"" + source
                        + "\" is no source for frame-ancestors: it takes 'none', or 'self' and origins"
                        + " such as https://app.example.com, with blanks between them");
        return new PagePolicy(REST + String.join(" ", sources));
    }
}
