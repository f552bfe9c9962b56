package com.datashop.gateway.http;

/// Answers the refused requests of a protocol in the form of that protocol.
@FunctionalInterface
public interface Refusals {
    /// The answer to a request that is refused.
    Reply.Whole reply(Request request, Problem problem);

    /// The paths of a protocol that has a form of its own for refusals.
    ///
    /// @param root the path itself, and all paths below it
    record Region(String root, Refusals refusals) {
        boolean holds(String path) {
            return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
        }
    }
}
