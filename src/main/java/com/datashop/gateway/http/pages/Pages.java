package com.datashop.gateway.http.pages;

import com.datashop.gateway.http.Router;
import java.util.List;

/// The gateway's own pages and what they are made of: each file of the jar under the path that is its name.
public final class Pages {
    private static final List<String> FILES = List.of(
            "levels.js", "openapi.json",
            "client.js", "icon.svg", "theme.css", "viewer/viewer.css", "viewer/access.js", "viewer/address.js", "viewer/ansi.js",
            "viewer/channels.js", "viewer/connection.js", "viewer/detail.js", "viewer/dom.js", "viewer/empty.js", "viewer/feedback.js",
            "viewer/filter.js", "viewer/gateway.js", "viewer/hover.js", "viewer/intake.js", "viewer/json.js", "viewer/keys.js", "viewer/levels.js", "viewer/line.js", "viewer/lines.js",
            "viewer/main.js", "viewer/menus.js", "viewer/row.js", "viewer/rows.js", "viewer/save.js", "viewer/teller.js", "viewer/text.js", "viewer/time.js");

    private Pages() { }

    /// A route for each file. A page that has a path of its own is a route beside them: [Index] answers with the viewer.
    public static List<Router.Route> routes() {
        return FILES.stream().map(name -> new Router.Route("GET", "/" + name, Asset.of(name))).toList();
    }
}
