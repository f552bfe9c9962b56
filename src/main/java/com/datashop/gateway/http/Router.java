package com.datashop.gateway.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Finds the handler for a path and method.
public final class Router {
    /// A handler's method and path.
    ///
    /// @param method `GET` answers `HEAD` too
    public record Route(String method, String path, Handler handler) { }

    private final Map<String, Map<String, Handler>> paths = new LinkedHashMap<>();
    private final List<Template> templates;
    private final List<Refusals.Region> regions;

    /// A path with one segment that matches any text, such as `/elastic/{index}/_bulk`.
    private record Template(String path, String before, String behind) {
        static boolean is(String path) {
            return path.indexOf('{') >= 0;
        }

        static Template of(String path) {
            return new Template(path, path.substring(0, path.indexOf('{')), path.substring(path.indexOf('}') + 1));
        }

        boolean matches(String other) {
            int to = other.length() - behind.length();
            return to > before.length() && other.startsWith(before) && other.endsWith(behind)
                    && other.indexOf('/', before.length()) >= to;
        }
    }

    /// @param routes one segment of a path may stand in braces, and then matches any text
    public Router(List<Route> routes) {
        this(routes, List.of());
    }

    /// @param routes one segment of a path may stand in braces, and then matches any text
    /// @param regions the paths whose refusals have the form of another protocol, whoever refuses
    public Router(List<Route> routes, List<Refusals.Region> regions) {
        this.regions = List.copyOf(regions);
        templates = routes.stream().map(Route::path).filter(Template::is).distinct().map(Template::of).toList();
        for (var route : routes)
            paths.computeIfAbsent(route.path(), _ -> new LinkedHashMap<>()).put(route.method(), route.handler());
    }

    /// The handler for the request.
    ///
    /// @throws Problem when there is no such path, or the path does not answer the method
    public Handler route(Request request) throws Problem {
        var methods = methods(request);
        var handler = methods.get(request.method().equals("HEAD") ? "GET" : request.method());
        if (handler != null) return handler;
        throw new Problem(Refusal.WRONG_METHOD, "this path answers " + allowed(methods))
                .with("Allow", allowed(methods));
    }

    /// The answer to a request that is refused, in the form of its path's protocol.
    Reply.Whole refusal(Request request, Problem problem) {
        String path = String.valueOf(request.path());
        for (var region : regions) if (region.holds(path)) return region.refusals().reply(request, problem);
        return problem.reply();
    }

    /// Whether the path has an answer of its own to `OPTIONS`.
    boolean answersOptions(Request request) {
        var methods = find(request.path());
        return methods != null && methods.containsKey("OPTIONS");
    }

    /// The methods of the request's path, for `Allow` and for preflights.
    ///
    /// @throws Problem when there is no such path
    public String allowed(Request request) throws Problem {
        return allowed(methods(request));
    }

    private Map<String, Handler> methods(Request request) throws Problem {
        var methods = find(request.path());
        if (methods == null) throw new Problem(Refusal.UNKNOWN_PATH, "no such path; GET / lists them");
        return methods;
    }

    private Map<String, Handler> find(String path) {
        var methods = paths.get(path);
        if (methods != null) return methods;
        for (var template : templates) if (template.matches(path)) return paths.get(template.path());
        return null;
    }

    private static String allowed(Map<String, Handler> methods) {
        var names = new TreeSet<>(methods.keySet());
        if (names.contains("GET")) names.add("HEAD");
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}
