package com.datashop.gateway.http;

/// Answers refused requests of a protocol in its own words.
@FunctionalInterface
public interface Refusals {
    /// The answer to a request that is refused.
    Reply.Whole reply(Request request, Problem problem);

    /// A part of the paths whose protocol has its own words for refusals.
    ///
    /// @param root the path itself, and all paths below it
    record Region(String root, Refusals refusals) {
        boolean holds(String path) {
            return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
        }
    }
}
