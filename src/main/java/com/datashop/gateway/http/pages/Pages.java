package com.datashop.gateway.http.pages;

import com.datashop.gateway.http.Router;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The table of all files that the gateway serves for its own pages and for others.
///
/// | path | file |
/// | --- | --- |
/// | `/client.js`, `/log-view.js`, `/react.js` | each a [Bundle] of the modules in `client` and `shared` |
/// | `/levels.js`, `*.d.ts` | a file of `shared` or `client` |
/// | `/v1/...` | the same once more, for pages that want this release and no other |
/// | `/viewer/...`, `/dashboard/...`, `/shared/...`, some of `/client/...` | what the pages load, by its name |
///
/// [RootPage] answers with the viewer at `/`.
public final class Pages {
    /// The path of the copies that never change. Other pages name it, so it stays the same in later releases.
    static final String COPIES = "/v1/";
    /// The files that others load, by public name, with the module at which each begins.
    private static final Map<String, String> MODULES =
            Map.of("client.js", "client/client.js", "log-view.js", "client/log-view.js",
            "react.js", "client/react.js", "levels.js", "shared/levels.js");
    private static final List<String> TYPES = List.of("client.d.ts", "levels.d.ts", "log-view.d.ts", "react.d.ts");
    private static final List<String> PARTS = List.of(
            "icon.svg", "openapi.json", "client/conditions.js", "client/event.js", "client/ids.js",
            "dashboard/attention.js", "dashboard/chart.js", "dashboard/dashboard.css", "dashboard/format.js",
            "dashboard/main.js", "dashboard/poll.js", "dashboard/samples.js", "dashboard/table.js", "shared/ansi.js",
            "shared/channel.js", "shared/copying.js", "shared/detail.js", "shared/dom.js", "shared/filling.js",
            "shared/gap.js", "shared/heights.js", "shared/intake.js", "shared/json.js", "shared/levels.js",
            "shared/line.js", "shared/lines.js", "shared/links.js", "shared/numbered.js", "shared/row.js",
            "shared/rows-style.js", "shared/rows.js", "shared/save.js", "shared/shape.js", "shared/text.js",
            "shared/theme.css", "shared/time.js", "shared/unescaped.js", "viewer/access.js", "viewer/address.js",
            "viewer/admission.js", "viewer/channels.js", "viewer/clip.js", "viewer/conditions.js",
            "viewer/connection.js", "viewer/counts.js", "viewer/edge.js", "viewer/empty.js", "viewer/expression.js",
            "viewer/feed.js", "viewer/feedback.js", "viewer/fields.js", "viewer/filter.js", "viewer/find.js",
            "viewer/gateway.js", "viewer/histogram.js", "viewer/hover.js", "viewer/keys.js", "viewer/levels.js",
            "viewer/main.js", "viewer/menus.js", "viewer/notices.js", "viewer/page.js", "viewer/past.js",
            "viewer/patterns.js", "viewer/range.js", "viewer/saved-menu.js", "viewer/saved.js", "viewer/settings.js",
            "viewer/sieve.js", "viewer/start.js", "viewer/state.js", "viewer/status.js", "viewer/teller.js",
            "viewer/traffic.js", "viewer/view.js", "viewer/viewer.css", "viewer/wanted.js");

    private Pages() { }

    /// A route for each file.
    ///
    /// @param policy the rights of the pages
    public static List<Router.Route> routes(PagePolicy policy) {
        var routes = new ArrayList<Router.Route>();
        routes.add(route("/admin", Asset.of("dashboard/index.html", policy)));
        for (var name : PARTS) routes.add(route("/" + name, Asset.of(name, policy)));
        published().forEach((name, text) -> {
            var type = Asset.contentType(name);
            routes.add(route("/" + name, Asset.of(type, text, policy)));
            routes.add(route(COPIES + name, Asset.copy(type, text, policy)));
        });
        return List.copyOf(routes);
    }

    /// The files that others load, by name.
    public static Map<String, String> published() {
        var texts = new LinkedHashMap<String, String>();
        MODULES.keySet().stream().sorted()
                .forEach(name -> texts.put(name, Bundle.of(MODULES.get(name), Asset::text, others(name))));
        for (var name : TYPES) texts.put(name, Asset.text("client/" + name));
        return texts;
    }

    /// The files that a module imports and does not include, so that a page loads them once.
    private static Map<String, String> others(String name) {
        var others = new LinkedHashMap<String, String>();
        MODULES.forEach((other, module) -> {
            if (!other.equals(name)) others.put(module, "./" + other);
        });
        return others;
    }

    /// Every file that the table names, as the jar has it.
    public static List<String> files() {
        return Stream.of(PARTS.stream(), MODULES.values().stream(), TYPES.stream().map(name -> "client/" + name))
                .flatMap(one -> one).toList();
    }

    private static Router.Route route(String path, Asset asset) {
        return new Router.Route("GET", path, asset);
    }
}
