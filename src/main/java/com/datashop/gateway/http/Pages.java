package com.datashop.gateway.http;

import java.util.List;

/// The gateway's own pages and what they are made of: each file of the jar under the path that is its name.
public final class Pages {
    private static final List<String> FILES = List.of("icon.svg", "theme.css", "viewer/main.js", "viewer/viewer.css");

    private Pages() { }

    /// A route for each file. A page that has a path of its own is a route beside them: [Index] answers with the viewer.
    public static List<Router.Route> routes() {
        return FILES.stream().map(name -> new Router.Route("GET", "/" + name, Asset.of(name))).toList();
    }
}
