package com.datashop.gateway.http.pages;

import java.util.regex.Pattern;

/// The rights of the gateway's own pages (Content Security Policy, level 3).
///
/// A page loads its own files and talks to this gateway, and nothing else. No script or style stands in it. No text
/// becomes HTML or code, since what a viewer shows is written by others. The one thing that a policy of Trusted Types
/// makes is the address of the worker that all tabs share: `logs-worker` gives that address and no other.
///
/// @param text the header's value
public record PagePolicy(String text) {
    private static final String REST = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
            + "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            + "require-trusted-types-for 'script'; trusted-types logs-worker; frame-ancestors ";
    /// `'self'`, a scheme, or a host with what may stand around it. A `;` or `,` would begin another directive or
    /// policy.
    private static final Pattern ANCESTOR = Pattern.compile("'self'|\\*|[a-z][a-z0-9+.-]*:"
            + "|(?:[a-z][a-z0-9+.-]*://)?(?:\\*\\.)?[A-Za-z0-9.\\[\\]:_-]+(?::\\*)?(?:/[!-~&&[^;,'\"]]*)?");
    private static final String NONE = "'none'";

    /// A page that no other may show in a frame.
    public static final PagePolicy UNFRAMED = new PagePolicy(REST + NONE);

    /// Reads which pages may show ours in a frame: `'none'`, or sources with blanks between them.
    ///
    /// @throws IllegalArgumentException when one is no source; its message names it
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
