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

    public Router(List<Route> routes) {
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

    /// Whether the path has an answer of its own to `OPTIONS`.
    boolean answersOptions(Request request) {
        return paths.getOrDefault(request.path(), Map.of()).containsKey("OPTIONS");
    }

    /// The methods of the request's path, for `Allow` and for preflights.
    ///
    /// @throws Problem when there is no such path
    public String allowed(Request request) throws Problem {
        return allowed(methods(request));
    }

    private Map<String, Handler> methods(Request request) throws Problem {
        var methods = paths.get(request.path());
        if (methods == null) throw new Problem(Refusal.UNKNOWN_PATH, "no such path; GET / lists them");
        return methods;
    }

    private static String allowed(Map<String, Handler> methods) {
        var names = new TreeSet<>(methods.keySet());
        if (names.contains("GET")) names.add("HEAD");
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}
