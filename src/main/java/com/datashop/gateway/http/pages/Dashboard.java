package com.datashop.gateway.http.pages;

import com.datashop.gateway.http.Router;
import com.datashop.gateway.http.api.AdminStats;
import java.util.List;
import java.util.stream.Stream;

/// `GET /admin`: the dashboard, a page that anyone may have; what it shows it asks [AdminStats] for.
public final class Dashboard {
    private static final List<String> FILES = List.of("dashboard/attention.js", "dashboard/chart.js", "dashboard/dashboard.css", "dashboard/dom.js",
            "dashboard/format.js", "dashboard/main.js", "dashboard/poll.js", "dashboard/samples.js", "dashboard/table.js");

    private Dashboard() { }

    /// The page, and the files that it is made of, each under the path that is its name.
    public static List<Router.Route> routes() {
        var page = new Router.Route("GET", "/admin", Asset.of("dashboard/index.html"));
        return Stream.concat(Stream.of(page), FILES.stream().map(name -> new Router.Route("GET", "/" + name, Asset.of(name)))).toList();
    }
}
